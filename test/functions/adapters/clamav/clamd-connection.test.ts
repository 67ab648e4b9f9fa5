import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ping } from '../../../../functions/adapters/clamav/clamd-connection.ts';
import { clamdSessions } from '../../../../functions/adapters/clamav/clamd-session.ts';
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
    ...(['hangUp', 'nothing', 'garbage', 'error', 'die', 'unterminatedOk', 'otherFileOk', 'onlyOk'] as const),
    ...(['okBehindError', 'errorThenOk', 'withoutNumber', 'otherNumber', 'endless'] as const),
  ])('is EngineUnavailable when clamd answers: %s', async (answer) => {
    expect(await scanWith(answer)).toBeInstanceOf(EngineUnavailable);
  });

  it.each([
    ['garbage', 'EngineUnavailable', /^clamd answered neither OK nor FOUND$/],
    ['otherFileOk', 'EngineUnavailable', /^clamd answered neither OK nor FOUND$/],
    ['error', 'EngineUnavailable', /^clamd: .*Can't read file/],
    ['full', 'ScratchFull', /^clamd: .*Can't write to file/],
  ] as const)('says what clamd answered: %s', async (answer, name, message) => {
    const fault = await scanWith(answer);
    expect(fault).toMatchObject({ name, message: expect.stringMatching(message) });
    if (message.source.startsWith('^clamd:')) expect(fault).toMatchObject({ cause: expect.any(Error) });
  });

  it.each(['hangUp', 'nothing', 'die', 'unterminatedOk'] as const)('says that clamd hung up: %s', async (answer) => {
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

  it('is put together from the pieces that arrive', async () => {
    expect(await scanWith('split')).toMatchObject({ infected: true, signatures: ['Evil.Signature'] });
    expect(await scanWith('splitOk')).toMatchObject({ infected: false, unscanned: [] });
  });

  it('tells what was not scanned', async () => {
    expect(await scanWith('encrypted')).toMatchObject({
      infected: false,
      unscanned: [{ finding: 'encrypted', format: null }],
    });
  });
});

/** A clamd that never hangs up by itself, so that only the client can. It answers each whole command. */
async function withClamd<T>(
  answer: (socket: Socket, command: string, number: number) => void,
  use: (path: string) => Promise<T>,
): Promise<{ result: T | Error; connections: number }> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    let number = 0;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      for (const command of data
        .toString()
        .split(/[\0\n]/)
        .filter(Boolean)) {
        if (command.startsWith('zSCAN ')) number += 1;
        answer(socket, command, number);
      }
    });
  });
  const path = join(folder, `s${sequence++}`);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  try {
    const result = await use(path).catch((fault: Error) => fault);
    // The server's handles remain, the client's are gone; a handle is released in a later turn of the event loop.
    await until(() => pipes() <= idle + 1 + sockets.filter((socket) => !socket.destroyed).length);
    return { result, connections: sockets.length };
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

const scanOnce = (path: string) => clamdSessions(path).scan(file, 500);
const pathOf = (command: string) => command.slice('zSCAN '.length);

describe('a session', () => {
  it.each<[string, (socket: Socket, path: string) => void, object]>([
    ['clean', (socket, path) => socket.write(`1: ${path}: OK\0`), { found: false, names: [] }],
    ['infected', (socket, path) => socket.write(`1: ${path}: Evil FOUND\0`), { found: true, names: ['Evil'] }],
    ['an error', (socket, path) => socket.write(`1: ${path}: Can't read file ERROR\0`), { name: 'EngineUnavailable' }],
    ['nonsense', (socket) => socket.write('what?\0'), { name: 'EngineUnavailable' }],
    ['nothing in time', () => undefined, { name: 'EngineUnavailable' }],
  ])('is closed after the only answer: %s', async (_, answer, expected) => {
    const { result, connections } = await withClamd((socket, command) => {
      if (command.startsWith('zSCAN')) answer(socket, pathOf(command));
    }, scanOnce);
    expect(result).toMatchObject(expected);
    expect(connections).toBe(1);
  });

  it('begins as one, and asks for one file in one thread', async () => {
    const asked: string[] = [];
    await withClamd((socket, command, number) => {
      asked.push(command);
      if (number > 0) socket.write(`${number}: ${file}: OK\0`);
    }, scanOnce);
    expect(asked).toEqual(['zIDSESSION', `zSCAN ${file}`]);
  });

  it('takes all scans of a time, and those that follow at once, and knows each answer by its number', async () => {
    const waiting: string[] = [];
    const { result, connections } = await withClamd(
      (socket, command, number) => {
        if (number === 0) return;
        const path = pathOf(command);
        waiting.push(`${number}: ${path}: ${path.endsWith('3') ? 'Evil FOUND' : 'OK'}\0`);
        if (number < 8) return;
        // The last first, and two in one piece.
        const last = waiting.splice(0).reverse();
        socket.write(last.slice(0, 2).join(''));
        for (const reply of last.slice(2)) socket.write(reply);
      },
      async (path) => {
        const sessions = clamdSessions(path);
        const scan = (index: number) => sessions.scan(`/file-${index}`, 5000);
        const first = await Promise.all(Array.from({ length: 8 }, (_, index) => scan(index)));
        return [...first, await scan(8)];
      },
    );
    expect(connections).toBe(1);
    const found = Array.from({ length: 9 }, (_, index) =>
      index === 3 ? { found: true, names: ['Evil'] } : { found: false, names: [] },
    );
    expect(result).toEqual(found);
  });

  it('gives one scan up without the others', async () => {
    const cut = new AbortController();
    const { result } = await withClamd(
      (socket, command, number) => {
        if (number !== 2) return;
        cut.abort(new Error('cut off'));
        setImmediate(() => socket.write(`2: ${pathOf(command)}: OK\0`));
      },
      async (path) => {
        const sessions = clamdSessions(path);
        const first = sessions.scan('/first', 5000, cut.signal).catch((fault: Error) => fault.message);
        return Promise.all([first, sessions.scan('/second', 5000)]);
      },
    );
    expect(result).toEqual(['cut off', { found: false, names: [] }]);
  });

  it.each(['7: /file: OK', '1: /file: OK\x001: /file: Evil FOUND', 'x'.repeat(100_000)])(
    'that says %.20s ends for everybody, and the next begins anew',
    async (nonsense) => {
      const { result, connections } = await withClamd(
        (socket, command, number) => {
          if (pathOf(command) === '/again') socket.write(`${number}: /again: OK\0`);
          else if (number === 2) socket.write(`${nonsense}\0`);
        },
        async (path) => {
          const sessions = clamdSessions(path);
          const both = ['/file', '/other'].map((each) => sessions.scan(each, 5000));
          const [, other] = await Promise.allSettled(both);
          return [other, await sessions.scan('/again', 5000)];
        },
      );
      expect(result).toMatchObject([
        { status: 'rejected', reason: { name: 'EngineUnavailable' } },
        { found: false, names: [] },
      ]);
      expect(connections).toBe(2);
    },
  );

  it('is EngineUnavailable where nothing listens', async () => {
    await expect(scanOnce(join(folder, 'nothing'))).rejects.toThrow(EngineUnavailable);
  });
});

describe('a ping', () => {
  it('closes its connection, answered or not', async () => {
    const answered = await withClamd(
      (socket) => socket.write('PONG\n'),
      (path) => ping(path, 500),
    );
    expect(answered).toEqual({ result: undefined, connections: 1 });
    const silent = await withClamd(
      () => undefined,
      (path) => ping(path, 50),
    );
    expect(silent).toMatchObject({ result: { name: 'EngineUnavailable' }, connections: 1 });
  });
});
