import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from '@jest/globals';
import { createUnpacking } from '../../../../functions/adapters/unpacking/unpacking.ts';
import { pack } from '../../../support/containers/seven-zip.ts';
import { canMountSmallDisk, mountSmallDisk } from '../../../support/small-disk.ts';
import { writeTar } from '../../../support/tar-writer.ts';
import { writeZip } from '../../../support/zip-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'unpacking-'));
const unpacking = createUnpacking({ parent: folder, maxBytes: 50_000_000 });
afterAll(async () => {
  await unpacking.close();
  expect(readdirSync(folder).filter((name) => name.includes('unpacked'))).toEqual([]);
  rmSync(folder, { recursive: true });
});

async function contentsOf(bytes: Buffer, milliseconds = 20_000, opener = unpacking) {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  let paths: readonly string[] = [];
  const result = await opener.withContents(
    { path },
    () => milliseconds,
    async ({ parts, unaccounted, whole }) => {
      paths = parts;
      return { unaccounted, whole, parts: parts.map((part) => readFileSync(part, 'latin1')) };
    },
  );
  expect(paths.filter(existsSync)).toEqual([]);
  // Every name is a number.
  for (const part of paths) if (part !== path) expect(part).toMatch(/unpacked[^/]*\/\d+\/\d+(?:\/\d+)?$/);
  return result;
}

/** An archive of `cpio -H newc`, in which 7-Zip keeps links. */
type Member = readonly [mode: number, name: string, content: string];
function cpio(...members: readonly Member[]): Buffer {
  const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
  return Buffer.concat(
    [...members, [0, 'TRAILER!!!', ''] as const].flatMap(([mode, name, content], index) => {
      const fields = [index + 1, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0];
      const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
      return [padded(Buffer.from(header, 'latin1')), padded(Buffer.from(content))];
    }),
  );
}

it('unpacks what the engine does not reach into files of their own, and removes them', async () => {
  const large = 'x'.repeat(5_000_000);
  const bytes = Buffer.concat([gzipSync(large), gzipSync('end')]);
  expect(await contentsOf(bytes)).toEqual({ unaccounted: [], whole: true, parts: [`${large}end`] });
});

it.each<[string, Member, string]>([
  ['a file', [0o100644, 'a', 'content'], 'content'],
  ['a file that leads out of the folder', [0o100644, '../../../etc/a', 'content'], 'content'],
  ['a file with an absolute name', [0o100644, '/etc/a', 'content'], 'content'],
  ['a file with a long name', [0o100644, 'a'.repeat(300), 'content'], 'content'],
  ['a file with a name of no encoding', [0o100644, '\xff', 'content'], 'content'],
  ['where a link leads', [0o120777, 'link', 'target'], 'target'],
])('gets everything out of an archive of 7-Zip: %s', async (_, member, content) => {
  const { unaccounted, parts } = await contentsOf(cpio(member, [0o100644, 'b', 'other']));
  expect({ unaccounted, parts: parts.filter((part) => !part.startsWith('0707')).toSorted() }).toEqual({
    unaccounted: [],
    parts: [content, 'other'].toSorted(),
  });
  expect(existsSync('/etc/a')).toBe(false);
});

it('does not begin where 7-Zip can read on', async () => {
  const { unaccounted } = await contentsOf(cpio([0o100644, 'a'.repeat(4096), 'content'], [0o100644, 'b', 'other']));
  expect(unaccounted).toEqual(['ambiguous-archive:cpio-prefix']);
});

it('gets both files of one name', async () => {
  const { unaccounted, parts } = await contentsOf(cpio([0o100644, 'a', 'one'], [0o100644, 'a', 'two']));
  expect(unaccounted).toEqual([]);
  expect(parts).toEqual(expect.arrayContaining(['one', 'two']));
});

it('opens more files than a process may have open', async () => {
  const members = Array.from({ length: 300 }, (_, index) => [0o100644, `f${index}`, `content ${index}`] as const);
  const { unaccounted, parts } = await contentsOf(cpio(...members));
  expect(unaccounted).toEqual([]);
  expect(parts).toEqual(expect.arrayContaining(members.map(([, , content]) => content)));
});

