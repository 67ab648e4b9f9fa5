import { createObjectStore } from '../../../functions/adapters/aws/object-store.ts';
import { createScanEngine } from '../../../functions/adapters/clamav/scan-engine.ts';
import type { WarmEngine } from '../../../functions/adapters/clamav/warm-engine.ts';
import { type Environment, requiredDialect } from '../../../functions/adapters/process/environment.ts';
import { unquotedEtag } from '../../../functions/domain/object-reference.ts';
import type { ListedObject, ScanBatchOutput } from '../../../functions/domain/rescan/payloads.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';
import { create as createScanBatch, scanBatch } from '../../../functions/handlers/scan-batch.ts';
import { create as createScanObject } from '../../../functions/handlers/scan-object.ts';
import { scanObject } from '../../../functions/handlers/scan-worker.ts';
import { type ScanTask, scannerTask } from '../../../functions/handlers/scanner.ts';
import { invokeFunction } from '../../../local/stack/local-function.ts';
import { NOTHING_INSIDE } from '../../support/nothing-inside.ts';
import { childrenNamed } from '../../support/processes.ts';
import { processorMsOf } from '../../support/processor-time.ts';
import { peakBytes, residentBytes, restartPeak } from '../memory.ts';
import { sumOf } from '../statistics.ts';
import { serveJobs } from './helper.ts';
import { BUCKET } from './names.ts';

/** MaxItemsPerBatch in statemachines/rescan-bucket.asl.json. */
const BATCH_ITEMS = 500;
const DAY = '2026-11-20T00:00:00Z';
const FUNCTION = {
  arn: 'arn:aws:lambda:eu-central-1:000000000000:function:bench',
  timeoutSeconds: 840,
  memoryMb: 3008,
};

/** With the second readers, or the engine alone: what clamd scans by itself. */
export type Readers = 'all' | 'engine';

export interface BatchMeasured {
  readonly ms: number;
  readonly nodeMs: number;
  readonly engineMs: number;
  readonly scanned: number;
  /** Verdicts that differ from CLEAN, which all tags say. */
  readonly changed: readonly string[];
  readonly failed: number;
}

/** The environment of the real functions. */
let env: Environment = {};
let engine: WarmEngine | undefined;
const tasks: ScanTask<unknown>[] = [];
const policy = () => ({ maxObjectBytes: Number(env.MAX_OBJECT_BYTES), allowedTypes: ['*'], onInfected: 'tag' });

function taskOf(name: 'scan-batch' | 'scan-object', readers: Readers, own = engine): ScanTask<unknown> {
  const task =
    readers === 'all'
      ? { 'scan-batch': createScanBatch, 'scan-object': createScanObject }[name](env, own)
      : scannerTask<unknown>(env, own, (given) => {
          const ports = { ...given, unpacking: NOTHING_INSIDE.unpacking };
          return name === 'scan-object'
            ? scanObject(ports)
            : scanBatch(ports, createObjectStore(env), requiredDialect(env));
        });
  tasks.push(task);
  return task;
}

const invoke = (handler: ScanTask<unknown>, payload: unknown) =>
  invokeFunction({ ...FUNCTION, name: 'bench', handler }, payload);

const eventObject = ({ Key: key, Size: size, Etag }: ListedObject) => ({ key, size, etag: unquotedEtag(Etag) });
const objectInput = (item: ListedObject) => ({
  ...{ bucket: BUCKET, object: eventObject(item), policy: policy() },
  type: 'application/octet-stream',
});
const said = ({ status, finding }: Verdict) => (finding === null ? status : `${status} ${finding}`);

const made = new Map<string, ScanTask<unknown>>();
function warm(name: 'scan-batch' | 'scan-object', readers: Readers): ScanTask<unknown> {
  const known = made.get(`${name} ${readers}`) ?? taskOf(name, readers);
  made.set(`${name} ${readers}`, known);
  return known;
}

const JOBS = {
  configure(given: Environment): void {
    env = given;
  },

  /** Loads the definitions. */
  async start(): Promise<void> {
    engine ??= createScanEngine(env);
    await engine.start();
  },

  /** From an engine that does not run to its first answer, milliseconds. */
  async cold(item: ListedObject): Promise<number> {
    const begun = performance.now();
    const task = taskOf('scan-object', 'all', undefined);
    await task.start();
    const verdict = (await invoke(task, objectInput(item))) as Verdict;
    const ms = performance.now() - begun;
    await task.close();
    if (verdict.status !== 'CLEAN') throw new Error(said(verdict));
    return ms;
  },

  /** All of them, in batches as a rescan makes them. */
  async batch({ items, readers }: { items: readonly ListedObject[]; readers: Readers }): Promise<BatchMeasured> {
    const task = warm('scan-batch', readers);
    const engines = childrenNamed('clamd');
    const engineMs = () => sumOf(engines.map(processorMsOf));
    const changed: string[] = [];
    let [scanned, failed] = [0, 0];
    const [engineBefore, cpu, begun] = [engineMs(), process.cpuUsage(), performance.now()];
    for (let at = 0; at < items.length; at += BATCH_ITEMS) {
      for (let left = items.slice(at, at + BATCH_ITEMS); left.length > 0; ) {
        const window = { from: DAY, to: DAY };
        const filters = { prefixes: [], suffixes: [] };
        const BatchInput = { bucket: BUCKET, strategy: 'all', window, policy: policy(), filters };
        const output = (await invoke(task, { BatchInput, Items: left })) as ScanBatchOutput;
        left = [...output.Items];
        scanned += output.totals.scanned;
        failed += output.totals.failed;
        changed.push(...output.changed.map(({ object, verdict }) => `${object.key}: ${said(verdict)}`));
      }
    }
    const ms = performance.now() - begun;
    const { user, system } = process.cpuUsage(cpu);
    return { ms, nodeMs: (user + system) / 1000, engineMs: engineMs() - engineBefore, scanned, changed, failed };
  },

  /** One after the other, as uploads: milliseconds of each, and its verdict. */
  async object({ item, readers }: { item: ListedObject; readers: Readers }): Promise<{ ms: number; verdict: string }> {
    const task = warm('scan-object', readers);
    const input = objectInput(item);
    const begun = performance.now();
    const verdict = (await invoke(task, input)) as Verdict;
    return { ms: performance.now() - begun, verdict: said(verdict) };
  },

  /** Milliseconds to read it from S3, by the same client. */
  async read(item: ListedObject): Promise<number> {
    const { key, size, etag } = eventObject(item);
    store ??= createObjectStore(env);
    const begun = performance.now();
    await store.readRange({ bucket: BUCKET, key, size, etag }, 0, size - 1);
    return performance.now() - begun;
  },

  /** Resident memory now, from which the peak begins anew; bytes. */
  idleMemory(): number {
    globalThis.gc?.();
    restartPeak();
    return residentBytes();
  },
  peakMemory: (): number => peakBytes(),
};
export type ScannerJobs = typeof JOBS;

let store: ReturnType<typeof createObjectStore> | undefined;

serveJobs(JOBS, async () => {
  for (const task of tasks) await task.close();
  await engine?.stop();
});
