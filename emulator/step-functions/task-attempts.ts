import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ExecutionLog } from './execution-log.ts';
import { isTokenTask } from './support.ts';
import type { TaskTokens } from './task-tokens.ts';
import { startTimeLimit } from './time-limit.ts';
import { secondsOf, type WrappedInput } from './wrapped-tasks.ts';

/** Step Functions' limit for the JSON between states. */
const MAX_PAYLOAD_BYTES = 262_144;

export interface TaskAttemptsProps {
  readonly clock: Clock;
  readonly tokens: TaskTokens;
  readonly stateMachineArn: string;
  readonly log: ExecutionLog;
  readonly invoke: (resource: string, payload: unknown) => Promise<unknown>;
}

/** The attempts of one execution's Tasks: their time limits and their tokens. */
export class TaskAttempts {
  /** Value of `$$.Task.Token`, which the library knows once for the whole execution: replaced in each attempt. */
  readonly tokenPlaceholder = `token-${randomUUID()}`;
  readonly #props: TaskAttemptsProps;
  /** Ends of the attempts under way. */
  readonly #running = new Set<() => void>();
  readonly #over = Promise.withResolvers<never>();

  constructor(props: TaskAttemptsProps) {
    this.#props = props;
    this.#over.promise.catch(() => undefined);
  }

  /** @throws Error with the name that the state machine matches */
  // biome-ignore lint/suspicious/noExplicitAny: any JSON
  async attempt(state: string, resource: string, input: WrappedInput): Promise<any> {
    const timeoutSeconds = secondsOf(input.timeoutSeconds, 'TimeoutSecondsPath');
    const heartbeatSeconds = secondsOf(input.heartbeatSeconds, 'HeartbeatSecondsPath');
    assertFits(input.payload);
    const { clock, tokens, stateMachineArn, log } = this.#props;
    const logged = log.attempt(state, resource, input.payload, timeoutSeconds);
    const task = isTokenTask(resource) ? tokens.issue(stateMachineArn, () => limit.heartbeat()) : undefined;
    const limit = await startTimeLimit({
      clock,
      timeoutSeconds,
      heartbeatSeconds,
      onExceeded: () => task?.close(),
    });
    const end = () => {
      limit.stop();
      task?.close();
    };
    this.#running.add(end);
    try {
      // It may be over since the time limit was started.
      await this.untilOver(Promise.resolve());
      const called = this.#call(resource, input.payload, task?.token);
      // A time limit can be exceeded first.
      called.catch(() => undefined);
      const answered = task === undefined ? called : called.then(() => task.answer);
      const result = await this.untilOver(Promise.race([answered, limit.exceeded]));
      assertFits(result);
      logged.succeeded(result);
      return copied(result);
    } catch (fault) {
      logged.failed(fault as Error);
      throw fault;
    } finally {
      this.#running.delete(end);
      end();
    }
  }

  /** Rejects when the execution is over: the library's timer of a Task that never ends would keep the process alive. */
  untilOver<Result>(attempt: Promise<Result>): Promise<Result> {
    return Promise.race([this.#over.promise, attempt]);
  }

  /** The execution is over: nothing has a time limit any more, and tokens are closed. */
  end(): void {
    const fault = new Error('the execution is over');
    this.#over.reject(Object.assign(fault, { isRetryable: false, isCatchable: false }));
    for (const end of this.#running) end();
  }

  async #call(resource: string, payload: unknown, token: string | undefined): Promise<unknown> {
    const json = JSON.stringify(payload ?? null);
    return this.#props.invoke(
      resource,
      JSON.parse(token === undefined ? json : json.replaceAll(this.tokenPlaceholder, token)),
    );
  }
}

// biome-ignore lint/suspicious/noExplicitAny: any JSON
export function copied(value: unknown): any {
  return JSON.parse(JSON.stringify(value ?? null));
}

function assertFits(value: unknown) {
  const bytes = Buffer.byteLength(JSON.stringify(value ?? null));
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  throw Object.assign(new Error(`${bytes} bytes of payload`), { name: 'States.DataLimitExceeded' });
}
