import { promises as fs } from 'node:fs';
import { availableParallelism } from 'node:os';
import { explanationLines } from '../output/explanations.ts';
import { startPace } from '../output/pace.ts';
import { startProgress } from '../output/progress.ts';
import { printScanLine, printSummary } from '../output/scan-lines.ts';
import { printable, readableBytes, tell, warn } from '../output/terminal.ts';
import { OPERATOR, type Pipeline, UPLOADER } from '../stack/pipeline.ts';
import { assertPathsExist, countFiles, findFiles, type LocalFile } from './files.ts';
import { type ScanRecord, toScanRecord, underTest } from './scan-record.ts';
import { ScannedCopies } from './scanned-copies.ts';
import { StartedExecutions } from './started-executions.ts';
import { uploadFile } from './upload.ts';
import { type LocalOptions, withPipeline } from './with-pipeline.ts';

export interface ScanOptions {
  readonly json?: boolean;
  /** The summary alone, and what `only` names; no progress. */
  readonly quiet?: boolean;
  /** Statuses whose files are printed; default: all. */
  readonly only?: readonly string[];
  readonly contentType?: string;
}

/** Uploads the files through the pipeline, one line each in the order found. @returns the exit code */
export async function scan(paths: readonly string[], options: LocalOptions & ScanOptions): Promise<number> {
  await assertPathsExist(paths);
  const { json = false, quiet = false, only, testSignatures } = options;
  const started = new StartedExecutions();
  const { onExecution } = started;
  const oneAtATime = new KeyedQueue();
  return withPipeline({ ...options, onExecution }, async (pipeline, interrupted) => {
    const copies = new ScannedCopies(pipeline.client(OPERATOR), pipeline.bucket);
    const progress = startProgress(quiet ? null : process.stderr);
    const records: ScanRecord[] = [];
    let [total, bytes]: [number | undefined, number] = [undefined, 0];
    const pace = startPace('files');
    const counted = (count: number) => {
      total = count;
    };
    // For the time left alone; a folder that cannot be read is told of where its files are scanned.
    if (!quiet && process.stderr.isTTY) countFiles(paths, interrupted).then(counted, () => undefined);
    const summarize = () => {
      progress.stop();
      if (interrupted.aborted) tell(`interrupted after ${pace.text(records.length, total)}`);
      if (json) return;
      printSummary(records, testSignatures);
      if (!quiet) process.stdout.write(explanationLines(records));
    };
    // At once: what is under way ends by itself.
    interrupted.addEventListener('abort', summarize);
    const files = findFiles(paths, (path, what) => {
      progress.clear();
      warn(`${printable(path)}: ${what}, skipped`);
    });
    for await (const scanned of inOrder(files, availableParallelism() + 1, (file) =>
      oneAtATime.run(file.key, () =>
        scanFile(pipeline, file, { started, copies, interrupted, contentType: options.contentType }),
      ),
    )) {
      if (interrupted.aborted) break;
      const record = underTest(scanned, testSignatures);
      records.push(record);
      bytes += record.size;
      if (only === undefined ? !quiet : only.includes(record.status ?? 'GONE')) {
        progress.clear();
        if (json) process.stdout.write(`${JSON.stringify(record)}\n`);
        else printScanLine(record);
      }
      progress.update(`${pace.text(records.length, total)}, ${readableBytes(bytes)}`);
    }
    if (!interrupted.aborted) summarize();
    return records.every(({ status }) => status === 'CLEAN') ? 0 : 1;
  });
}

interface Scanning {
  readonly started: StartedExecutions;
  readonly copies: ScannedCopies;
  readonly interrupted: AbortSignal;
  readonly contentType: string | undefined;
}

async function scanFile(
  { bucket, client }: Pipeline,
  file: LocalFile,
  { started, copies, interrupted, contentType }: Scanning,
): Promise<ScanRecord> {
  const { key, fault } = file;
  const failed = async (finding: string): Promise<ScanRecord> => {
    const { size } = await fs.stat(file.path).catch(() => ({ size: 0 }));
    return { key, size, type: null, status: 'ERROR', finding, definitions: null, states: [], ms: 0 };
  };
  try {
    if (fault !== undefined) throw fault;
    const { etag, versionId, size } = await uploadFile(client(UPLOADER), bucket, file, contentType);
    const execution = started.take({ bucket, key, versionId, etag });
    const record = execution && toScanRecord(await execution.result);
    await copies.remove({ key, versionId, size });
    if (record !== undefined) return record;
    warn(`${printable(key)}: not scanned: the configuration excludes it`);
    return failed('not-watched');
  } catch (fault) {
    const { code, name, message } = fault as NodeJS.ErrnoException;
    if (!interrupted.aborted) warn(`${printable(key)}: not uploaded: ${message}`);
    return failed(`not-uploaded:${code ?? name}`);
  }
}

/** Files with the same name may come from several folders: their keys are equal and must not interfere. */
class KeyedQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const result = (this.#last.get(key) ?? Promise.resolve()).then(work);
    const last: Promise<unknown> = result
      .catch(() => undefined)
      .then(() => this.#last.get(key) === last && this.#last.delete(key));
    this.#last.set(key, last);
    return result;
  }
}

/** Processes a few items at once and yields results in order, also of those started before `items` fails. */
async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      underWay.push(work(item));
      const first = underWay.length >= atOnce ? underWay.shift() : undefined;
      if (first !== undefined) yield await first;
    }
  } catch (fault) {
    for (const result of underWay) yield await result;
    throw fault;
  }
  for (const result of underWay) yield await result;
}
