import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createReaderPool,
  type ReaderOutcome,
  type ReaderPool,
} from '../../../../functions/adapters/unpacking/reader-pool.ts';
import { extractWithSevenZip } from '../../../../functions/adapters/unpacking/seven-zip.ts';
import { BUFFER, CRASH, call, drop, forever, grow, number, Program, writeTo } from '../../../support/hostile-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'jail-'));
const path = join(folder, 'input.7z');
const SECRET = `secret-${process.pid}-of-the-parent`;
const LIMITS = { bytes: 100_000, files: 10, milliseconds: 20_000, memoryBytes: 8 * 1024 * 1024 };
let count = 0;

beforeAll(() => {
  writeFileSync(path, 'INPUT');
  process.env.JAIL_TEST_SECRET = SECRET;
});
afterAll(() => {
  delete process.env.JAIL_TEST_SECRET;
  rmSync(folder, { recursive: true });
});

async function withReader<T>(code: Uint8Array | null, use: (pool: ReaderPool, out: string) => Promise<T>): Promise<T> {
  count += 1;
  const binary = join(folder, `${count}.wasm`);
  const out = join(folder, String(count));
  mkdirSync(out);
  if (code !== null) writeFileSync(binary, code);
  const pool = createReaderPool({ binary, threads: 1 });
  try {
    return await use(pool, out);
  } finally {
    await pool.close();
  }
}

/** What it prints is all that a reader can tell. */
function outcomeOf(program: Program, limits: Partial<typeof LIMITS> = {}): Promise<ReaderOutcome & { out: string }> {
  const { milliseconds, memoryBytes, ...rest } = { ...LIMITS, ...limits };
  return withReader(program.assemble(), async (pool, out) => {
    const task = { arguments: [], input: { path, size: 5 }, folder: out, limits: rest, memoryBytes };
    return { ...(await pool.run(task, milliseconds)), out };
  });
}

const output = (outcome: ReaderOutcome) => ('lost' in outcome ? '' : outcome.output);

it('7-Zip asks for nothing but files, a clock, memory and its own environment: no socket, no process', () => {
  const code = readFileSync(createRequire(import.meta.url).resolve('7z-wasm/7zz.wasm'));
  const module = new WebAssembly.Module(code);
  const names = WebAssembly.Module.imports(module).map(({ name }) => name.replace(/^__syscall_|^emscripten_/, ''));
  expect(names.toSorted()).toEqual(
    [
      ...['__cxa_throw', '_abort_js', 'exit', 'date_now', 'clock_time_get', 'environ_get', 'environ_sizes_get'],
      ...['_gmtime_js', '_localtime_js', '_mktime_js', '_tzset_js', 'get_heap_max', 'resize_heap'],
      ...['chmod', 'fchownat', 'fstat64', 'ftruncate64', 'getcwd', 'getdents64', 'ioctl', 'lstat64', 'mkdirat'],
      ...['newfstatat', 'openat', 'readlinkat', 'renameat', 'rmdir', 'stat64', 'symlinkat', 'unlinkat', 'utimensat'],
      ...['fd_close', 'fd_fdstat_get', 'fd_read', 'fd_seek', 'fd_write'],
    ].toSorted(),
  );
});

