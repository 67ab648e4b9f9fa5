import { named } from '../named-up-to.ts';
import { wordsOf } from '../verdict-words.ts';
import { jsonLine } from './cells.ts';
import { partKey } from './files.ts';
import type { BucketToReport, LookAtObjects } from './looked.ts';
import type { ReportSoFar } from './payloads.ts';
import type { ReportFiles } from './ports.ts';
import { type ReportedObject, runReport } from './run-report.ts';

/** Bytes of rows in memory until they are written: a report may have millions. */
const PART_BYTES = 8 * 1024 ** 2;

export interface ReportPorts {
  readonly look: LookAtObjects;
  readonly files: Pick<ReportFiles, 'write'>;
}

export interface BucketReport extends BucketToReport {
  readonly bucket: string;
  readonly run: string;
  /** Old versions too. */
  readonly versions: boolean;
}

/**
 * Goes on with the report of a bucket until it is done or the signal ends it, and leaves its rows in files. Repeated, it
 * writes the same files again.
 * @throws what the ports throw
 */
export async function reportBucket(
  { look, files }: ReportPorts,
  { bucket, run, versions, ...toReport }: BucketReport,
  soFar: ReportSoFar,
  signal: AbortSignal,
): Promise<ReportSoFar> {
  const malware = wordsOf(toReport.dialect).get('INFECTED') ?? new Set();
  let { parts, infected } = soFar;
  let rows: string[] = [];
  let bytes = 0;

  async function write(): Promise<void> {
    if (rows.length === 0) return;
    parts += 1;
    await files.write(partKey(run, bucket, parts), rows.join(''));
    rows = [];
    bytes = 0;
  }

  async function onObject(object: ReportedObject): Promise<void> {
    const row = `${jsonLine(object)}\n`;
    rows.push(row);
    bytes += Buffer.byteLength(row);
    const { key, versionId, status, finding, scanTime } = object;
    if (malware.has(status)) {
      infected = named(infected, { key, ...(versionId !== undefined && { versionId }), finding, scanTime });
    }
    if (bytes >= PART_BYTES) await write();
  }

  const { progress, fault } = await runReport({
    ...{ look, signal, from: soFar.progress, bucketOf: async () => toReport },
    asked: { targets: [{ bucket, prefix: '' }], status: [], versions },
    onObject,
    onProgress: () => undefined,
  });
  if (fault !== undefined && !signal.aborted) throw fault;
  await write();
  return { done: fault === undefined, progress, parts, infected };
}
