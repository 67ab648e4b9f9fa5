import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ping, scanFile } from '../../../../functions/adapters/clamav/clamd-connection.ts';
import { warmEngine } from '../../../../functions/adapters/clamav/warm-engine.ts';
import { EngineUnavailable, ScratchFull } from '../../../../functions/domain/errors.ts';
import { privateFolders, until } from '../../../support/processes.ts';
import { type ANSWERS, writeFakeClamd } from './fake-clamd.ts';

/** What the real clamd does not do on demand. */

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
    // A destroyed socket releases its handle in a later turn of the event loop.
    await until(() => pipes() <= before);
    return reply;
  } finally {
    await engine.stop();
  }
}

describe('a scan', () => {
  it.each([
    ...(['hangUp', 'nothing', 'garbage', 'error', 'partial', 'partialOk', 'die'] as const),
    ...(['unterminatedOk', 'otherFileOk', 'onlyOk', 'errorThenOk', 'otherFileToo'] as const),
  ])('is EngineUnavailable when clamd answers: %s', async (answer) => {
    expect(await scanWith(answer)).toBeInstanceOf(EngineUnavailable);
  });

  it.each([
    ['garbage', 'EngineUnavailable', /^clamd answered neither OK nor FOUND$/],
    ['unterminatedOk', 'EngineUnavailable', /^clamd answered neither OK nor FOUND$/],
    ['error', 'EngineUnavailable', /^clamd: .*Can't read file/],
    ['full', 'ScratchFull', /^clamd: .*Can't write to file/],
  ] as const)('says what clamd answered: %s', async (answer, name, message) => {
    const fault = await scanWith(answer);
    expect(fault).toMatchObject({ name, message: expect.stringMatching(message) });
    if (message.source.startsWith('^clamd:')) expect(fault).toMatchObject({ cause: expect.any(Error) });
  });

  it.each(['hangUp', 'nothing', 'die'] as const)('says that clamd hung up: %s', async (answer) => {
    expect(await scanWith(answer)).toMatchObject({ message: 'clamd hung up without an answer' });
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
    expect(await scanWith('twoSignatures')).toMatchObject({
      signatures: ['Evil'],
      unscanned: [{ finding: 'encrypted', format: null }],
    });
  });
});

describe('a connection', () => {
  /** A clamd that never hangs up by itself, so that only the client can. */
  async function withClamd(
    answer: (socket: Socket, path: string, command: string) => void,
    use: (path: string) => Promise<unknown>,
  ) {
    const sockets: Socket[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        const [command = '', path = ''] = data.toString().trim().split(' ');
        answer(socket, path, command);
      });
    });
    const path = join(folder, `s${sequence++}`);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      const result = await use(path).catch((fault: unknown) => fault);
      // The server's handles remain, the client's are gone; a handle is released in a later turn of the event loop.
      await until(() => pipes() <= idle + 1 + sockets.filter((socket) => !socket.destroyed).length);
      expect(sockets).toHaveLength(1);
      return result;
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  }
  let sequence = 0;
  let idle = 0;
  beforeAll(() => {
    idle = pipes();
  });

  it.each<[string, (socket: Socket, path: string) => void, object]>([
    ['clean', (socket, path) => socket.write(`${path}: OK\n`), { found: false, names: [] }],
    ['infected', (socket, path) => socket.write(`${path}: Evil FOUND\n`), { found: true, names: ['Evil'] }],
    ['an error', (socket, path) => socket.write(`${path}: Can't read file ERROR\n`), { name: 'EngineUnavailable' }],
    ['nonsense', (socket) => socket.write('what?\n'), { name: 'EngineUnavailable' }],
    ['nothing in time', () => undefined, { name: 'EngineUnavailable' }],
  ])('is closed after the answer: %s', async (_, answer, expected) => {
    expect(await withClamd(answer, (path) => scanFile(path, file, 500))).toMatchObject(expected);
  });

  it('asks for one file, in one thread', async () => {
    const asked: string[] = [];
    await withClamd(
      (socket, path, command) => {
        asked.push(command);
        socket.write(`${path}: OK\n`);
      },
      (path) => scanFile(path, file, 500),
    );
    expect(asked).toEqual(['SCAN']);
  });

  it('is closed after a ping, answered or not', async () => {
    expect(
      await withClamd(
        (socket) => socket.write('PONG\n'),
        (path) => ping(path, 500),
      ),
    ).toBeUndefined();
    expect(
      await withClamd(
        () => undefined,
        (path) => ping(path, 50),
      ),
    ).toMatchObject({ name: 'EngineUnavailable' });
  });
});