describe('a hostile reader', () => {
  it.each([
    '/etc/passwd',
    '/proc/self/environ',
    '/proc/1/environ',
    '../../../../etc/passwd',
    '/in/../../etc/passwd',
    '/dev/stdin',
    '/out/../etc/passwd',
  ])('gets nothing from %s', async (file) => {
    const outcome = await outcomeOf(new Program().show(file));
    expect(output(outcome)).toBe(`\n<${file}></>\n`);
  });

  it('gets its input', async () => {
    expect(output(await outcomeOf(new Program().show('/in/input')))).toBe('\n</in/input>INPUT</>\n');
  });

  it('sees nothing of the environment', async () => {
    const program = new Program()
      .do(drop(call('environment', number(512), number(BUFFER))))
      .do(writeTo(number(1), number(BUFFER), number(4096)));
    const seen = output(await outcomeOf(program));
    expect(seen).toContain('USER=web_user');
    for (const [name, value = ''] of Object.entries(process.env)) {
      if (value.length > 12) expect(seen).not.toContain(`${name}=${value}`);
    }
    expect(seen).not.toContain(SECRET);
  });

  it.each(['/x', '/tmp/x', '/home/web_user/x', '/dev/x', '/in/../x', '/out/../x', '../x'])(
    'loses nothing it writes to %s',
    async (file) => {
      const outcome = await outcomeOf(new Program().file(file, 100));
      expect(outcome).toMatchObject({ files: 0, bytes: 0 });
      expect(existsSync(join(folder, 'x'))).toBe(false);
    },
  );

  it('writes under numbers only, each opening anew', async () => {
    const program = new Program().file('/out/../out/name', 10).file('/out/name', 20).file('/out/a\\b', 30);
    const { out, ...outcome } = await outcomeOf(program);
    expect(outcome).toMatchObject({ exitCode: 0, files: 3, bytes: 60 });
    expect(readdirSync(out).toSorted()).toEqual(['1', '2', '3']);
    expect(['1', '2', '3'].map((name) => statSync(join(out, name)).size)).toEqual([10, 20, 30]);
  });

  it('makes no links: where one leads becomes a file', async () => {
    const program = new Program();
    program.do(drop(call('symlink', program.string('/etc/passwd'), number(-100), program.string('/out/link'))));
    const { out, ...outcome } = await outcomeOf(program.show('/out/link'));
    expect(outcome).toMatchObject({ files: 2, bytes: 11, linkBytes: 11 });
    expect(readFileSync(join(out, '1'), 'utf8')).toBe('/etc/passwd');
  });

  it.each<[string, Program, object]>([
    ['too many bytes', new Program().file('/out/a', 60_000).file('/out/b', 60_000), { limit: 'size' }],
    [
      'too many files',
      Array.from({ length: 11 }, (_, index) => `/out/${index}`).reduce(
        (program, name) => program.file(name, 1),
        new Program(),
      ),
      { limit: 'files' },
    ],
    ['memory', new Program().do(grow(1000)), { limit: 'memory' }],
    ['a loop without end', new Program().do(forever([])), { lost: 'time' }],
    [
      'a loop that prints',
      new Program().do(forever(writeTo(number(1), number(BUFFER), number(4096)))),
      { lost: 'time' },
    ],
    ['a crash', new Program().do(CRASH), { fault: 'unreachable' }],
  ])('is held back: %s', async (_, program, expected) => {
    expect(await outcomeOf(program, { milliseconds: 'lost' in expected ? 1000 : 20_000 })).toMatchObject(expected);
  });

  it('makes no folders without end', async () => {
    const program = new Program();
    const folders = Array.from({ length: 30 }, (_, index) =>
      drop(call('mkdir', number(-100), program.string(`/out/${index}`), number(0))),
    );
    expect(await outcomeOf(program.do(...folders))).toMatchObject({ limit: 'files' });
  });
});

