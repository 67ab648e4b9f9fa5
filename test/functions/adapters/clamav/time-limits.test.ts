import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { ping } from '../../../../functions/adapters/clamav/clamd-connection.ts';
import { startClamd } from '../../../../functions/adapters/clamav/clamd-process.ts';
import { clamdSessions } from '../../../../functions/adapters/clamav/clamd-session.ts';
import { watchDeadlines } from '../../../support/deadlines.ts';
import { writeFakeClamd } from './fake-clamd.ts';

const folder = mkdtempSync(join(tmpdir(), 'time-limits-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void jest.restoreAllMocks());

/** A unique limit, so that its timers can be identified by their ticks. */
const LIMIT = 2_345;
const TICK = LIMIT / 10;

const SET_AND_ENDED = { set: true, left: 0 };
function watchLimit() {
  const deadlines = watchDeadlines();
  return () => ({ set: deadlines.isSet(TICK), left: deadlines.left(TICK) });
}

describe('a time limit', () => {
  it.each<[string, string, (path: string) => Promise<unknown>]>([
    ['a scan', '1: /file: OK\0', (path) => clamdSessions(path).scan('/file', LIMIT)],
    ['a scan that fails', 'what?\0', (path) => clamdSessions(path).scan('/file', LIMIT)],
    ['a ping', 'PONG\n', (path) => ping(path, LIMIT)],
  ])('of clamd ends with %s', async (name, answer, use) => {
    const server = createServer((socket) => socket.once('data', () => socket.end(answer)));
    const path = join(folder, name.replaceAll(' ', '-'));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      const limits = watchLimit();
      await use(path).catch(() => undefined);
      expect(limits()).toEqual(SET_AND_ENDED);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  const start = (binary: string) =>
    startClamd({
      configuration: 'infra/scanner/clamd.conf',
      definitions: folder,
      binary,
      maxObjectBytes: 1000,
      maxScanMilliseconds: 1000,
      startMilliseconds: LIMIT,
    });

  it('of the start of clamd ends when clamd ends', async () => {
    const binary = join(folder, 'ends');
    writeFileSync(binary, '#!/bin/sh\nexit 1\n', { mode: 0o700 });
    const limits = watchLimit();
    await expect(start(binary)).rejects.toThrow('before it was up');
    expect(limits()).toEqual(SET_AND_ENDED);
  });

  it('of the start of clamd ends when clamd is up', async () => {
    const limits = watchLimit();
    const clamd = await start(writeFakeClamd(folder, 'hang'));
    try {
      expect(limits()).toEqual(SET_AND_ENDED);
    } finally {
      await clamd.stop();
    }
  });
});
