import { connect, type Socket } from 'node:net';
import { EngineUnavailable } from '../../domain/errors.ts';
import { deadline } from '../process/deadline.ts';
import { answerOf } from './clamd-connection.ts';
import type { ClamdAnswer } from './engine-reply.ts';

/** No answer in time: clamd is stuck and will not recover. */
export class ClamdHung extends EngineUnavailable {}

/** Of one reply; names of signatures are far shorter. */
const MAX_REPLY_BYTES = 65_536;
const NUL = 0;

interface Asked extends PromiseWithResolvers<ClamdAnswer> {
  readonly path: string;
}

/**
 * One IDSESSION of clamd: many scans at once over one connection, each reply with the number of its command. Without
 * it every scan costs a connection, here and in clamd.
 * @see https://docs.clamav.net/manual/Usage/Scanning.html#clamd
 */
class Session {
  readonly #socket: Socket;
  /** By the number that clamd gives its command: they are counted from 1. */
  readonly #asked = new Map<number, Asked>();
  #count = 0;
  /** Scans somebody still waits for. */
  #awaited = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#socket = connect(path);
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', (fault) => this.#end(new EngineUnavailable(`clamd: ${fault.message}`, { cause: fault })));
    this.#socket.on('close', () => this.#end(new EngineUnavailable('clamd hung up without an answer')));
    this.#socket.write('zIDSESSION\0');
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && !this.#socket.readableEnded;
  }

  ask(path: string): Promise<ClamdAnswer> {
    const asked = { path, ...Promise.withResolvers<ClamdAnswer>() };
    this.#count += 1;
    this.#awaited += 1;
    this.#asked.set(this.#count, asked);
    this.#socket.write(`zSCAN ${path}\0`);
    return asked.promise;
  }

  /** Somebody has his answer, or waits no more. The last one closes the connection, so that none goes stale. */
  leave(): void {
    this.#awaited -= 1;
    // The next file of the same object comes before the next turn of the event loop.
    setImmediate(() => {
      if (this.#awaited === 0) this.#socket.destroy();
    });
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let end = this.#rest.indexOf(NUL); end >= 0; end = this.#rest.indexOf(NUL)) {
      const reply = this.#rest.subarray(0, end).toString();
      this.#rest = this.#rest.subarray(end + 1);
      if (!this.#answer(reply)) return;
    }
    if (this.#rest.length > MAX_REPLY_BYTES) this.#break();
  }

  #answer(reply: string): boolean {
    const [, number, text = ''] = /^(\d+): (.*)$/s.exec(reply) ?? [];
    const asked = this.#asked.get(Number(number));
    if (asked === undefined) {
      this.#break();
      return false;
    }
    this.#asked.delete(Number(number));
    try {
      asked.resolve(answerOf(text, asked.path));
    } catch (fault) {
      asked.reject(fault);
    }
    return true;
  }

  /** A reply that belongs to no scan: nothing here can be believed any more. */
  #break(): void {
    this.#end(new EngineUnavailable('clamd answered neither OK nor FOUND'));
  }

  #end(fault: Error): void {
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    for (const { reject } of asked) reject(fault);
    this.#socket.destroy();
  }
}

export interface ClamdSessions {
  /**
   * @param signal gives the scan up; clamd scans on
   * @throws ScratchFull when clamd has no room to unpack; ClamdHung when it gives no answer in time; EngineUnavailable
   * for any answer but OK and FOUND
   */
  scan(path: string, milliseconds: number, signal?: AbortSignal): Promise<ClamdAnswer>;
}

/** Scans through one clamd. A connection is open only while a scan is waited for. */
export function clamdSessions(socket: string): ClamdSessions {
  let session: Session | undefined;
  return {
    async scan(path, milliseconds, signal) {
      signal?.throwIfAborted();
      if (!session?.isOpen) session = new Session(socket);
      const current = session;
      const given = Promise.withResolvers<never>();
      const giveUp = () => given.reject(signal?.reason);
      signal?.addEventListener('abort', giveUp, { once: true });
      const end = deadline(milliseconds, () =>
        given.reject(new ClamdHung(`clamd gave no answer within ${milliseconds} ms`)),
      );
      try {
        return await Promise.race([current.ask(path), given.promise]);
      } finally {
        end();
        signal?.removeEventListener('abort', giveUp);
        current.leave();
      }
    },
  };
}
