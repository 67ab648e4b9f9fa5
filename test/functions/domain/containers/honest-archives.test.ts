import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createUnpacking } from '../../../../functions/adapters/unpacking/unpacking.ts';

/* What ordinary writers make, through every reader: nothing is flagged, and what the engine does not reach is handed on. */
let folder: string;
let unpacking: ReturnType<typeof createUnpacking>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'honest-archives-'));
  unpacking = createUnpacking({ parent: folder, maxBytes: 100_000_000 });
});
afterAll(async () => {
  await unpacking.close();
  rmSync(folder, { recursive: true });
});

async function inside(bytes: Buffer) {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  return unpacking.withContents(
    { path },
    () => 30_000,
    async ({ parts, unaccounted, opened }) => ({
      parts: parts.map((part) => readFileSync(part).toString('latin1')),
      unaccounted,
      opened: [...opened],
    }),
  );
}

/** `hello\n`, by lzip. */
const LZIP = Buffer.from('4c5a4950010c00341949ee8ddd3d3adfffffdd12000020303a3606000000000000002a00000000000000', 'hex');

const header = (name: string, type: string, size: number) => {
  const block = Buffer.alloc(512);
  block.write(name);
  block.write('0000644\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write(`        ${type}`, 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
};
const padded = (text: string) => Buffer.concat([Buffer.from(text), Buffer.alloc(512 - text.length)]);

it('one member of lzip, or several: the content is scanned in one piece', async () => {
  expect(await inside(LZIP)).toEqual({ parts: ['hello\n'], unaccounted: [], opened: ['lzip'] });
  const { parts, unaccounted } = await inside(Buffer.concat([LZIP, LZIP]));
  expect(parts).toEqual(['hello\nhello\n']);
  expect(unaccounted).toEqual([]);
});

it.each([
  ['cut off', LZIP.subarray(0, -1), 'lzip-broken'],
  ['with something behind it', Buffer.concat([LZIP, Buffer.from('x')]), 'lzip-broken'],
  ['with another checksum', changed(LZIP, LZIP.length - 20), 'lzip-checksum'],
  ['with another size', changed(LZIP, LZIP.length - 16), 'lzip-checksum'],
  ['before another member that is broken', Buffer.concat([LZIP, changed(LZIP, 0)]), 'lzip-broken'],
])('lzip %s is not', async (_name, bytes, rule) => {
  expect((await inside(bytes)).unaccounted).toEqual([`ambiguous-archive:${rule}`]);
});

it('an incremental dump of GNU tar: the members are handed to the engine, which may not know the folder', async () => {
  const dump = 'Ya.txt\0\0';
  const tar = Buffer.concat([
    header('folder/', 'D', dump.length),
    padded(dump),
    header('folder/a.txt', '0', 5),
    padded('hello'),
    Buffer.alloc(1024),
  ]);
  const { parts, unaccounted } = await inside(tar);
  expect(unaccounted).toEqual([]);
  expect(parts).toEqual([dump, 'hello']);
});

it('what begins like LZMA, which has no magic number', async () => {
  const bytes = Buffer.concat([Buffer.from('5d00001000ffffffffffffffff00', 'hex'), Buffer.alloc(5000, 'abcdefg')]);
  expect((await inside(bytes)).unaccounted).toEqual([]);
});

it('gzip of several members, filled up with zeros', async () => {
  const { parts, unaccounted } = await inside(Buffer.concat([gzipSync('one'), gzipSync('two'), Buffer.alloc(700)]));
  expect(unaccounted).toEqual([]);
  expect(parts).toEqual(['onetwo']);
});

function cpio(...members: readonly (readonly [name: string, mode: number, data: string, inode: number])[]): Buffer {
  const field = (number: number) => number.toString(16).padStart(8, '0');
  const four = (text: string) => text + '\0'.repeat((4 - (text.length % 4)) % 4);
  const entries = [...members, ['TRAILER!!!', 0, '', 0] as const].map(([name, mode, data, inode]) => {
    const fields = [inode, mode, 0, 0, 2, 0, data.length, 0, 0, 0, 0, name.length + 1, 0].map(field).join('');
    return four(`070701${fields}${name}\0`) + four(data);
  });
  return Buffer.from(entries.join(''), 'latin1');
}

it('symbolic and hard links in a cpio archive: the text of one is scanned, the content of the other once more', async () => {
  const { parts, unaccounted } = await inside(
    cpio(['soft', 0o120777, 'target-of-the-link', 1], ['first', 0o100644, '', 2], ['second', 0o100644, 'content', 2]),
  );
  expect(unaccounted).toEqual([]);
  expect(parts).toEqual(expect.arrayContaining(['target-of-the-link', 'content']));
});

it('a signature behind an archive is scanned on its own', async () => {
  const archive = cpio(['file', 0o100644, 'content', 1]);
  const { parts, unaccounted } = await inside(Buffer.concat([archive, Buffer.alloc(512), Buffer.from('signature')]));
  expect(unaccounted).toEqual([]);
  expect(parts.map((part) => part.replaceAll('\0', ''))).toEqual(expect.arrayContaining(['content', 'signature']));
});

it('but another archive there is not', async () => {
  const archive = cpio(['file', 0o100644, 'content', 1]);
  for (const behind of [archive, gzipSync('x'), Buffer.concat([Buffer.from('x'), zipOf('a')])]) {
    const { unaccounted } = await inside(Buffer.concat([archive, Buffer.alloc(512), behind]));
    expect(unaccounted).toEqual(['ambiguous-archive:cpio-suffix']);
  }
});

/** A zip of one empty member. */
function zipOf(name: string): Buffer {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length, 16);
  return Buffer.concat([local, Buffer.from(name), central, Buffer.from(name), end]);
}

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
