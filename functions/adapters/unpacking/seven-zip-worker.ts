import { parentPort } from 'node:worker_threads';
import SevenZip from '7z-wasm';
import { OverReaderLimit, type ReaderLimits } from './numbered-files.ts';
import { mountReaderFiles } from './reader-files.ts';

/** One run of a reader. */
export interface ReaderTask {
  readonly module: WebAssembly.Module;
  readonly arguments: readonly string[];
  readonly input: { readonly path: string; readonly size: number };
  /** Folder for what is extracted: files `1`, `2`, … */
  readonly folder: string;
  readonly limits: ReaderLimits;
  /** Of the reader's own memory, bytes. */
  readonly memoryBytes: number;
}

export interface ReaderReport {
  /** Undefined where the reader did not come to an end. */
  readonly exitCode?: number;
  readonly limit?: 'files' | 'size' | 'memory';
  /** Of this machine's own file system, such as ENOSPC. */
  readonly fault?: string;
  /** Its last words. */
  readonly output: string;
  readonly files: number;
  readonly bytes: number;
  /** Of those, where links lead. */
  readonly linkBytes: number;
}

const OUTPUT_BYTES = 64 * 1024;

/** A new instance for each archive: nothing of one stays in memory for the next. */
export async function runReader(task: ReaderTask): Promise<ReaderReport> {
  const output: number[] = [];
  let memory: WebAssembly.Memory | undefined;
  let refused = false;
  const hear = (byte: number | null) => {
    if (byte !== null) output.push(byte);
    if (output.length > 2 * OUTPUT_BYTES) output.splice(0, OUTPUT_BYTES);
  };
  const reader = await SevenZip({
    stdin: () => null,
    stdout: hear,
    stderr: hear,
    instantiateWasm(imports, receive) {
      const instance = new WebAssembly.Instance(task.module, imports);
      memory = instance.exports.memory as WebAssembly.Memory;
      bound(memory, task.memoryBytes, () => {
        refused = true;
      });
      receive(instance);
    },
  });
  const files = mountReaderFiles(reader.FS, task.input, task.folder, task.limits);
  let ended: Pick<ReaderReport, 'exitCode' | 'fault'>;
  try {
    const exitCode = reader.callMain([...task.arguments]);
    ended = exitCode === undefined ? {} : { exitCode };
  } catch (fault) {
    ended = endOf(fault);
  } finally {
    files.close();
  }
  const report = { output: Buffer.from(output).subarray(-OUTPUT_BYTES).toString(), ...files.written() };
  const ours = files.fault();
  if (ours instanceof OverReaderLimit) return { ...report, limit: ours.limit };
  if (ours !== undefined) return { ...report, fault: nameOf(ours) };
  const over = refused || (memory?.buffer.byteLength ?? 0) > task.memoryBytes;
  return { ...report, ...(over ? { limit: 'memory' } : ended) };
}

/** What a reader throws: its exit code, a number for an exception of C++, or an error. */
function endOf(fault: unknown): Pick<ReaderReport, 'exitCode' | 'fault'> {
  const { status } = Object(fault) as { status?: unknown };
  return typeof status === 'number' ? { exitCode: status } : { fault: nameOf(fault) };
}

function nameOf(fault: unknown): string {
  const { code, message } = Object(fault) as Partial<NodeJS.ErrnoException>;
  return code ?? message ?? String(fault);
}

/** Refuses growth over the bound. Emscripten turns that into a failed allocation, and 7-Zip into an error. */
function bound(memory: WebAssembly.Memory, bytes: number, onRefusal: () => void): void {
  const grow = memory.grow.bind(memory);
  Object.defineProperty(memory, 'grow', {
    value(pages: number) {
      if (memory.buffer.byteLength + pages * 65_536 <= bytes) return grow(pages);
      onRefusal();
      throw new RangeError('over the memory of a reader');
    },
  });
}

parentPort?.on('message', async (task: ReaderTask) => {
  const nothing = { output: '', files: 0, bytes: 0, linkBytes: 0 };
  parentPort?.postMessage(await runReader(task).catch((fault) => ({ ...nothing, fault: nameOf(fault) })));
});
