import type { Socket } from 'node:net';
import NodeClam from 'clamscan';
import { EngineUnavailable, ScratchFull } from '../../domain/errors.ts';
import { deadline } from '../process/deadline.ts';
import type { ClamdAnswer } from './engine-reply.ts';

/** How clamd reports a full disk below its TemporaryDirectory. */
const NO_ROOM = /Can't (write to|create new|create temporary) (file|directory)/;

/**
 * `clamscan` with its sockets and its parser open to us: by itself, version 2.4 never settles when clamd hangs up
 * without an answer, leaves the socket open after a timeout, and has no sessions.
 */
class ClamdClient extends NodeClam {
  #socket: Socket | undefined;
  readonly #hungUp = Promise.withResolvers<never>();

  protected override async _initSocket(label: string): Promise<Socket> {
    const socket = await super._initSocket(label);
    this.#socket = socket;
    socket.once('close', () => this.#hungUp.reject(new EngineUnavailable('clamd hung up without an answer')));
    return socket;
  }

  /** Closes the connection in any case. */
  async pong(milliseconds: number): Promise<void> {
    const late = Promise.withResolvers<never>();
    const end = deadline(milliseconds, () =>
      late.reject(new EngineUnavailable(`clamd gave no answer within ${milliseconds} ms`)),
    );
    try {
      await Promise.race([this.ping(), this.#hungUp.promise, late.promise]);
    } finally {
      end();
      this.#socket?.destroy();
    }
  }

  /** What clamd's line about a file says. */
  read(line: string, file: string): ReturnType<NodeClam['_processResult']> {
    return this._processResult(line, file);
  }
}

/** No binaries: `init` would run them. */
const settings = (socket: string) => ({
  clamscan: { active: false, path: null },
  clamdscan: { socket, path: null, localFallback: false, multiscan: false, bypassTest: true, timeout: 0 },
});

/** @throws when nothing answers PONG at the socket */
export async function ping(socket: string, milliseconds = 5000): Promise<void> {
  const client = new ClamdClient();
  await client.init(settings(socket));
  await client.pong(milliseconds);
}

let parser: ClamdClient | undefined;

/**
 * What one whole reply says about a file. `clamscan` alone calls clean whatever ends in `: OK`, also after an error or
 * with another file's name.
 * @throws ScratchFull when clamd has no room to unpack, EngineUnavailable for any reply but OK and FOUND
 */
export function answerOf(reply: string, file: string): ClamdAnswer {
  parser ??= new ClamdClient();
  const about = reply.startsWith(`${file}: `) && !reply.includes('\n');
  const result = about ? parser.read(reply, file) : undefined;
  if (result instanceof Error) {
    const message = `clamd: ${result.message}`;
    if (NO_ROOM.test(result.message)) throw new ScratchFull(message, { cause: result });
    throw new EngineUnavailable(message, { cause: result });
  }
  const isInfected = result?.isInfected ?? null;
  if (result === undefined || isInfected === null || (!isInfected && reply !== `${file}: OK`)) {
    throw new EngineUnavailable('clamd answered neither OK nor FOUND');
  }
  return { found: isInfected, names: result.viruses };
}
