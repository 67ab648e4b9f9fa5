import type { Socket } from 'node:net';
import NodeClam, { type ScanResult } from 'clamscan';
import { EngineUnavailable, ScratchFull } from '../../domain/errors.ts';
import { unlessCut } from '../process/cut-off.ts';
import { deadline } from '../process/deadline.ts';
import type { ClamdAnswer } from './engine-reply.ts';

/** How clamd reports a full disk below its TemporaryDirectory. */
const NO_ROOM = /Can't (write to|create new|create temporary) (file|directory)/;

/** No answer in time: clamd is stuck and will not recover. */
export class ClamdHung extends EngineUnavailable {}

/**
 * `clamscan` over a connection that we manage: by itself, version 2.4 never settles when clamd hangs up without an
 * answer, and leaves the socket open after a timeout. Only the first packet of an answer is read: a split answer
 * counts as none, never as a different one.
 */
class ClamdConnection extends NodeClam {
  readonly #hungUp = Promise.withResolvers<never>();
  #socket: Socket | undefined;

  protected override async _initSocket(label: string): Promise<Socket> {
    const socket = await super._initSocket(label);
    this.#socket = socket;
    socket.once('close', () => this.#hungUp.reject(new EngineUnavailable('clamd hung up without an answer')));
    return socket;
  }

  /**
   * Accepts only whole lines about this file: by itself `clamscan` treats as clean whatever ends in `: OK`, even
   * after an error, with another file's name, or cut off there.
   */
  protected override _processResult(reply: string, file: string): ScanResult | Error {
    const lines = reply.split('\n');
    const whole = lines.pop() === '' && lines.every((line) => line.startsWith(`${file}: `));
    const result = super._processResult(reply, file);
    const contradictory = 'isInfected' in result && result.isInfected === false && lines.length > 1;
    return whole && !contradictory ? result : { file, isInfected: null, viruses: [] };
  }

  /** One request and answer; always closes the connection. */
  async exchange<T>(talk: (connection: this) => Promise<T>, milliseconds: number, signal?: AbortSignal): Promise<T> {
    const late = Promise.withResolvers<never>();
    const end = deadline(milliseconds, () =>
      late.reject(new ClamdHung(`clamd gave no answer within ${milliseconds} ms`)),
    );
    try {
      return await unlessCut(Promise.race([talk(this), this.#hungUp.promise, late.promise]), signal);
    } finally {
      end();
      this.#socket?.destroy();
    }
  }
}

async function connect(socket: string): Promise<ClamdConnection> {
  const connection = new ClamdConnection();
  await connection.init({
    // No binaries: `init` would run them. `SCAN`, because `MULTISCAN` is for folders. `timeout` stays off.
    clamscan: { active: false, path: null },
    clamdscan: {
      socket,
      path: null,
      localFallback: false,
      multiscan: false,
      bypassTest: true,
      timeout: 0,
    },
  });
  return connection;
}

/** @throws when nothing answers PONG at the socket */
export async function ping(socket: string, milliseconds = 5000): Promise<void> {
  const connection = await connect(socket);
  await connection.exchange((talk) => talk.ping(), milliseconds);
}

/**
 * @param signal closes the connection; clamd scans on
 * @throws ScratchFull when clamd has no room to unpack, EngineUnavailable for any answer but OK and FOUND
 */
export async function scanFile(
  socket: string,
  path: string,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<ClamdAnswer> {
  const connection = await connect(socket);
  const { isInfected, viruses } = await connection
    .exchange((talk) => talk.isInfected(path), milliseconds, signal)
    .catch(fail);
  if (typeof isInfected !== 'boolean') {
    throw new EngineUnavailable('clamd answered neither OK nor FOUND');
  }
  return { found: isInfected, names: viruses };
}

function fail(fault: Error): Promise<ScanResult> {
  if (fault instanceof EngineUnavailable) throw fault;
  if (NO_ROOM.test(fault.message)) throw new ScratchFull(`clamd: ${fault.message}`, { cause: fault });
  throw new EngineUnavailable(`clamd: ${fault.message}`, { cause: fault });
}