it('looks behind an archive', async () => {
  const { parts } = await contentsOf(Buffer.concat([cpio([0o100644, 'a', 'one']), cpio([0o100644, 'a', 'two'])]));
  expect(parts).toEqual(expect.arrayContaining(['one', 'two']));
});

it.each<[string, Buffer, number, number]>([
  ['limits-exceeded:size', writeZip([{ content: Buffer.alloc(3000), method: 8 }]), 20_000, 2999],
  ['limits-exceeded:time', writeZip([{ content: 'x' }]), 0, 3000],
  ['limits-exceeded:time', cpio([0o100644, 'a', 'x']), 0, 3000],
  ['limits-exceeded:size', cpio([0o100644, 'a', 'x'.repeat(3000)]), 20_000, 2999],
])('%s', async (finding, bytes, milliseconds, maxBytes) => {
  const small = createUnpacking({ parent: folder, maxBytes });
  try {
    expect((await contentsOf(bytes, milliseconds, small)).unaccounted).toContain(finding);
  } finally {
    await small.close();
  }
});

it('gives the engine what 7-Zip extracts beside the archive itself', async () => {
  const content = 'some text '.repeat(100_000);
  const { unaccounted, whole, parts } = await contentsOf(await pack('7z', { a: Buffer.from(content) }));
  expect([unaccounted, whole]).toEqual([[], true]);
  expect(parts).toContain(content);
});

it('opens no RAR for those who cannot accept its license', async () => {
  const rar = Buffer.concat([Buffer.from('Rar!\x1a\x07\x01\0', 'latin1'), Buffer.alloc(100)]);
  const unwilling = createUnpacking({ parent: folder, maxBytes: 50_000_000, opensRar: false });
  try {
    expect((await contentsOf(rar, 20_000, unwilling)).unaccounted).toEqual(['unsupported-format:rar']);
  } finally {
    await unwilling.close();
  }
  expect((await contentsOf(rar)).unaccounted).toEqual(['ambiguous-archive:rar-broken']);
});

(canMountSmallDisk() ? it : it.skip)(
  'what the disk has no room for is no finding, unless it is over the limit',
  async () => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const unmount = mountSmallDisk(disk, 6 * 1024 * 1024);
    const bytes = gzipSync(Buffer.alloc(10 * 1024 * 1024));
    try {
      for (const [maxBytes, expected] of [
        [50_000_000, { name: 'ScratchFull' }],
        [5_000_000, { unaccounted: ['limits-exceeded:size'] }],
      ] as const) {
        const small = createUnpacking({ parent: disk, maxBytes });
        const outcome = await contentsOf(bytes, 20_000, small).catch((fault: Error) => fault);
        expect(outcome).toMatchObject(expected);
        await small.close();
      }
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      unmount();
    }
  },
);

it('removes what was unpacked when its user throws', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, writeTar([{ name: 'GIF89a', content: 'x' }]));
  let part = '';
  const use = unpacking.withContents(
    { path },
    () => 20_000,
    async ({ parts }) => {
      [part = ''] = parts;
      expect(existsSync(part)).toBe(true);
      throw new Error('of the user');
    },
  );
  await expect(use).rejects.toThrow('of the user');
  expect(existsSync(part)).toBe(false);
});

it('ends in time with a text that seems to begin a container at every word, and lets others have their turns', async () => {
  const path = join(folder, 'flood');
  writeFileSync(path, 'UEsDB '.repeat(200_000));
  // The time is up when others have had three turns: a busy machine cannot use it up before their first.
  let turns = 0;
  const others = setInterval(() => {
    turns += 1;
  }, 20);
  const roomy = createUnpacking({ parent: folder, maxBytes: 2 ** 40 });
  const findings = await roomy
    .withContents(
      { path },
      () => (turns < 3 ? 1000 : 0),
      async ({ unaccounted }) => unaccounted,
    )
    .finally(() => {
      clearInterval(others);
      return roomy.close();
    });
  expect(findings).toContain('limits-exceeded:time');
});
