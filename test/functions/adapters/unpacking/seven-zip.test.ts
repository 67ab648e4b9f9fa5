import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { ReaderOutcome, ReaderPool, ReaderRun } from '../../../../functions/adapters/unpacking/reader-pool.ts';
import { extractWithSevenZip } from '../../../../functions/adapters/unpacking/seven-zip.ts';

const root = mkdtempSync(join(tmpdir(), 'seven-zip-'));
afterAll(() => rmSync(root, { recursive: true }));
let runs = 0;

const INPUT = { path: '/somewhere/object', size: 5 };
const LIMITS = { bytes: 100, files: 10, milliseconds: 1000, memoryBytes: 5000 };
const SURE = { name: '7z', reader: 'seven-zip', type: '7z', certain: true } as const;
const GUESSED = { name: 'cpio', reader: 'seven-zip', certain: true } as const;

/** What is made of a reader that ends like this, and writes so many files. */
async function extracted(outcome: Partial<ReaderOutcome>, files = 0, format: typeof SURE | typeof GUESSED = SURE) {
  const folder = join(root, String(runs++));
  mkdirSync(folder);
  const tasks: [ReaderRun, number][] = [];
  const pool: ReaderPool = {
    async run(task, milliseconds, onTurn) {
      tasks.push([task, milliseconds]);
      onTurn?.(7);
      for (let index = 1; index <= files; index++) writeFileSync(join(folder, String(index)), 'x'.repeat(10));
      const nothing = { output: '', files, bytes: 10 * files, linkBytes: 0 };
      return 'lost' in outcome ? (outcome as ReaderOutcome) : { ...nothing, ...outcome };
    },
    close: async () => undefined,
  };
  const waited: number[] = [];
  const result = await extractWithSevenZip(pool, INPUT, folder, format, {
    ...LIMITS,
    onTurn: (milliseconds) => waited.push(milliseconds),
  });
  return { ...result, folder, tasks, waited };
}
const findingOf = async (...how: Parameters<typeof extracted>) => (await extracted(...how)).problem?.finding ?? null;
const said = (output: string, exitCode = 2) => ({ output: `\n7-Zip (z) 24.09\n${output}`, exitCode });
const size = (bytes: number) => ({
  output: `\nEverything is Ok\n\nSize:       ${bytes}\nCompressed: 9\n`,
  exitCode: 0,
});

describe('the reader', () => {
  it('is asked to extract everything, within the limits', async () => {
    const { tasks, folder, waited } = await extracted(size(0));
    expect(tasks).toEqual([
      [
        {
          arguments: expect.arrayContaining(['x', '-y', '-aou', '-snh-', '-bd', '-t7z', '-o/out', '/in/input']),
          input: INPUT,
          folder,
          limits: { bytes: 100, files: 10 },
          memoryBytes: 5000,
        },
        1000,
      ],
    ]);
    expect(waited).toEqual([7]);
  });

  it('is given a password that nobody knows', async () => {
    const passwords = [await extracted(size(0)), await extracted(size(0))].map(({ tasks }) =>
      tasks[0]?.[0].arguments.find((argument) => argument.startsWith('-p')),
    );
    for (const password of passwords) expect(password).toMatch(/^-p[0-9a-f-]{36}$/);
    expect(passwords[0]).not.toBe(passwords[1]);
  });

  it('is not told a type where there is none', async () => {
    const { tasks } = await extracted(size(0), 0, GUESSED);
    expect(tasks[0]?.[0].arguments.filter((argument) => argument.startsWith('-t'))).toEqual([]);
  });
});

describe('what it has extracted', () => {
  it('is accounted for where it wrote what it says', async () => {
    const { leaves, problem, opened, behind, folder } = await extracted(size(20), 2);
    expect(leaves.toSorted()).toEqual([join(folder, '1'), join(folder, '2')]);
    expect([problem, opened, behind]).toEqual([null, true, 0]);
  });

  it.each([
    ['says more', size(21), 2],
    ['says less', size(19), 2],
    ['says nothing', { output: 'Everything is Ok', exitCode: 0 }, 0],
    ['says a size in a name', { output: 'A Size: 0\n', exitCode: 0 }, 0],
    ['says a size with something behind', { output: 'Size: 0 x\n', exitCode: 0 }, 0],
  ])('is not all where it %s', async (_, outcome, files) => {
    expect(await findingOf(outcome, files)).toBe('unsupported-format:7z');
  });

  it('may be without where its links lead', async () => {
    expect(await findingOf({ ...size(20), linkBytes: 5 }, 2)).toBeNull();
    expect(await findingOf({ ...size(15), linkBytes: 5 }, 2)).toBeNull();
    expect(await findingOf({ ...size(14), linkBytes: 5 }, 2)).toBe('unsupported-format:7z');
    expect(await findingOf({ ...size(25), linkBytes: 5 }, 2)).toBe('unsupported-format:7z');
  });
});