describe('an archive with such a reader', () => {
  const SAYS = '\n7-Zip\nEverything is Ok\n\nSize:       ';
  const says = (text: string) => {
    const program = new Program();
    return program.do(program.print(text));
  };
  const FORMAT = { name: '7z', reader: 'seven-zip', certain: true } as const;
  const extract = (code: Uint8Array | null, limits: Partial<typeof LIMITS> = {}) =>
    withReader(code, (pool, out) =>
      extractWithSevenZip(pool, { path, size: 5 }, out, FORMAT, { ...LIMITS, ...limits }),
    );

  it.each<[string, string, Uint8Array | null, Partial<typeof LIMITS>?]>([
    ['is missing', 'unsupported-format:7z', null],
    ['is no WebAssembly', 'unsupported-format:7z', Buffer.from('no code')],
    ['crashes', 'unsupported-format:7z', new Program().do(CRASH).assemble()],
    ['hangs', 'limits-exceeded:time', new Program().do(forever([])).assemble(), { milliseconds: 500 }],
    ['has no time', 'limits-exceeded:time', says(`${SAYS}0\n`).assemble(), { milliseconds: 0 }],
    ['takes too much memory', 'limits-exceeded:memory', new Program().do(grow(1000)).assemble()],
    ['writes too much', 'limits-exceeded:size', new Program().file('/out/a', 60_000).file('/out/b', 60_000).assemble()],
    ['says what it has not done', 'unsupported-format:7z', says(`${SAYS}100\n`).assemble()],
    ['says nothing', 'unsupported-format:7z', says('').assemble()],
    ['says less than it has done', 'unsupported-format:7z', says(`${SAYS}99\n`).file('/out/a', 100).assemble()],
    [
      'has errors',
      'ambiguous-archive:7z-broken',
      says(`\n7-Zip\nERROR: CRC Failed : a\n\nSub items Errors: 1\n`).assemble(2),
    ],
    ['has warnings', 'ambiguous-archive:7z-broken', says(`\n7-Zip\nWARNING: Headers Error\n`).assemble(1)],
    ['is out of memory', 'limits-exceeded:memory', says('').assemble(8)],
    ['wants a password', 'encrypted', says('\nERROR: Data Error in encrypted file. Wrong password? : a\n').assemble(2)],
    ['wants another password', 'encrypted', says('\nERROR: Wrong password : a\n').assemble(2)],
    [
      'wants a password for the names',
      'encrypted',
      says('\nERROR: /in/input\nCannot open encrypted archive. Wrong password?\n').assemble(2),
    ],
    ['lacks a method', 'unsupported-format:7z', says('\nERROR: Unsupported Method : a\n').assemble(2)],
    [
      'hides an error behind links',
      'ambiguous-archive:7z-broken',
      says(
        '\n7-Zip\nERROR: CRC Failed : link path was ignored\nERROR: Dangerous link path was ignored : a\n\nSub items Errors: 2\n',
      ).assemble(2),
    ],
    [
      'said more than was kept',
      'ambiguous-archive:7z-broken',
      says('\nERROR: Dangerous link path was ignored : a\n\nSub items Errors: 1\n').assemble(2),
    ],
    [
      'counts more errors',
      'ambiguous-archive:7z-broken',
      says('\n7-Zip\nERROR: Dangerous link path was ignored : a\n\nSub items Errors: 2\n').assemble(2),
    ],
  ])('that %s: %s', async (_, finding, code, ...[limits]) => {
    expect(await extract(code, limits)).toMatchObject({ opened: true, problem: { finding } });
  });

  it.each<[string, Uint8Array]>([
    ['an empty archive', says(`${SAYS}0\n`).assemble()],
    ['a file', says(`${SAYS}100\n`).file('/out/a', 100).assemble()],
    [
      'a link out of the folder, that is not made',
      says('\n7-Zip\nERROR: Dangerous link path was ignored : a : /b\n\nSub items Errors: 1\n').assemble(2),
    ],
  ])('is accounted for: %s', async (_, code) => {
    expect(await extract(code)).toMatchObject({ opened: true, problem: null });
  });

  it('is none where 7-Zip says so, and has got nothing from it', async () => {
    const text = "\n7-Zip\nERROR: /in/input\nCannot open the file as archive\n\nCan't open as archive: 1\n";
    expect(await extract(says(text).assemble(2))).toMatchObject({ opened: false });
    expect(await extract(says(text).assemble(0))).toMatchObject({ opened: true });
    expect(await extract(says(text).file('/out/a', 1).assemble(2))).toMatchObject({ opened: true });
    const name = "ERROR: CRC Failed : Can't open as archive: 1\n";
    expect(await extract(says(name).assemble(2))).toMatchObject({ opened: true });
  });

  it.each<[string, Program]>([
    ['a crash', new Program().do(CRASH)],
    ['a hang', new Program().do(forever([]))],
  ])('leaves its thread for the next after %s', async (_, program) => {
    const bad = program.assemble();
    await withReader(bad, async (pool, out) => {
      const task = {
        arguments: [],
        input: { path, size: 5 },
        folder: out,
        limits: LIMITS,
        memoryBytes: LIMITS.memoryBytes,
      };
      const outcomes = await Promise.all([1, 2, 3].map(() => pool.run(task, 1000)));
      for (const outcome of outcomes) expect(outcome).not.toHaveProperty('exitCode');
    });
  });

  it('tries again to read a reader that was missing', async () => {
    await withReader(null, async (pool, out) => {
      const task = {
        arguments: [],
        input: { path, size: 5 },
        folder: out,
        limits: LIMITS,
        memoryBytes: LIMITS.memoryBytes,
      };
      expect(await pool.run(task, 5000)).toEqual({ lost: 'crash' });
      writeFileSync(`${out}.wasm`, new Program().assemble(7));
      expect(await pool.run(task, 5000)).toMatchObject({ exitCode: 7 });
    });
  });
});
