import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type WarmEngine, warmEngine } from '../../../../functions/adapters/clamav/warm-engine.ts';
import type { DefinitionsSource } from '../../../../functions/adapters/definitions/source.ts';
import { DefinitionsUnavailable } from '../../../../functions/domain/errors.ts';
import { privateFolders, until } from '../../../support/processes.ts';
import { type ANSWERS, writeFakeClamd } from './fake-clamd.ts';

/* When an engine starts a clamd, keeps it and lets go of it. What a real one finds: warm-engine.test.ts. */
const folder = mkdtempSync(join(tmpdir(), 'warm-engine-life-'));
const file = join(folder, 'file');
writeFileSync(file, 'x');
afterAll(() => rmSync(folder, { recursive: true }));

let starts: number;
let current: { version: string; directory: string };
let engine: WarmEngine;
beforeEach(() => {
  starts = 0;
  current = { version: '1', directory: folder };
});
afterEach(async () => {
  await engine.stop();
  expect(privateFolders('clamd')).toEqual([]);
});

/** An engine over a clamd that does so about every SCAN. */
function engineOf(answer: keyof typeof ANSWERS, source: Partial<DefinitionsSource> = {}, scanMilliseconds = 10_000) {
  engine = warmEngine(
    { current: async () => current, ...source },
    {
      configuration: 'infra/scanner/clamd.conf',
      binary: writeFakeClamd(folder, answer),
      maxObjectBytes: 1000,
      maxScanMilliseconds: 1000,
      startMilliseconds: 20_000,
      scanMilliseconds,
      onStart: () => {
        starts += 1;
      },
    },
  );
  return engine;
}

const scanFault = () => engine.scan(file).catch((fault: unknown) => fault);

describe('a clamd', () => {
  it('is started once for all who want it', async () => {
    engineOf('garbage');
    await Promise.all([engine.start(), scanFault(), engine.definitionsVersion(), scanFault()]);
    await scanFault();
    expect(starts).toBe(1);
  });

  it('that hangs over one file is replaced', async () => {
    engineOf('hang', {}, 100);
    expect(await scanFault()).toMatchObject({ message: 'clamd gave no answer within 100 ms' });
    expect(privateFolders('clamd')).toEqual([]);
    await engine.definitionsVersion();
    expect(starts).toBe(2);
  });

  it('goes with a scan that is cut off: nothing else would stop it', async () => {
    engineOf('noted');
    const scanning = join(folder, 'clamd-noted.scanning');
    const cut = new AbortController();
    const reason = engine.scan(file, undefined, cut.signal).catch((fault: Error) => fault.message);
    await until(() => existsSync(scanning));
    rmSync(scanning);
    cut.abort(new Error('cut off'));
    expect(await reason).toBe('cut off');
    expect(privateFolders('clamd')).toEqual([]);
    await expect(engine.scan(file, undefined, cut.signal)).rejects.toThrow('cut off');
    expect(starts).toBe(1);
    await engine.definitionsVersion();
    expect(starts).toBe(2);
  });

  it('is started for others when a scan is cut off that waited for it', async () => {
    engineOf('garbage');
    const cut = new AbortController();
    const waiting = engine.scan(file, undefined, cut.signal).catch((fault: Error) => fault.message);
    cut.abort(new Error('cut off'));
    expect(await waiting).toBe('cut off');
    await engine.definitionsVersion();
    expect(starts).toBe(1);
  });

  it('that fails a scan and answers nobody else is replaced', async () => {
    engineOf('thenDeaf');
    expect(await scanFault()).toMatchObject({ name: 'EngineUnavailable' });
    expect(privateFolders('clamd')).toEqual([]);
    await engine.definitionsVersion();
    expect(starts).toBe(2);
  });

  it('that has no room to unpack stays: a full disk is not its fault', async () => {
    engineOf('fullThenDeaf');
    expect(await scanFault()).toMatchObject({ name: 'ScratchFull' });
    await engine.definitionsVersion();
    expect(starts).toBe(1);
  });

  it.each([
    ['version', () => ({ version: '2', directory: folder })],
    ['folder', () => ({ version: '1', directory: mkdtempSync(join(folder, 'other-')) })],
  ])('is replaced for definitions of another %s', async (_, next) => {
    engineOf('garbage');
    await engine.start();
    current = next();
    await engine.definitionsVersion();
    await engine.definitionsVersion();
    expect(starts).toBe(2);
  });

  it('is not taken from a scan that is under way when there are new definitions', async () => {
    engineOf('noted', {}, 500);
    const slow = scanFault();
    await until(() => existsSync(join(folder, 'clamd-noted.scanning')));
    current = { version: '2', directory: folder };
    const version = engine.definitionsVersion();
    expect(await slow).toMatchObject({ message: 'clamd gave no answer within 500 ms' });
    expect(await version).toBe('2');
  });

  it('is not taken for dead because the one before it ends late', async () => {
    engineOf('thenHeld');
    const late = scanFault();
    const holder = join(folder, 'clamd-thenHeld.holder');
    await until(() => existsSync(holder) && readFileSync(holder, 'utf8') !== '');
    current = { version: '2', directory: folder };
    await engine.definitionsVersion();
    // Only now does the first scan hear that its clamd answers nobody.
    process.kill(Number(readFileSync(holder, 'utf8')), 'SIGKILL');
    expect(await late).toMatchObject({ name: 'EngineUnavailable' });
    await engine.definitionsVersion();
    expect(starts).toBe(2);
  });
});

describe('an engine that was stopped', () => {
  it('starts no clamd for a scan that comes too late, until it is started again', async () => {
    engineOf('garbage');
    await engine.start();
    await engine.stop();
    expect(await scanFault()).toMatchObject({ name: 'EngineUnavailable', message: 'the engine was stopped' });
    await expect(engine.definitionsVersion()).rejects.toThrow('the engine was stopped');
    expect(starts).toBe(1);
    await engine.start();
    expect(starts).toBe(2);
  });

  it('takes the clamd along that it was just starting', async () => {
    engineOf('garbage');
    const started = engine.start();
    await engine.stop();
    await started;
    expect(starts).toBe(1);
    expect(privateFolders('clamd')).toEqual([]);
  });

  it('tells the source of the definitions, also when it never started', async () => {
    let closed = 0;
    const failing = {
      current: () => Promise.reject(new DefinitionsUnavailable('none')),
      close: () => {
        closed += 1;
      },
    };
    engineOf('garbage', failing);
    const started = engine.start().catch((fault: unknown) => fault);
    await engine.stop();
    expect(closed).toBe(1);
    expect(await started).toBeInstanceOf(DefinitionsUnavailable);
  });
});

it('tells the source which definitions are in force', async () => {
  const told: string[] = [];
  engineOf('garbage', { inForce: ({ version }) => void told.push(version) });
  await engine.start();
  current = { version: '2', directory: folder };
  await engine.start();
  expect(told).toEqual(['1', '2']);
});
