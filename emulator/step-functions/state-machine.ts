import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { S3Client } from '@aws-sdk/client-s3';
import { ExecutionTimeoutError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { type DistributedMap, withoutDistributedMaps } from './distributed-map/definition.ts';
import { type MapRunProps, runMap } from './distributed-map/map-run.ts';
import type { Execution, ExecutionResult } from './execution.ts';
import { assertSupported, taskStates } from './support.ts';

/** Step Functions' limit for the JSON between states. */
const MAX_PAYLOAD_BYTES = 262_144;

export interface LocalStateMachineProps {
  readonly arn: string;
  readonly definition: object;
  readonly roleArn: string;
  /** Calls a Task's `Resource`; its errors are matched by `name`. */
  readonly invoke: (
    resource: string,
    payload: unknown,
    execution: { arn: string; roleArn: string },
  ) => Promise<unknown>;
  /** Milliseconds before each retry, instead of the definition's delays. */
  readonly retryWaitMs?: number;
  /** S3 with a role, for what Step Functions itself lists and writes in a distributed Map. */
  readonly s3?: (roleArn: string) => S3Client;
  /** Folder for a distributed Map's files until it has ended; default: the system's temporary folder. */
  readonly temporary?: string;
  /** Throws when the role may not start the children of a distributed Map, executions of the state machine itself. */
  readonly authorizeChildren?: (roleArn: string, stateMachineArn: string) => Promise<void>;
  /** Called after each batch of a distributed Map. */
  readonly onBatch?: MapRunProps['onBatch'];
}

/** A state machine whose ASL `aws-local-stepfunctions` runs; limits: emulator/README.md. */
export class LocalStateMachine {
  readonly #props: LocalStateMachineProps;
  readonly #machine: StateMachine;
  readonly #tasks: ReadonlyMap<string, string>;
  readonly #maps: ReadonlyMap<string, DistributedMap>;

  /** @throws Error naming the first construct without a local counterpart */
  constructor(props: LocalStateMachineProps) {
    assertSupported(props.definition);
    this.#props = props;
    const { definition, maps } = withoutDistributedMaps(props.definition);
    this.#maps = maps;
    this.#tasks = taskStates(definition);
    this.#machine = new StateMachine(definition as StateMachineDefinition, {
      validationOptions: { noValidate: true },
    });
  }

  start(input: unknown, name: string = randomUUID()): Execution {
    const { arn: machineArn, roleArn, retryWaitMs } = this.#props;
    const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const start = new Date();
    const startTime = start.toISOString();
    const context = {
      // The library replaces this StartTime with its own, slightly later one.
      Execution: { Id: arn, Input: copied(input), Name: name, RoleArn: roleArn, StartTime: startTime },
      StateMachine: { Id: machineArn, Name: machineArn.split(':').at(-1) ?? '' },
    };
    const run = this.#machine.run(copied(input), {
      context,
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(
          [...this.#tasks].map(([state, resource]) => [
            state,
            (payload) => this.#mapRun(state, payload, context) ?? this.#invoke(resource, payload, { arn, roleArn }),
          ]),
        ),
        ...(retryWaitMs !== undefined && {
          retryIntervalOverrides: Object.fromEntries([...this.#tasks.keys()].map((state) => [state, retryWaitMs])),
        }),
      },
    });
    return { arn, name, input, startTime, result: follow(arn, run, start), abort: run.abort };
  }

  async #invoke(resource: string, payload: unknown, execution: { arn: string; roleArn: string }) {
    assertFits(payload);
    const result = await this.#props.invoke(resource, copied(payload), execution);
    assertFits(result);
    return copied(result);
  }

  /** undefined for a state that is not a distributed Map. */
  // biome-ignore lint/suspicious/noExplicitAny: any JSON
  #mapRun(name: string, input: unknown, context: object): Promise<any> | undefined {
    const state = this.#maps.get(name);
    return state && this.#runMap(name, state, input, context);
  }

  async #runMap(name: string, state: DistributedMap, input: unknown, context: object): Promise<object> {
    const { arn, roleArn, s3, temporary = tmpdir(), authorizeChildren, onBatch } = this.#props;
    if (s3 === undefined) throw new Error(`state ${JSON.stringify(name)}: a distributed Map needs S3`);
    await authorizeChildren?.(roleArn, arn);
    const label = state.Label ?? name;
    const child = new LocalStateMachine({ ...this.#props, arn: `${arn}/${label}`, definition: state.ItemProcessor });
    return runMap({
      state,
      input,
      context,
      arn: `${arn.replace(':stateMachine:', ':mapRun:')}/${label}`,
      childMachineArn: `${arn}/${label}`,
      s3: s3(roleArn),
      temporary,
      startChild: (batch) => child.start(batch),
      ...(onBatch && { onBatch }),
    });
  }
}

type Run = ReturnType<StateMachine['run']>;

async function follow(arn: string, run: Run, start: Date): Promise<ExecutionResult> {
  const history = readHistory(run);
  const ended = await run.result.then(
    (output) => ({ status: 'SUCCEEDED', output }) as const,
    (fault: Error) => {
      if (fault instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT', error: 'States.Timeout' } as const;
      if (fault.name === 'ExecutionAbortedError') return { status: 'ABORTED' } as const;
      const { name, message } = (fault.cause ?? fault) as Error;
      return { status: 'FAILED', error: name, cause: message } as const;
    },
  );
  return { arn, ...ended, ...(await history), ms: Date.now() - start.getTime() };
}

async function readHistory(run: Run) {
  const states: string[] = [];
  const retries: Record<string, number> = {};
  let lastInput: unknown;
  for await (const event of run.eventLogs) {
    if (event.type === 'StateEntered') {
      states.push(event.state.name);
      lastInput = event.state.input;
    }
    if (event.type === 'StateRetried') retries[event.state.name] = (retries[event.state.name] ?? 0) + 1;
  }
  return { states, retries, lastInput };
}

// biome-ignore lint/suspicious/noExplicitAny: any JSON
function copied(value: unknown): any {
  return JSON.parse(JSON.stringify(value ?? null));
}

function assertFits(value: unknown) {
  const bytes = Buffer.byteLength(JSON.stringify(value ?? null));
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  throw Object.assign(new Error(`${bytes} bytes of payload`), { name: 'States.DataLimitExceeded' });
}
