import { promises as fs } from 'node:fs';
import { availableParallelism } from 'node:os';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { findFiles, type LocalFile } from '../files.ts';
import { startProgress } from '../output/progress.ts';
import { printScanLine, printSummary } from '../output/scan-lines.ts';
import { printable, readableBytes, warn } from '../output/terminal.ts';
import { OPERATOR, type Pipeline, UPLOADER } from '../pipeline.ts';
import { type ScanRecord, toScanRecord } from '../scan-record.ts';
import type { Execution } from '../step-functions/state-machine.ts';
import { uploadFile } from '../upload.ts';
import { type LocalOptions, withPipeline } from './with-pipeline.ts';

/** Uploads the files through the pipeline, one line each in the order found. @returns the exit code */
export function scan(paths: readonly string[], options: LocalOptions & { readonly json?: boolean }): Promise<number> {
  const scans = new Map<string, PromiseWithResolvers<Execution>>();
  const awaited = (identity: string) => {
    const known = scans.get(identity) ?? Promise.withResolvers<Execution>();
    scans.set(identity, known);
    return known;
  };
  const onExecution = (execution: Execution) => awaited(identityOf(execution.input)).resolve(execution);

  return withPipeline({ ...options, onExecution }, async (pipeline) => {
    const progress = startProgress();
    const records: ScanRecord[] = [];
    const files = findFiles(paths, (path) => {
      progress.clear();
      warn(`${printable(path)}: neither a file nor a folder, left out`);
    });
    for await (const record of inOrder(files, availableParallelism() + 1, (file) =>
      scanFile(pipeline, file, awaited),
    )) {
      records.push(record);
      progress.clear();
      if (options.json) process.stdout.write(`${JSON.stringify(record)}\n`);
      else printScanLine(record);
      progress.update(`${records.length} scanned, ${readableBytes(records.reduce((sum, { size }) => sum + size, 0))}`);
    }
    progress.stop();
    if (!options.json) printSummary(records);
    return records.every(({ status }) => status === 'CLEAN') ? 0 : 1;
  });
}

async function scanFile(
  { bucket, client }: Pipeline,
  file: LocalFile,
  awaited: (identity: string) => PromiseWithResolvers<Execution>,
): Promise<ScanRecord> {
  const { key } = file;
  try {
    const { etag, versionId } = await uploadFile(client(UPLOADER), bucket, file);
    const execution = await awaited(identity(key, versionId, etag)).promise;
    const record = toScanRecord(await execution.result);
    // The copy in the bucket has served its purpose, and a folder may be larger than the room beside it.
    const remove = { Bucket: bucket, Key: key, ...(versionId !== undefined && { VersionId: versionId }) };
    await client(OPERATOR).send(new DeleteObjectCommand(remove));
    return record;
  } catch (fault) {
    const { code, name, message } = fault as NodeJS.ErrnoException;
    warn(`${printable(key)}: not uploaded: ${message}`);
    const size = await fs.stat(file.path).then(
      ({ size }) => size,
      () => 0,
    );
    return { key, size, type: null, status: 'ERROR', finding: `not-uploaded:${code ?? name}`, states: [], ms: 0 };
  }
}

function identity(key: string, versionId: string | undefined, etag: string): string {
  return JSON.stringify([key, versionId ?? etag]);
}

function identityOf(input: unknown): string {
  const { object } = (input as { detail: { object: { key: string; etag: string; 'version-id'?: string } } }).detail;
  return identity(object.key, object['version-id'], object.etag);
}

/** Works on a few items at once and yields their results in the items' order. */
async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for await (const item of items) {
    underWay.push(work(item));
    const first = underWay.length >= atOnce ? underWay.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const result of underWay) yield await result;
}
