import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { cachedSignatures } from './cache.ts';
import { GENERATOR_VERSION } from './signatures.ts';

/** No process has it: it is above the kernel's largest. */
const NOBODY = 4_194_305;
let cache: string;
let writes: number;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'bench-cache-test-'));
  writes = 0;
});
afterEach(() => rmSync(cache, { recursive: true }));

const write = async (folder: string) => {
  writes += 1;
  writeFileSync(join(folder, 'files.hdb'), 'x');
  return {};
};
const cached = (options: Parameters<typeof cachedSignatures>[0] = {}) =>
  cachedSignatures({ cache, count: 10, seed: 1, write, ...options });

it('makes a set once, in a folder that says what is in it', async () => {
  const folder = await cached();
  expect([await cached(), writes, readdirSync(folder)]).toEqual([folder, 1, ['files.hdb']]);
  expect(folder).toMatch(/\/signatures-v\d+-seed1-10$/);
});

it('makes another set for another seed or size', async () => {
  const folders = [await cached(), await cached({ seed: 2 }), await cached({ count: 11 })];
  expect([new Set(folders).size, writes]).toEqual([3, 3]);
});

it('leaves nothing that counts as a set when it is interrupted', async () => {
  const broken = async (folder: string) => {
    await write(folder);
    throw new Error('no space');
  };
  await expect(cached({ write: broken })).rejects.toThrow('no space');
  expect(readdirSync(cache)).toEqual([]);
  expect(existsSync(join(await cached(), 'files.hdb'))).toBe(true);
});

it('removes what a killed run left, and not what another is making', async () => {
  const [left, others] = [NOBODY, process.ppid].map((pid) => `making-${pid}-signatures`) as [string, string];
  for (const name of [left, others]) mkdirSync(join(cache, name));
  await cached();
  expect([left, others].map((name) => existsSync(join(cache, name)))).toEqual([false, true]);
});

it('takes the set of another run that was faster', async () => {
  const theirs = join(cache, `signatures-v${GENERATOR_VERSION}-seed1-10`);
  const slower = async (folder: string) => {
    mkdirSync(theirs);
    writeFileSync(join(theirs, 'theirs.hdb'), 'x');
    return write(folder);
  };
  expect(await cached({ write: slower })).toBe(theirs);
  expect([readdirSync(cache), readdirSync(theirs)]).toEqual([
    [`signatures-v${GENERATOR_VERSION}-seed1-10`],
    ['theirs.hdb'],
  ]);
});
