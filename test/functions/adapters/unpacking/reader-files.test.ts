import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import SevenZip from '7z-wasm';
import type { EmscriptenFs } from '../../../../functions/adapters/unpacking/emscripten-fs.ts';
import { OverReaderLimit, type ReaderLimits } from '../../../../functions/adapters/unpacking/numbered-files.ts';
import { mountReaderFiles } from '../../../../functions/adapters/unpacking/reader-files.ts';

/** What a program in WebAssembly can do with files, by the calls that Emscripten turns them into. */
interface Fs extends EmscriptenFs {
  open(path: string, flags: string): object;
  close(stream: object): void;
  read(stream: object, buffer: Uint8Array, offset: number, length: number, position?: number): number;
  write(stream: object, buffer: Uint8Array, offset: number, length: number, position?: number): number;
  llseek(stream: object, offset: number, whence: number): number;
  symlink(target: string, path: string): void;
  readlink(path: string): string;
  readdir(path: string): string[];
  rename(from: string, to: string): void;
  unlink(path: string): void;
  rmdir(path: string): void;
  chmod(path: string, mode: number): void;
  utime(path: string, atime: number, mtime: number): void;
  truncate(path: string, length: number): void;
  mkdev(path: string, mode: number, device: number): void;
  stat(path: string): Record<string, unknown>;
  analyzePath(path: string): { exists: boolean };
  writeFile(path: string, bytes: Uint8Array): void;
}

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await WebAssembly.compile(readFileSync(createRequire(import.meta.url).resolve('7z-wasm/7zz.wasm')));
});

let root = '';
let fs: Fs;
let files: ReturnType<typeof mountReaderFiles>;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'reader-files-'));
  await mount({ bytes: 1000, files: 5 });
});
afterEach(() => {
  files.close();
  rmSync(root, { recursive: true });
});

let mounts = 0;
let out = '';
async function mount(limits: ReaderLimits): Promise<void> {
  const reader = await SevenZip({
    stdin: () => null,
    stdout: () => undefined,
    stderr: () => undefined,
    instantiateWasm: (imports, receive) => receive(new WebAssembly.Instance(module, imports)),
  });
  const input = join(root, 'input');
  writeFileSync(input, '0123456789');
  out = mkdtempSync(join(root, `out-${mounts++}-`));
  fs = reader.FS as Fs;
  files = mountReaderFiles(fs, { path: input, size: 10 }, out, limits);
}

const written = () =>
  Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'latin1')]));
const bytes = (text: string) => Buffer.from(text, 'latin1');
function write(path: string, text: string): void {
  const stream = fs.open(path, 'w');
  fs.write(stream, bytes(text), 0, text.length);
  fs.close(stream);
}
const REFUSED = expect.objectContaining({ errno: 63 });

describe('the input', () => {
  it('can be read, at any place', () => {
    const stream = fs.open('/in/input', 'r');
    const buffer = Buffer.alloc(6, '-');
    expect(fs.read(stream, buffer, 1, 4)).toBe(4);
    expect(buffer.toString()).toBe('-0123-');
    expect(fs.read(stream, buffer, 0, 6, 7)).toBe(3);
    expect(buffer.toString()).toBe('78923-');
    expect([fs.llseek(stream, 2, 0), fs.llseek(stream, 3, 1), fs.llseek(stream, -4, 2)]).toEqual([2, 5, 6]);
    expect(fs.read(stream, buffer, 0, 6)).toBe(4);
    expect(buffer.toString('latin1', 0, 4)).toBe('6789');
    expect(() => fs.llseek(stream, -11, 2)).toThrow(expect.objectContaining({ errno: 28 }));
    fs.close(stream);
    fs.close(fs.open('/in/input', 'r'));
  });

  it('has a size, and cannot be changed', () => {
    expect(fs.stat('/in/input')).toMatchObject({ size: 10, mode: 0o100666, nlink: 1, blocks: 1, blksize: 4096 });
    const stream = fs.open('/in/input', 'r+');
    expect(() => fs.write(stream, bytes('x'), 0, 1)).toThrow(REFUSED);
    expect(() => fs.rename('/in/input', '/in/other')).toThrow(REFUSED);
    expect(readFileSync(join(root, 'input'), 'latin1')).toBe('0123456789');
    expect(files.written()).toEqual({ files: 0, bytes: 0, linkBytes: 0 });
  });
});

