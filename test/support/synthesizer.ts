import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const PROGRAM = join(import.meta.dirname, '../../infra/print-synthesis.ts');

/**
 * Synthesizes for all test files of a run, one configuration after the other in one process: a fifth of the time that a
 * process for each would take. It starts with the first question.
 */
export class Synthesizer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'airlock-synthesizer-'));
  readonly #server = createServer({ allowHalfOpen: true }, (socket) => {
    const answered = this.#last.then(() => this.#answer(socket));
    this.#last = answered.catch(() => socket.destroy());
  });
  #last: Promise<unknown> = Promise.resolve();
  #process: Running | undefined;

  readonly socket = join(this.#folder, 'socket');

  async start(): Promise<void> {
    this.#server.listen(this.socket).unref();
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.close();
    await this.#last;
    await this.#process?.end();
    rmSync(this.#folder, { recursive: true });
  }

  async #answer(socket: Socket): Promise<void> {
    const { sources, airlock } = JSON.parse(await text(socket)) as { sources: string; airlock: object };
    // It has read the sources once: after a change in the middle of a run its answers would be those of the old ones.
    if (this.#process?.sources !== sources) {
      await this.#process?.end();
      this.#process = new Running(sources);
    }
    const answer = await this.#process.answerTo(airlock);
    if (answer !== undefined) return void socket.end(answer);
    socket.end(JSON.stringify({ fault: await this.#process.end() }));
    this.#process = undefined;
  }
}

class Running {
  readonly sources: string;
  readonly #child: ChildProcessWithoutNullStreams = spawn(process.execPath, [PROGRAM]);
  readonly #complaint = text(this.#child.stderr);
  readonly #answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();

  constructor(sources: string) {
    this.sources = sources;
    // The end of its answers says so.
    this.#child.stdin.on('error', () => {});
    // With `--runInBand` the tests run in this process too, and look for what they have left running.
    for (const handle of this.#handles()) handle.unref();
  }

  /** undefined when the process has ended. */
  async answerTo(airlock: object): Promise<string | undefined> {
    this.#child.stdin.write(`${JSON.stringify(airlock)}\n`);
    const { value } = await this.#answers.next();
    return value;
  }

  /** What it printed to standard error. */
  async end(): Promise<string> {
    for (const handle of this.#handles()) handle.ref();
    this.#child.stdin.end();
    return this.#complaint;
  }

  /** @see https://nodejs.org/api/child_process.html#optionsstdio: pipes are sockets */
  #handles(): readonly { ref(): unknown; unref(): unknown }[] {
    const { stdin, stdout, stderr } = this.#child;
    return [this.#child, ...([stdin, stdout, stderr] as unknown as Socket[])];
  }
}
