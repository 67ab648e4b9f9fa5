import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  type ReaderReport,
  type ReaderTask,
  runReader,
} from '../../../../functions/adapters/unpacking/seven-zip-worker.ts';
import { BUFFER, CRASH, grow, number, Program, writeTo } from '../../../support/hostile-reader.ts';
import { canMountSmallDisk, mountSmallDisk } from '../../../support/small-disk.ts';

const root = mkdtempSync(join(tmpdir(), 'worker-'));
const path = join(root, 'input');
writeFileSync(path, 'INPUT');
afterAll(() => rmSync(root, { recursive: true }));
let runs = 0;
let folder = '';

async function run(code: Uint8Array, changes: Partial<ReaderTask> = {}): Promise<ReaderReport> {
  folder = join(root, String(runs++));
  mkdirSync(folder);
  return runReader({
    module: await WebAssembly.compile(code),
    arguments: [],
    input: { path, size: 5 },
    folder,
    limits: { bytes: 1_000_000, files: 10 },
    memoryBytes: 8 * 1024 * 1024,
    ...changes,
  });
}
const says = (...lines: string[]) => {
  const program = new Program();
  return lines.reduce((before, line) => before.do(before.print(line)), program);
};

describe('a report', () => {
  it.each([0, 1, 2, 255])('has the exit code %d, what was said, and what was written', async (exitCode) => {
    const report = await run(says('one\n', 'two\n').file('/out/a', 10).file('/out/b', 20).assemble(exitCode));
    expect(report).toEqual({ exitCode, output: 'one\ntwo\n', files: 2, bytes: 30, linkBytes: 0 });
    expect(readdirSync(folder).toSorted()).toEqual(['1', '2']);
  });

  it('has the last words of many', async () => {
    const lines = Array.from({ length: 60 }, (_, index) =>
      writeTo(number(1), number(BUFFER), number(4000 + (index % 2))),
    );
    const program = new Program().do(...lines);
    const { output } = await run(program.do(program.print('\nthe end\n')).assemble());
    expect(output).toHaveLength(64 * 1024);
    expect(output.endsWith('\nthe end\n')).toBe(true);
  });

  it('has both what goes to the output and what goes to the errors', async () => {
    const program = new Program();
    const toErrors = writeTo(number(2), program.string('error\n'), number(6));
    expect((await run(program.do(program.print('said\n')).do(toErrors).assemble())).output).toBe('said\nerror\n');
  });

  it('of a crash has its name, and no exit code', async () => {
    const report = await run(says('last words\n').file('/out/a', 7).do(CRASH).assemble());
    expect(report).toEqual({ fault: 'unreachable', output: 'last words\n', files: 1, bytes: 7, linkBytes: 0 });
  });
});

describe('a limit', () => {
  it.each<['files' | 'size' | 'memory', Program, Partial<ReaderTask>]>([
    ['size', new Program().file('/out/a', 100), { limits: { bytes: 99, files: 10 } }],
    ['files', new Program().file('/out/a', 1).file('/out/b', 1), { limits: { bytes: 99, files: 1 } }],
    ['memory', new Program().do(grow(200)), {}],
  ])('of %s is told, whatever the reader says', async (limit, program, changes) => {
    const report = await run(program.do(program.print('Everything is Ok')).assemble(), changes);
    expect(report).toMatchObject({ limit });
    expect(report).not.toHaveProperty('exitCode');
  });

  it('of memory lets the reader have what is below it', async () => {
    // Four pages are there at first.
    const page = 65_536;
    expect(await run(new Program().do(grow(6)).assemble(), { memoryBytes: 10 * page })).toMatchObject({ exitCode: 0 });
    expect(await run(new Program().do(grow(7)).assemble(), { memoryBytes: 10 * page })).toMatchObject({
      limit: 'memory',
    });
    expect(await run(new Program().assemble(), { memoryBytes: 3 * page })).toMatchObject({ limit: 'memory' });
    expect(await run(new Program().assemble(), { memoryBytes: 4 * page })).toMatchObject({ exitCode: 0 });
  });
});

it('a file that cannot be written is a fault, whatever the reader says', async () => {
  const program = new Program().file('/out/a', 1);
  rmSync(join(root, 'gone'), { recursive: true, force: true });
  const report = await run(program.assemble(), { folder: join(root, 'gone') });
  expect(report).toMatchObject({ fault: 'ENOENT' });
  expect(report).not.toHaveProperty('exitCode');
});

(canMountSmallDisk() ? it : it.skip)('a disk that is full half way is a fault, whatever the reader says', async () => {
  const disk = join(root, 'disk');
  mkdirSync(disk);
  const unmount = mountSmallDisk(disk, 65_536);
  try {
    const program = new Program();
    for (let index = 0; index < 3; index++) program.file(`/out/${index}`, 30_000);
    const report = await run(program.do(program.print('Everything is Ok')).assemble(), { folder: disk });
    expect(report).toMatchObject({ fault: 'ENOSPC' });
    expect(report).not.toHaveProperty('exitCode');
  } finally {
    unmount();
  }
});

it('an input that is missing is a fault of ours', async () => {
  await expect(run(new Program().assemble(), { input: { path: join(root, 'missing'), size: 1 } })).rejects.toThrow(
    'ENOENT',
  );
});