describe('what is written', () => {
  it('gets the next number, whatever it is called', () => {
    write('/out/a', 'one');
    write('/out/../out/b\\c', 'two');
    fs.mkdir('/out/folder');
    write('/out/folder/a', 'three');
    expect(written()).toEqual({ 1: 'one', 2: 'two', 3: 'three' });
    expect(files.written()).toEqual({ files: 3, bytes: 11, linkBytes: 0 });
    expect(fs.stat('/out/folder')).toMatchObject({ mode: 0o040777 });
  });

  it('is another file when it is opened anew, and stays when it is removed', () => {
    write('/out/a', 'one');
    write('/out/a', 'longer');
    fs.unlink('/out/a');
    write('/out/a', 'x');
    expect(written()).toEqual({ 1: 'one', 2: 'longer', 3: 'x' });
    expect(fs.stat('/out/a')).toMatchObject({ size: 1, mode: 0o100666 });
  });

  it('may be written anywhere in the file', () => {
    const stream = fs.open('/out/a', 'w');
    fs.write(stream, bytes('-abcdef-'), 1, 6);
    fs.llseek(stream, 2, 0);
    fs.write(stream, bytes('XY'), 0, 2);
    fs.llseek(stream, 1, 2);
    fs.write(stream, bytes('Z'), 0, 1);
    fs.close(stream);
    expect(written()).toEqual({ 1: 'abXYef\0Z' });
    expect(files.written()).toMatchObject({ bytes: 8 });
  });

  it('cannot be read, nor written when it is closed', () => {
    const stream = fs.open('/out/a', 'w+');
    fs.write(stream, bytes('secret'), 0, 6);
    expect(() => fs.read(stream, Buffer.alloc(6), 0, 6, 0)).toThrow(REFUSED);
    const other = fs.open('/out/a', 'r');
    fs.close(other);
    expect(() => fs.write(stream, bytes('x'), 0, 1)).toThrow(REFUSED);
    fs.close(stream);
    expect(readdirSync(out)).toHaveLength(2);
  });

  it('may have its rights and times set, and its end, to no effect', () => {
    write('/out/a', 'content');
    fs.chmod('/out/a', 0o777);
    fs.utime('/out/a', 1, 1);
    fs.truncate('/out/a', 1);
    expect(written()).toEqual({ 1: 'content' });
    expect(fs.stat('/out/a')).toMatchObject({ size: 7, mtime: new Date(0) });
  });

  it('is in folders that nobody can list, and that can be removed', () => {
    write('/out/a', 'one');
    expect(fs.readdir('/out').toSorted()).toEqual(['.', '..']);
    fs.mkdir('/out/folder');
    fs.rmdir('/out/folder');
    expect(fs.analyzePath('/out/folder').exists).toBe(false);
  });

  it('is a file where a link leads', () => {
    fs.symlink('/etc/passwd', '/out/link');
    expect(written()).toEqual({ 1: '/etc/passwd' });
    expect(files.written()).toEqual({ files: 1, bytes: 11, linkBytes: 11 });
    expect(() => fs.readlink('/out/link')).toThrow(expect.objectContaining({ errno: 28 }));
    fs.symlink('äö', '/out/other');
    expect(files.written().linkBytes).toBe(15);
  });

  it('is a file where a device is asked for', () => {
    fs.mkdev('/out/device', 0o020666, 0);
    expect(fs.stat('/out/device')).toMatchObject({ mode: 0o100666, rdev: 0 });
  });
});

describe('outside of its folders', () => {
  it.each(['/x', '/tmp/x', '/home/x', '/dev/x'])('nothing can be made: %s', (path) => {
    expect(() => write(path, 'x')).toThrow(REFUSED);
    expect(() => fs.mkdir(path)).toThrow(REFUSED);
    expect(() => fs.symlink('x', path)).toThrow(REFUSED);
    expect(() => fs.rename('/tmp', path)).toThrow();
  });
});

describe('limits', () => {
  const remount = (limits: ReaderLimits) => {
    files.close();
    return mount(limits);
  };

  it('of bytes hold, for links too', async () => {
    await remount({ bytes: 10, files: 5 });
    write('/out/a', '12345');
    expect(() => fs.symlink('123456', '/out/link')).toThrow(OverReaderLimit);
    expect(files.fault()).toMatchObject({ limit: 'size' });
    expect(files.written().linkBytes).toBe(0);
  });

  it('of files hold', async () => {
    await remount({ bytes: 10, files: 2 });
    write('/out/a', '');
    write('/out/b', '');
    expect(files.fault()).toBeUndefined();
    expect(() => write('/out/a', '')).toThrow(OverReaderLimit);
    expect(files.fault()).toMatchObject({ limit: 'files' });
  });

  it('of files hold for folders, of which there may be twice as many', async () => {
    await remount({ bytes: 10, files: 2 });
    for (const name of ['a', 'b', 'c', 'd']) fs.mkdir(`/out/${name}`);
    expect(files.fault()).toBeUndefined();
    expect(() => fs.mkdir('/out/e')).toThrow(OverReaderLimit);
    expect(files.fault()).toMatchObject({ limit: 'files' });
  });
});

it('what goes wrong on the disk is told', () => {
  rmSync(out, { recursive: true });
  expect(() => write('/out/a', 'x')).toThrow('ENOENT');
  expect(files.fault()).toMatchObject({ code: 'ENOENT' });
});
