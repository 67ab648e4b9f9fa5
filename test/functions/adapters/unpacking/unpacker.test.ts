import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { UnpackLimits } from '../../../../functions/adapters/unpacking/budget.ts';
import { loadedSource } from '../../../../functions/adapters/unpacking/file-source.ts';
import { createReaderPool, type ReaderPool } from '../../../../functions/adapters/unpacking/reader-pool.ts';
import { createUnpacker, type ObjectUnpacker } from '../../../../functions/adapters/unpacking/unpacker.ts';
import { type ByteSource, memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import type { ContainerFormat } from '../../../../functions/domain/containers/container-format.ts';
import { pack } from '../../../support/containers/seven-zip.ts';
import { lzip } from '../../../support/containers/streams.ts';
import { canMountSmallDisk, mountSmallDisk } from '../../../support/small-disk.ts';

const MiB = 1024 * 1024;
const SEVEN: ContainerFormat = { name: '7z', reader: 'seven-zip', type: '7z', certain: true };
const pool = createReaderPool({ threads: 1 });
afterAll(() => pool.close());

let root = '';
let folder = '';
let unpacker: ObjectUnpacker;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'unpacker-'));
  folder = join(root, 'folder');
  unpacker = withLimits({});
});
afterEach(async () => {
  await unpacker.close();
  rmSync(root, { recursive: true });
});

function withLimits(
  limits: Partial<UnpackLimits>,
  remaining = () => 20_000,
  readers: ReaderPool = pool,
): ObjectUnpacker {
  const all = { bytes: 100 * MiB, byDisk: false, files: 100, memoryBytes: 256 * MiB, ...limits };
  return createUnpacker({ folder, pool: readers, limits: all, remaining });
}

const textOf = async (source: ByteSource) => (await source.read(0, source.size)).toString('latin1');
const memory = (text: string | Buffer) => memorySource(Buffer.from(text as string));

describe('what is to be scanned', () => {
  it('becomes a file, once', async () => {
    const source = memory('content');
    await unpacker.scan(source);
    await unpacker.scan(source);
    await unpacker.scan(memory('other'));
    expect(unpacker.toScan.map((path) => readFileSync(path, 'utf8'))).toEqual(['content', 'other']);
    expect(unpacker.toScan.every((path) => path.startsWith(folder))).toBe(true);
  });

  it('stays where it is if it is a file', async () => {
    const path = join(root, 'object');
    writeFileSync(path, 'content');
    await unpacker.scan(await loadedSource({ path }, 100));
    expect(unpacker.toScan).toEqual([path]);
    expect(existsSync(folder)).toBe(false);
  });

  it('is forgotten when all begins anew, and so is the room it took', async () => {
    unpacker = withLimits({ bytes: 10 });
    const source = memory('content');
    await unpacker.scan(source);
    await unpacker.restart();
    expect(unpacker.toScan).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    await unpacker.scan(source);
    expect(unpacker.toScan.map((path) => readFileSync(path, 'utf8'))).toEqual(['content']);
    await expect(unpacker.scan(memory('more'))).rejects.toMatchObject({ finding: 'limits-exceeded:size' });
  });

  it('is gone when the unpacker is closed', async () => {
    await unpacker.scan(memory('content'));
    await unpacker.close();
    expect(existsSync(folder)).toBe(false);
  });
});

it('keeps what is decoded elsewhere, and counts checksums', async () => {
  const parts = async function* () {
    yield Buffer.from('one ');
    yield Buffer.from('two');
  };
  expect(await textOf(await unpacker.collect(parts()))).toBe('one two');
  expect(unpacker.crc32(Buffer.from('two'), unpacker.crc32(Buffer.from('one ')))).toBe(crc32('one two'));
});

it('decodes all members of a gzip file, and says how many', async () => {
  const { content, members } = await unpacker.gunzip(memory(Buffer.concat([gzipSync('one '), gzipSync('two')])));
  expect([await textOf(content), members]).toEqual(['one two', 2]);
});

it('looks at the clock where work never waits', async () => {
  let left = 1;
  const hurried = withLimits({}, () => left);
  await hurried.takeTurn();
  left = 0;
  await expect(hurried.takeTurn()).rejects.toMatchObject({ finding: 'limits-exceeded:time' });
});

