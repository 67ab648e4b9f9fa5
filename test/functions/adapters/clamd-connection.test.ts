import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { warmEngine } from '../../../functions/adapters/warm-engine.ts';
import { EngineUnavailable, ScratchFull } from '../../../functions/domain/errors.ts';
import { type ANSWERS, writeFakeClamd } from './fake-clamd.ts';
import { privateFolders, until } from './processes.ts';

/* What the real clamd cannot be made to do on demand. */

const folder = mkdtempSync(join(tmpdir(), 'clamd-connection-'));
const file = join(folder, 'file');
beforeAll(() => writeFileSync(file, 'x'));
afterAll(() => {
  rmSync(folder, { recursive: true });
  expect(privateFolders('clamd')).toEqual([]);
});

const pipes = () => process.getActiveResourcesInfo().filter((resource) => resource === 'PipeWrap').length;

async function scanWith(answer: keyof typeof ANSWERS, scanMilliseconds = 10_000) {
  const engine = warmEngine(
    { current: async () => ({ version: '1', directory: folder }) },
    {
      configuration: 'infra/scanner/clamd.conf',
      binary: writeFakeClamd(folder, answer),
      maxObjectBytes: 1000,
      maxScanMilliseconds: 1000,
      startMilliseconds: 20_000,
      scanMilliseconds,
    },
  );
  try {
    await engine.start();
    const before = pipes();
    const reply = await engine.scan(file).catch((fault: unknown) => fault);
    // A destroyed socket lets go of its handle in a later turn of the event loop.
    await until(() => pipes() <= before);
    return reply;
  } finally {
    await engine.stop();
  }
}

describe('a scan', () => {
  it.each([
    ...(['hangUp', 'nothing', 'garbage', 'error', 'partial', 'partialOk', 'die'] as const),
    ...(['unterminatedOk', 'otherFileOk', 'onlyOk', 'errorThenOk'] as const),
  ])('is EngineUnavailable when clamd answers: %s', async (answer) => {
    expect(await scanWith(answer)).toBeInstanceOf(EngineUnavailable);
  });

  it('is EngineUnavailable when clamd hangs', async () => {
    const fault = await scanWith('hang', 100);
    expect(fault).toBeInstanceOf(EngineUnavailable);
    expect(fault).toMatchObject({ name: 'EngineUnavailable', message: 'clamd gave no answer within 100 ms' });
  });

  it('is ScratchFull when clamd has no room to unpack', async () => {
    expect(await scanWith('full')).toBeInstanceOf(ScratchFull);
  });

  it('survives a signature name that is no UTF-8', async () => {
    expect(await scanWith('notUtf8')).toMatchObject({ infected: true, signatures: ['Evil.\ufffd\ufffd'] });
  });

  it('tells every signature of an answer', async () => {
    expect(await scanWith('twoSignatures')).toMatchObject({ signatures: ['Heuristics.Encrypted.Zip', 'Evil'] });
  });
});
