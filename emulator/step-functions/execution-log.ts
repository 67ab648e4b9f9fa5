import { isTokenTask } from './support.ts';

/** What log level ERROR writes of the events here. */
const OF_ERRORS = new Set([
  'ExecutionAborted',
  'ExecutionFailed',
  'ExecutionTimedOut',
  'FailStateEntered',
  'LambdaFunctionFailed',
  'TaskFailed',
]);

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

/**
 * Counts the lines that Step Functions would write to CloudWatch Logs; they are kept nowhere. The events of a distributed
 * Map itself are not counted, those of its children are.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
export class ExecutionLog {
  readonly #arn: string;
  readonly #counts = { ALL: { events: 0, bytes: 0 }, ERROR: { events: 0, bytes: 0 } };

  constructor(arn: string) {
    this.#arn = arn;
  }

  get counts(): LoggedByLevel {
    return { ALL: { ...this.#counts.ALL }, ERROR: { ...this.#counts.ERROR } };
  }

  started(input: unknown, roleArn: string): void {
    this.#add('ExecutionStarted', { ...data('input', input), roleArn });
  }

  entered(type: string, name: string, input: unknown): void {
    this.#add(`${type}StateEntered`, { ...data('input', input), name });
  }

  exited(type: string, name: string, output: unknown): void {
    this.#add(`${type}StateExited`, { name, ...data('output', output) });
  }

  succeeded(output: unknown): void {
    this.#add('ExecutionSucceeded', data('output', output));
  }

  /** @param type ExecutionFailed, ExecutionAborted or ExecutionTimedOut */
  failed(type: string, error: unknown, cause: unknown): void {
    this.#add(type, { cause, error });
  }

  /** One attempt of a Task; `ended` writes its end. */
  attempt(resource: string, payload: unknown, timeoutInSeconds: unknown) {
    if (LAMBDA.test(resource)) {
      this.#add('LambdaFunctionScheduled', { ...data('input', payload), resource, timeoutInSeconds });
      this.#add('LambdaFunctionStarted', undefined);
      return {
        succeeded: (output: unknown) => this.#add('LambdaFunctionSucceeded', data('output', output)),
        failed: ({ name, message }: Error) => this.#add('LambdaFunctionFailed', { cause: message, error: name }),
      };
    }
    const of = INTEGRATION.exec(resource)?.groups ?? { resource };
    this.#add('TaskScheduled', { parameters: JSON.stringify(payload), region: 'us-east-1', ...of, timeoutInSeconds });
    this.#add('TaskStarted', of);
    if (isTokenTask(resource)) this.#add('TaskSubmitted', { ...data('output', { MessageId: this.#arn }), ...of });
    return {
      succeeded: (output: unknown) => this.#add('TaskSucceeded', { ...data('output', output), ...of }),
      failed: ({ name, message }: Error) => this.#add('TaskFailed', { cause: message, error: name, ...of }),
    };
  }

  #add(type: string, details: object | undefined): void {
    const { ALL, ERROR } = this.#counts;
    const line = JSON.stringify({
      id: String(ALL.events + 1),
      type,
      details,
      previous_event_id: String(ALL.events),
      event_timestamp: String(Date.now()),
      execution_arn: this.#arn,
      redrive_count: '0',
    });
    for (const counts of OF_ERRORS.has(type) ? [ALL, ERROR] : [ALL]) {
      counts.events += 1;
      counts.bytes += Buffer.byteLength(line);
    }
  }
}