describe('a reader that did not come to an end', () => {
  it.each<[string, Partial<ReaderOutcome>]>([
    ['limits-exceeded:time', { lost: 'time' }],
    ['unsupported-format:7z', { lost: 'crash' }],
    ['limits-exceeded:files', { limit: 'files', ...size(0) }],
    ['limits-exceeded:size', { limit: 'size', ...size(0) }],
    ['limits-exceeded:memory', { limit: 'memory' }],
    ['unsupported-format:7z', {}],
    ['unsupported-format:7z', { fault: 'unreachable' }],
    ['unsupported-format:7z', { fault: 'EIO', ...{ output: size(0).output } }],
    ['limits-exceeded:memory', said('', 8)],
    ['limits-exceeded:memory', said("ERROR: Can't allocate required memory!\n")],
    ['limits-exceeded:memory', said("Can't allocate required memory!\n")],
    ['limits-exceeded:memory', said('E_OUTOFMEMORY : x\n')],
    ['limits-exceeded:memory', said('ERROR: E_OUTOFMEMORY : x\n')],
  ])('%s: %j', async (finding, outcome) => {
    const { problem, opened, behind } = await extracted(outcome);
    expect([problem?.finding, opened, behind]).toEqual([finding, true, 0]);
  });

  it.each(['ENOSPC', 'EDQUOT'])('because the disk is full is no finding: %s', async (fault) => {
    await expect(extracted({ fault })).rejects.toMatchObject({
      name: 'ScratchFull',
      message: `no room to unpack: ${fault}`,
    });
    await expect(extracted({ fault }, 3)).rejects.toMatchObject({ name: 'ScratchFull' });
  });
});

describe('what it complains about', () => {
  it.each([
    ['encrypted', 'ERROR: Wrong password : a'],
    ['encrypted', 'ERROR: Data Error in encrypted file. Wrong password? : a'],
    ['encrypted', 'ERROR: CRC Failed in encrypted file. Wrong password? : a'],
    ['encrypted', 'Cannot open encrypted archive. Wrong password?'],
    ['encrypted', 'ERROR: /in/input\nHeaders Error in encrypted archive. Wrong password?'],
    ['encrypted', 'ERROR: Wrong password : a\nERROR: Unsupported Method : b'],
    ['unsupported-format:7z', 'ERROR: Unsupported Method : a'],
    ['unsupported-format:7z', 'ERROR: CRC Failed : b\nERROR: Unsupported Method : a'],
    ['ambiguous-archive:7z-broken', 'ERROR: CRC Failed : a'],
    ['ambiguous-archive:7z-broken', 'ERROR: Data Error : a'],
    ['ambiguous-archive:7z-broken', 'ERRORS:\nHeaders Error'],
    ['ambiguous-archive:7z-broken', 'WARNINGS:\nThere are data after the end of archive'],
    ['ambiguous-archive:7z-broken', 'Open ERROR: x'],
    ['ambiguous-archive:7z-broken', ''],
    // Names that look like its own words.
    ['ambiguous-archive:7z-broken', 'ERROR: CRC Failed : ERROR: Wrong password : a'],
    ['ambiguous-archive:7z-broken', 'ERROR: CRC Failed : ERROR: Unsupported Method : a'],
    ['ambiguous-archive:7z-broken', 'ERROR: CRC Failed : Cannot open encrypted archive'],
    ['ambiguous-archive:7z-broken', "ERROR: CRC Failed : Can't allocate"],
    ['ambiguous-archive:7z-broken', 'ERROR: CRC Failed : The archive is open with offset'],
    ['ambiguous-archive:7z-broken', 'The archive is open with offset or so'],
  ])('%s: %j', async (finding, text) => {
    for (const exitCode of [1, 2]) expect(await findingOf(said(`${text}\n`, exitCode))).toBe(finding);
  });

  const LINK = 'ERROR: Dangerous link path was ignored : a : /b\n';
  const errors = (count: number) => `\nSub items Errors: ${count}\n`;

  it.each([
    [LINK, 1],
    [LINK.replace('link', 'symbolic link'), 1],
    [LINK + LINK, 2],
  ])('is nothing where only links are not made: %j', async (text, count) => {
    expect(await findingOf(said(text + errors(count)))).toBeNull();
  });

  it.each([
    ['another error', `${LINK}ERROR: CRC Failed : a\n`, 2],
    ['an error whose name looks like it', `ERROR: CRC Failed : ERROR: Dangerous link path was ignored : a\n`, 1],
    ['a complaint that it does not count', `${LINK}Open ERROR: x\n`, 1],
    ['more errors than it tells', LINK, 2],
    ['fewer errors than it tells', LINK + LINK, 1],
    ['no errors', '', 0],
    ['a warning', `${LINK}WARNING: x\n`, 1],
  ])('is something where there is %s', async (_, text, count) => {
    expect(await findingOf(said(text + errors(count)))).toBe('ambiguous-archive:7z-broken');
  });

  it('is something where it does not tell how many, or the beginning is missing', async () => {
    expect(await findingOf(said(LINK))).toBe('ambiguous-archive:7z-broken');
    expect(await findingOf({ output: LINK + errors(1), exitCode: 2 })).toBe('ambiguous-archive:7z-broken');
    expect(await findingOf(said(`${LINK}x Sub items Errors: 1\n`))).toBe('ambiguous-archive:7z-broken');
    expect(await findingOf(said(`${LINK}Sub items Errors: 1 x\n`))).toBe('ambiguous-archive:7z-broken');
    expect(await findingOf(said(`${LINK}Sub items Errors: 10\n`))).toBe('ambiguous-archive:7z-broken');
  });
});