describe('7-Zip', () => {
  const files = { a: Buffer.from('content of a'), b: Buffer.from('content of b') };

  it('extracts everything', async () => {
    const { leaves, problem, opened, behind } = await unpacker.extract(memory(await pack('7z', files)), SEVEN);
    expect((await Promise.all(leaves.map(textOf))).toSorted()).toEqual(['content of a', 'content of b']);
    expect([problem, opened, behind.size]).toEqual([null, true, 0]);
  });

  it('tells what is behind the end', async () => {
    const source = memory(Buffer.concat([await pack('7z', files), Buffer.from('behind')]));
    expect(await textOf((await unpacker.extract(source, SEVEN)).behind)).toBe('behind');
  });

  it('tells what is no container', async () => {
    const { opened, leaves } = await unpacker.extract(memory('x'.repeat(1000)), SEVEN);
    expect([opened, leaves]).toEqual([false, []]);
  });

  it.each([
    ['one', 11, 'limits-exceeded:size'],
    ['both', 23, 'limits-exceeded:size'],
    ['none', 24, undefined],
  ])('may not write more than is left: %s is over it', async (_, bytes, finding) => {
    const archive = await pack('7z', files);
    const path = join(root, 'object');
    writeFileSync(path, archive);
    unpacker = withLimits({ bytes });
    const source = await loadedSource({ path }, MiB);
    const { problem } = await unpacker.extract(source, SEVEN);
    expect(problem?.finding).toBe(finding);
    // What it wrote is counted.
    if (problem === null) {
      await expect(unpacker.scan(memory('x'))).rejects.toMatchObject({ finding: 'limits-exceeded:size' });
    }
    await unpacker.restart();
    unpacker = withLimits({ bytes, byDisk: true });
    const again = unpacker.extract(source, SEVEN);
    if (finding === undefined) expect((await again).problem).toBeNull();
    else await expect(again).rejects.toMatchObject({ name: 'ScratchFull' });
  });

  it('may not write more files than is allowed, whoever sets the limit of bytes', async () => {
    unpacker = withLimits({ files: 1, byDisk: true });
    const { problem } = await unpacker.extract(memory(await pack('7z', files)), SEVEN);
    expect(problem?.finding).toBe('limits-exceeded:files');
  });

  it('has the time that is left, and what others took of it', async () => {
    const tasks: number[] = [];
    const slow: ReaderPool = {
      async run(_, milliseconds, onTurn) {
        tasks.push(milliseconds);
        onTurn?.(500);
        return { lost: 'time' };
      },
      close: async () => undefined,
    };
    unpacker = withLimits({}, () => 1000, slow);
    for (const turn of [1, 2]) {
      const { problem } = await unpacker.extract(memory(`x${turn}`), SEVEN);
      expect(problem?.finding).toBe('limits-exceeded:time');
    }
    expect(tasks).toEqual([1000, 1500]);
  });
});

describe('lzip', () => {
  const line = Buffer.from('some text, some more text. '.repeat(20));

  it.each([1, 2, 3])('%d members are decoded', async (count) => {
    const member = await lzip(line);
    const content = await unpacker.lunzip(memory(Buffer.concat(Array<Buffer>(count).fill(member))));
    expect(await textOf(content)).toBe(line.toString().repeat(count));
  });

  it('an empty member is one', async () => {
    // What lzip makes of nothing.
    const empty = Buffer.from(`4c5a4950010c0083fffbffffc0000000${'00'.repeat(12)}2400000000000000`, 'hex');
    expect((await unpacker.lunzip(memory(empty))).size).toBe(0);
  });

  it('a stream that does not end where the member does is broken', async () => {
    const member = await lzip(line);
    const longer = Buffer.concat([member.subarray(0, -20), Buffer.alloc(50, 'x'), member.subarray(-20)]);
    longer.writeBigUInt64LE(BigInt(longer.length), longer.length - 8);
    await expect(unpacker.lunzip(memory(longer))).rejects.toMatchObject({
      finding: expect.stringMatching(/^ambiguous-archive:lzip-/),
    });
    const shorter = Buffer.concat([member.subarray(0, -40), member.subarray(-20)]);
    shorter.writeBigUInt64LE(BigInt(shorter.length), shorter.length - 8);
    await expect(unpacker.lunzip(memory(shorter))).rejects.toMatchObject({
      finding: expect.stringMatching(/^ambiguous-archive:lzip-/),
    });
  });

  it.each([
    [2, 0],
    [1, 3],
  ])('a stream of which the reader makes %d files, and %d bytes behind, is broken', async (count, behind) => {
    const strange: ReaderPool = {
      async run({ folder: out }) {
        for (let index = 0; index < count; index++) writeFileSync(join(out, String(index)), line);
        const bytes = count * line.length;
        return { exitCode: 0, output: `\nSize: ${bytes}\nTail Size = ${behind}\n`, files: count, bytes, linkBytes: 0 };
      },
      close: async () => undefined,
    };
    unpacker = withLimits({}, undefined, strange);
    await expect(unpacker.lunzip(memory(await lzip(line)))).rejects.toMatchObject({
      finding: 'ambiguous-archive:lzip-broken',
    });
  });
});

(canMountSmallDisk() ? describe : describe.skip)('a disk that is full half way', () => {
  const FULL = { name: 'ScratchFull', message: expect.stringContaining('ENOSPC') };
  let unmount: () => void;
  beforeEach(() => {
    mkdirSync(join(root, 'disk'));
    unmount = mountSmallDisk(join(root, 'disk'), 6 * MiB);
    folder = join(root, 'disk', 'folder');
    // As if someone else had taken the room that there was at the beginning.
    unpacker = withLimits({});
  });
  afterEach(async () => {
    await unpacker.close();
    unmount();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['gzip', async () => unpacker.gunzip(memory(gzipSync(Buffer.alloc(10 * MiB))))],
    ['7-Zip', async () => unpacker.extract(memory(await pack('7z', { a: Buffer.alloc(10 * MiB) })), SEVEN)],
    ['lzip', async () => unpacker.lunzip(memory(await lzip(Buffer.alloc(10 * MiB))))],
    [
      'what is decoded elsewhere',
      () =>
        unpacker.collect(
          (async function* () {
            for (let turn = 0; turn < 10; turn++) yield Buffer.alloc(MiB);
          })(),
        ),
    ],
    ['what is to be scanned', () => unpacker.scan(memory(Buffer.alloc(10 * MiB)))],
  ])('is no finding, so that another attempt is made: %s', async (_, unpack) => {
    await expect(unpack()).rejects.toMatchObject(FULL);
    await unpacker.restart();
    await unpacker.scan(memory(Buffer.alloc(5 * MiB)));
  });
});
