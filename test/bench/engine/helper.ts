import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a helper process does when it is asked to, by name: JSON in and out. */
export type Jobs = Readonly<Record<string, (input: never) => unknown>>;

type InputOf<J extends Jobs, Name extends keyof J> = Parameters<J[Name]>[0];
type OutputOf<J extends Jobs, Name extends keyof J> = Awaited<ReturnType<J[Name]>>;

/** A process of its own, so that its time and memory can be told apart. It ends with this one. */
export class Helper<J extends Jobs> {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string, env: Readonly<Record<string, string>> = {}, flags: readonly string[] = []) {
    this.#child = fork(file, [], {
      env: { ...process.env, ...env },
      execArgv: ['--expose-gc', ...flags],
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    this.#ended = once(this.#child, 'exit');
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** One at a time. @throws Error with the message of the helper's fault, or when it has ended */
  do<Name extends keyof J & string>(name: Name, input: InputOf<J, Name>): Promise<OutputOf<J, Name>> {
    const answer = this.#last.then(() => this.#ask(name, input));
    this.#last = answer.catch(() => undefined);
    return answer as Promise<OutputOf<J, Name>>;
  }

  async #ask(name: string, input: unknown): Promise<unknown> {
    if (!this.#child.connected) throw new Error(`${name}: the helper has ended`);
    const answered = once(this.#child, 'message');
    this.#child.send({ name, input });
    const ended = this.#ended.then(() => {
      throw new Error(`the helper ended at ${name}`);
    });
    const [{ output, fault }] = (await Promise.race([answered, ended])) as [{ output?: unknown; fault?: string }];
    if (fault !== undefined) throw new Error(`${name}: ${fault}`);
    return output;
  }

  /** Lets it remove what it made. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }
}

/**
 * In the helper's process: does the jobs that it is asked for.
 * @param close when nobody asks any more
 */
export function serveJobs(jobs: Jobs, close: () => Promise<void>): void {
  process.on('message', async ({ name, input }: { name: string; input: never }) => {
    const answer = await Promise.resolve()
      .then(() => jobs[name]?.(input))
      .then(
        (output) => ({ output: output ?? null }),
        (fault: Error) => ({ fault: fault.stack ?? fault.message }),
      );
    if (process.connected) process.send?.(answer);
  });
  process.once('disconnect', () => {
    close().then(
      () => process.exit(0),
      (fault) => {
        process.stderr.write(`${fault}\n`);
        process.exit(1);
      },
    );
  });
}
