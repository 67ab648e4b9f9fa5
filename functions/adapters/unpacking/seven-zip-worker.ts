import { parentPort } from 'node:worker_threads';
import SevenZip from '7z-wasm';
import { mountReaderFiles, OverReaderLimit, type ReaderLimits } from './reader-files.ts';

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
  /** How many of these are the texts of links. */
  readonly linkBytes: number;
}

const OUTPUT_CHARACTERS = 64 * 1024;

/** A new instance for each archive: nothing of one stays in memory for the next. */
export async function runReader(task: ReaderTask): Promise<ReaderReport> {
  let output = '';
  let outOfMemory = false as boolean;
  const hear = (line: string) => {
    output = `${output}${line}\n`.slice(-OUTPUT_CHARACTERS);
  };
  const reader = await SevenZip({
    print: hear,
    printErr: hear,
    quit: () => undefined,
    instantiateWasm(imports, receive) {
      const instance = new WebAssembly.Instance(task.module, imports);
      bound(instance.exports.memory as WebAssembly.Memory, task.memoryBytes, () => {
        outOfMemory = true;
      });
      receive(instance);
    },
  });
  const files = mountReaderFiles(reader.FS, task.input, task.folder, task.limits);
  const report = () => ({ output, ...files.counts() });
  try {
    const exitCode = reader.callMain([...task.arguments]);
    return { ...report(), ...(exitCode !== undefined && { exitCode }), ...(outOfMemory && { limit: 'memory' }) };
  } catch (fault) {
    if (fault instanceof OverReaderLimit) return { ...report(), limit: fault.limit };
    if (outOfMemory) return { ...report(), limit: 'memory' };
    const { code, message, status } = fault as NodeJS.ErrnoException & { status?: number };
    if (typeof status === 'number') return { ...report(), exitCode: status };
    return { ...report(), fault: code ?? message };
  } finally {
    files.close();
  }
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
  const report = await runReader(task).catch((fault: Error) => ({
    output: '',
    files: 0,
    bytes: 0,
    linkBytes: 0,
    fault: fault.message,
  }));
  parentPort?.postMessage(report);
});