describe('an archive behind other bytes', () => {
  const OFFSET = 'WARNINGS:\nThe archive is open with offset\n';
  const WARNED = `${size(0).output}Warning: The archive is open with offset\n`;

  it('is not the one that began where it was told the type', async () => {
    expect(await findingOf(said(OFFSET, 1))).toBe('ambiguous-archive:7z-prefix');
    expect(await findingOf({ output: WARNED, exitCode: 0 })).toBe('ambiguous-archive:7z-prefix');
    expect(await findingOf({ output: WARNED.replace('offset', 'offset 7'), exitCode: 0 })).toBeNull();
    expect(await findingOf({ output: WARNED.replace('Warning', 'Name'), exitCode: 0 })).toBeNull();
  });

  it('is the one that was looked for otherwise', async () => {
    expect(await findingOf({ output: WARNED, exitCode: 0 }, 0, GUESSED)).toBeNull();
  });
});

describe('no archive at all', () => {
  const NONE = said(
    "\nERROR: /in/input\n/in/input\nOpen ERROR: Cannot open the file as [7z] archive\n\nCan't open as archive: 1\n",
  );

  it('is where it says so, and wrote nothing', async () => {
    expect(await extracted(NONE)).toMatchObject({ opened: false, leaves: [] });
  });

  it.each<[string, Partial<ReaderOutcome>, number]>([
    ['it wrote something', NONE, 1],
    ['it says that all is well', { ...NONE, exitCode: 0 }, 0],
    ['it wants a password', said("Cannot open encrypted archive. Wrong password?\n\nCan't open as archive: 1\n"), 0],
    ['it says so of a name', said("ERROR: CRC Failed : Can't open as archive: 1\n"), 0],
    ['it says more on that line', said("Can't open as archive: 1 x\n"), 0],
    ['it did not come to an end', { lost: 'crash' }, 0],
  ])('is not where %s', async (_, outcome, files) => {
    expect(await extracted(outcome, files)).toMatchObject({ opened: true });
  });

  it('is where there are many', async () => {
    expect(await extracted(said("Can't open as archive: 12\n"))).toMatchObject({ opened: false });
  });
});

it.each([
  ['Tail Size = 12\n', 12],
  ['x\nTail Size = 12\nTail Size = 345\nTail Size = 6\n', 345],
  ['A Tail Size = 12\n', 0],
  ['Tail Size = 12 x\n', 0],
  ['', 0],
])('how much is behind the end, by %j', async (output, behind) => {
  expect((await extracted({ output, exitCode: 0 })).behind).toBe(behind);
});
