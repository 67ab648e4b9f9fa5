import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import SevenZip from '7z-wasm';

/** The part of Emscripten's file system in memory that packing needs. */
interface MemoryFiles {
  mkdir(path: string): void;
  chdir(path: string): void;
  writeFile(path: string, bytes: Uint8Array): void;
  readFile(path: string): Uint8Array;
  readdir(path: string): string[];
}

export type Files = Readonly<Record<string, Buffer>>;

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * What 7-Zip packs, in memory.
 *
 * @param type as 7-Zip names it: 7z, zip, xz, bzip2, gzip, tar, wim
 * @param files by name, in this order
 */
export async function pack(type: string, files: Files, ...options: readonly string[]): Promise<Buffer> {
  return (await volumes(type, files, ...options)).values().next().value as Buffer;
}

/** The same for archives of several volumes. */
export async function volumes(type: string, files: Files, ...options: readonly string[]): Promise<Map<string, Buffer>> {
  return change([['a', `-t${type}`, '-mx=1', ...options, '/archive', ...Object.keys(files)]], files);
}

/** Packs the second files into an archive of the first, with options of their own. */
export async function packTwice(
  type: string,
  first: Files,
  second: Files,
  ...options: readonly string[]
): Promise<Buffer> {
  const commands = [
    ['a', `-t${type}`, '-mx=1', '/archive', ...Object.keys(first)],
    ['a', `-t${type}`, '-mx=1', ...options, '/archive', ...Object.keys(second)],
  ];
  return (await change(commands, { ...first, ...second })).values().next().value as Buffer;
}

async function change(commands: readonly string[][], files: Files): Promise<Map<string, Buffer>> {
  let archives = new Map<string, Buffer>();
  for (const command of commands) {
    let output = '';
    const reader = await instance((character) => {
      output += character;
    });
    const fs = reader.FS as unknown as MemoryFiles;
    fs.mkdir('/files');
    fs.chdir('/files');
    for (const [name, bytes] of Object.entries(files)) fs.writeFile(name, bytes);
    for (const [path, bytes] of archives) fs.writeFile(path, bytes);
    const code = reader.callMain([...command.slice(0, 2), '-y', '-bd', ...command.slice(2)]);
    const names = fs
      .readdir('/')
      .filter((name) => name.startsWith('archive'))
      .sort();
    if (names.length === 0) throw new Error(`7-Zip made nothing of ${command.join(' ')} (${code}): ${output}`);
    archives = new Map(names.map((name) => [`/${name}`, Buffer.from(fs.readFile(`/${name}`))]));
  }
  return archives;
}

async function instance(hear: (character: string) => void) {
  const path = createRequire(import.meta.url).resolve('7z-wasm/7zz.wasm');
  compiled ??= WebAssembly.compile(readFileSync(path));
  const module = await compiled;
  return SevenZip({
    stdin: () => null,
    stdout: (byte) => hear(String.fromCharCode(byte ?? 0)),
    stderr: (byte) => hear(String.fromCharCode(byte ?? 0)),
    instantiateWasm(imports, receive) {
      receive(new WebAssembly.Instance(module, imports));
    },
  });
}
