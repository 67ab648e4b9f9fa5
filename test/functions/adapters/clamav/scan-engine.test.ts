import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { createScanEngine, type EngineWiring } from '../../../../functions/adapters/clamav/scan-engine.ts';
import type { WarmEngine } from '../../../../functions/adapters/clamav/warm-engine.ts';
import type { Environment } from '../../../../functions/adapters/process/environment.ts';
import { watchDeadlines } from '../../../support/deadlines.ts';
import { privateFolders, until } from '../../../support/processes.ts';
import { writeFakeClamd } from './fake-clamd.ts';

const folder = mkdtempSync(join(tmpdir(), 'scan-engine-'));
const path = join(folder, 'file');
const bin = join(folder, 'bin');
const env = {
  MAX_OBJECT_BYTES: '1000',
  LAMBDA_TASK_ROOT: folder,
  CLAMD_PATH: writeFakeClamd(folder, 'hang'),
  DEFINITIONS_DIRECTORY: join(folder, 'definitions'),
};

beforeAll(() => {
  writeFileSync(path, 'x');
  writeFileSync(join(folder, 'clamd.conf'), '# of the function\n');
  writeFileSync(join(folder, 'other.conf'), '# another\n');
  mkdirSync(env.DEFINITIONS_DIRECTORY);
  writeFileSync(join(env.DEFINITIONS_DIRECTORY, 'a.ndb'), 'A:0:0:00\n');
  mkdirSync(bin);
  copyFileSync(writeFakeClamd(folder, 'garbage'), join(bin, 'clamd'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  jest.restoreAllMocks();
  expect(privateFolders('clamd')).toEqual([]);
});

async function withEngine<T>(
  changes: Environment,
  use: (engine: WarmEngine, configuration: string) => Promise<T>,
  wiring?: EngineWiring,
): Promise<T> {
  const engine = createScanEngine({ ...env, ...changes }, wiring);
  try {
    await engine.start();
    const [place = ''] = privateFolders('clamd');
    return await use(engine, readFileSync(join(tmpdir(), place, 'clamd.conf'), 'utf8'));
  } finally {
    await engine.stop();
  }
}

/** Of every deadline of more than a few seconds. */
const TICK = 250;

it('has the function’s configuration and limits where the environment names no other', async () => {
  const deadlines = watchDeadlines();
  await withEngine({}, async (engine, configuration) => {
    expect(configuration).toMatch(/^# of the function\n/);
    expect(configuration).toContain('MaxFileSize 1000\n');
    expect(configuration).toContain('MaxScanTime 600000\n');
    expect(deadlines.left(TICK)).toBe(0);
    const scan = engine.scan(path).catch(() => undefined);
    await until(() => deadlines.left(TICK) > 0);
    expect(Math.round(deadlines.runOut(TICK) / 1000)).toBe(630);
    await engine.stop();
    await scan;
  });
});

it('waits for definitions that take long to load', async () => {
  const deadlines = watchDeadlines();
  const CLAMD_PATH = join(folder, 'loading');
  writeFileSync(CLAMD_PATH, '#!/bin/sh\nexec sleep 60\n', { mode: 0o700 });
  const engine = createScanEngine({ ...env, CLAMD_PATH });
  const started = engine.start();
  await Promise.all([
    expect(started).rejects.toThrow('clamd was not up after 180000 ms'),
    until(() => deadlines.isSet(TICK)).then(() => deadlines.runOut(TICK)),
  ]);
  await engine.stop();
});

it('takes what the environment says', async () => {
  const changes = {
    CLAMD_CONFIGURATION: join(folder, 'other.conf'),
    MAX_SCAN_MILLISECONDS: '100',
    HUNG_MILLISECONDS: '50',
    MAX_OBJECT_BYTES: '2000',
  };
  await withEngine(changes, async (engine, configuration) => {
    expect(configuration).toMatch(/^# another\n/);
    expect(configuration).toContain('MaxFileSize 2000\n');
    expect(configuration).toContain('MaxScanTime 100\n');
    const deadlines = watchDeadlines();
    expect(await engine.scan(path)).toMatchObject({ unscanned: [{ finding: 'limits-exceeded:time' }] });
    // Ten ticks make 150 ms.
    expect(deadlines.isSet(15)).toBe(true);
  });
});

const NONSENSE = 'clamd answered neither OK nor FOUND';

it.each([
  ['the environment’s', { PATH: bin }, '/nowhere'],
  ['this process’s where it names none', { PATH: undefined }, bin],
])('looks for clamd on a path where no clamd is named: %s', async (_, changes, own) => {
  const before = process.env.PATH;
  process.env.PATH = `${own}:${before}`;
  try {
    await withEngine({ ...changes, CLAMD_PATH: '' }, async (engine) => {
      await expect(engine.scan(path)).rejects.toThrow(NONSENSE);
    });
  } finally {
    process.env.PATH = before;
  }
});

it('tells of every start, and takes the definitions that it is given', async () => {
  let starts = 0;
  const wiring = {
    source: { current: async () => ({ version: 'given', directory: env.DEFINITIONS_DIRECTORY }) },
    onStart: () => {
      starts += 1;
    },
  };
  await withEngine({}, async (engine) => expect(await engine.definitionsVersion()).toBe('given'), wiring);
  expect(starts).toBe(1);
  await withEngine({}, async (engine) => expect(await engine.definitionsVersion()).toMatch(/^local-/));
});

it.each(['MAX_OBJECT_BYTES', 'LAMBDA_TASK_ROOT'])('needs %s', (name) => {
  expect(() => createScanEngine({ ...env, [name]: '' })).toThrow(`environment variable ${name} is not set`);
});
