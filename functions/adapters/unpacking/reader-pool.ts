import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { unlessCut } from '../process/cut-off.ts';
import type { ReaderReport, ReaderTask } from './seven-zip-worker.ts';

export type ReaderRun = Omit<ReaderTask, 'module'>;

/** What became of a run that brought no report. */
export type ReaderOutcome = ReaderReport | { readonly lost: 'time' | 'crash' };

export interface ReaderPool {
  /**
   * @param onTurn told how many milliseconds it waited for other runs, which are not its own
   * @throws the signal's reason, when the thread has ended
   */
  run(
    task: ReaderRun,
    milliseconds: number,
    onTurn?: (waited: number) => void,
    signal?: AbortSignal,
  ): Promise<ReaderOutcome>;
  /** Ends every worker; runs under way are lost. */
  close(): Promise<void>;
}

export interface ReaderPoolOptions {
  /** Path of the reader's code: 7-Zip's unless a test brings another. */
  readonly binary?: string;
  readonly threads?: number;
}

/** Of a thread, beside the memory of the reader itself. */
const HEAP_MB = 256;

const BUNDLED = import.meta.url.endsWith('.mjs');
const WORKER = new URL(BUNDLED ? './seven-zip-worker.mjs' : './seven-zip-worker.ts', import.meta.url);

function binaryPath(): string | URL {
  return BUNDLED ? new URL('./7zz.wasm', import.meta.url) : createRequire(import.meta.url).resolve('7z-wasm/7zz.wasm');
}

/**
 * Threads that run a reader in WebAssembly. It can compute and call what `reader-files.ts` offers: no environment,
 * no network, no other file. Too slow, its thread is ended.
 */
export function createReaderPool({
  binary,
  threads = Math.max(1, availableParallelism()),
}: ReaderPoolOptions = {}): ReaderPool {
  let module: Promise<WebAssembly.Module> | undefined;
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: (() => void)[] = [];
  let busy = 0;

  /** Tried again after a failure. */
  function code(): Promise<WebAssembly.Module> {
    module ??= readFile(binary ?? binaryPath()).then((bytes) => WebAssembly.compile(bytes));
    module.catch(() => {
      module = undefined;
    });
    return module;
  }

  function start(): Worker {
    const worker = new Worker(WORKER, {
      env: {},
      execArgv: [],
      stdin: false,
      name: 'archive reader',
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    // It is told to whoever waits for a report; nobody does while the thread is idle.
    worker.on('error', () => undefined);
    all.add(worker);
    worker.once('exit', () => {
      all.delete(worker);
      const at = idle.indexOf(worker);
      if (at >= 0) idle.splice(at, 1);
    });
    return worker;
  }

  async function turn(signal: AbortSignal | undefined): Promise<void> {
    if (busy < threads) {
      busy += 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    try {
      await unlessCut(promise, signal);
    } catch (reason) {
      const at = waiting.indexOf(resolve);
      // Its turn had just come: the next one's.
      if (at < 0) done();
      else waiting.splice(at, 1);
      throw reason;
    }
  }

  function done(): void {
    const next = waiting.shift();
    if (next === undefined) busy -= 1;
    else next();
  }

  return {
    async run(task, milliseconds, onTurn = () => undefined, signal) {
      const asked = performance.now();
      const compiled = await code().catch(() => undefined);
      if (compiled === undefined) return { lost: 'crash' };
      await turn(signal);
      onTurn(performance.now() - asked);
      const worker = idle.pop() ?? start();
      worker.ref();
      try {
        const outcome = await reportOf(worker, { ...task, module: compiled }, milliseconds, signal);
        signal?.throwIfAborted();
        return outcome;
      } finally {
        // An idle thread keeps no process alive.
        worker.unref();
        if (all.has(worker) && worker.threadId !== -1) idle.push(worker);
        done();
      }
    },
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

async function reportOf(
  worker: Worker,
  task: ReaderTask,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<ReaderOutcome> {
  const outcome = Promise.withResolvers<ReaderOutcome>();
  const onMessage = (report: ReaderReport) => outcome.resolve(report);
  const onEnd = () => outcome.resolve({ lost: 'crash' });
  const outOfTime = () => outcome.resolve({ lost: 'time' });
  const deadline = setTimeout(outOfTime, milliseconds);
  signal?.addEventListener('abort', outOfTime, { once: true });
  if (signal?.aborted) outOfTime();
  worker.once('message', onMessage).once('error', onEnd).once('exit', onEnd);
  worker.postMessage(task);
  const settled = await outcome.promise;
  clearTimeout(deadline);
  signal?.removeEventListener('abort', outOfTime);
  worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
  if ('lost' in settled) await worker.terminate();
  return settled;
}
