import { type Clock, systemClock } from '../clock.ts';
import { isTokenTask } from './support.ts';

/** What log level ERROR writes of the events here. */
const OF_ERRORS = new Set([
  'ExecutionAborted',
  'ExecutionFailed',
  'ExecutionTimedOut',
  'FailStateEntered',
  'LambdaFunctionFailed',
  'LambdaFunctionTimedOut',
  'MapRunFailed',
  'MapStateFailed',
  'TaskFailed',
  'TaskTimedOut',
]);

/** Whether the log has it at that level. */
export const isLogged = ({ type }: Pick<LoggedEvent, 'type'>, level: string): boolean =>
  level === 'ALL' || (level === 'ERROR' && OF_ERRORS.has(type));

type Details = Readonly<Record<string, unknown>> | undefined;

/** One event of an execution, as in its history and in a line of its log. */
export interface LoggedEvent {
  /** From 1; the previous event has the number before it. */
  readonly id: number;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly details: Details;
}

/** What the log group gets about an event. */
export function lineOf(executionArn: string, { id, type, timestamp, details }: LoggedEvent): string {
  return JSON.stringify({
    id: String(id),
    type,
    details,
    previous_event_id: String(id - 1),
    event_timestamp: String(timestamp),
    execution_arn: executionArn,
    redrive_count: '0',
  });
}

export interface Logged {
  readonly events: number;
  readonly bytes: number;
}

/** By log level, with the data of the execution. */
export type LoggedByLevel = Readonly<Record<'ALL' | 'ERROR', Logged>>;

const data = (name: 'input' | 'output', value: unknown) => ({
  [name]: JSON.stringify(value ?? null),
  [`${name}Details`]: { truncated: false },
});

const LAMBDA = /:lambda:|:function:/;
const INTEGRATION = /:states:[^:]*:[^:]*:(?<resourceType>[^:]+):(?<resource>.+)$/;

const END = /^Execution(?:Succeeded|Failed|Aborted|TimedOut)$/;

const TIMEOUTS = new Set(['States.Timeout', 'States.HeartbeatTimeout']);

/**
 * The events of an execution, and what Step Functions would write to CloudWatch Logs about them. Those of the children
 * of a distributed Map are in their own logs.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
export class ExecutionLog {
  readonly #arn: string;
  readonly #clock: Clock;
  readonly #events: LoggedEvent[] = [];
  /** Nothing follows an execution's end: a Task that was cut off may answer later. */
  #over = false;
  /** The state that was entered last. */
  #open: string | undefined;
  /** Events of a state of whose entry the library has not told yet: it does so a few turns later. */
  #early: {
    readonly state: string;
    readonly type: string;
    readonly details: Details;
    readonly timestamp: number;
  }[] = [];

  constructor(arn: string, clock: Clock = systemClock) {
    this.#arn = arn;
    this.#clock = clock;
  }

  get events(): readonly LoggedEvent[] {
    return this.#events;
  }

  /** Counted when it is asked for: few ask, and the text of an event takes as long as the event. */
  get counts(): LoggedByLevel {
    return { ALL: this.#countsAt('ALL'), ERROR: this.#countsAt('ERROR') };
  }

  started(input: unknown, roleArn: string): void {
    this.#add('ExecutionStarted', { ...data('input', input), roleArn });
  }

  entered(type: string, name: string, input: unknown): void {
    const early = this.#early.filter(({ state }) => state === name);
    this.#early = this.#early.filter(({ state }) => state !== name);
    this.#add(`${type}StateEntered`, { ...data('input', input), name }, early[0]?.timestamp);
    this.#open = name;
    for (const { type: earlier, details, timestamp } of early) this.#add(earlier, details, timestamp);
  }

  exited(type: string, name: string, output: unknown): void {
    this.#open = undefined;
    this.#add(`${type}StateExited`, { name, ...data('output', output) });
  }

  succeeded(output: unknown): void {
    this.#add('ExecutionSucceeded', data('output', output));
  }

  /** @param type ExecutionFailed, ExecutionAborted or ExecutionTimedOut */
  failed(type: string, error: unknown, cause: unknown): void {
    this.#add(type, { cause, error });
  }

  /** One attempt of the Task of a state; what it returns writes its end. */
  attempt(state: string, resource: string, payload: unknown, timeoutInSeconds: unknown) {
    const add = this.#within(state);
    if (LAMBDA.test(resource)) {
      add('LambdaFunctionScheduled', { ...data('input', payload), resource, timeoutInSeconds });
      add('LambdaFunctionStarted', undefined);
      return {
        succeeded: (output: unknown) => add('LambdaFunctionSucceeded', data('output', output)),
        failed: ({ name, message }: Error) =>
          add(TIMEOUTS.has(name) ? 'LambdaFunctionTimedOut' : 'LambdaFunctionFailed', {
            cause: message,
            error: name,
          }),
      };
    }
    const of = INTEGRATION.exec(resource)?.groups ?? { resource };
    add('TaskScheduled', { parameters: JSON.stringify(payload), region: 'us-east-1', ...of, timeoutInSeconds });
    add('TaskStarted', of);
    if (isTokenTask(resource)) add('TaskSubmitted', { ...data('output', { MessageId: this.#arn }), ...of });
    return {
      succeeded: (output: unknown) => add('TaskSucceeded', { ...data('output', output), ...of }),
      failed: ({ name, message }: Error) =>
        add(TIMEOUTS.has(name) ? 'TaskTimedOut' : 'TaskFailed', { cause: message, error: name, ...of }),
    };
  }

  /** A distributed Map: `run` calls `onStarted` with the Map Run's ARN. */
  async mapRun<Result>(
    state: string,
    run: (onStarted: (mapRunArn: string) => void) => Promise<Result>,
  ): Promise<Result> {
    const add = this.#within(state);
    // Items that a reader lists are not counted here, on AWS neither.
    add('MapStateStarted', { length: 0 });
    try {
      const result = await run((mapRunArn) => add('MapRunStarted', { mapRunArn }));
      add('MapRunSucceeded', undefined);
      add('MapStateSucceeded', undefined);
      return result;
    } catch (fault) {
      const { name: error, message: cause } = fault as Error;
      add('MapRunFailed', { error, cause });
      add('MapStateFailed', undefined);
      throw fault;
    }
  }

  /** Adds events of a state, after its entry. */
  #within(state: string): (type: string, details: Details) => void {
    return (type, details) => {
      if (this.#open === state) this.#add(type, details);
      else this.#early.push({ state, type, details, timestamp: this.#clock.now() });
    };
  }

  #add(type: string, details: Details, happened = this.#clock.now()): void {
    if (this.#over) return;
    this.#over = END.test(type);
    const timestamp = Math.max(happened, this.#events.at(-1)?.timestamp ?? 0);
    this.#events.push({ id: this.#events.length + 1, type, timestamp, details });
  }

  #countsAt(level: string): Logged {
    const logged = this.#events.filter((event) => isLogged(event, level));
    const bytes = logged.map((event) => Buffer.byteLength(lineOf(this.#arn, event)));
    return { events: logged.length, bytes: bytes.reduce((sum, each) => sum + each, 0) };
  }
}
