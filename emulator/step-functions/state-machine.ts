import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { S3Client } from '@aws-sdk/client-s3';
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { type Clock, systemClock } from '../clock.ts';
import { type DistributedMap, withoutDistributedMaps } from './distributed-map/definition.ts';
import { type MapRunProps, runMap } from './distributed-map/map-run.ts';
import { MapRuns } from './distributed-map/map-runs.ts';
import type { Execution, ExecutionResult } from './execution.ts';
import { ExecutionLog } from './execution-log.ts';
import type { ChildOf } from './executions.ts';
import { endOf, type Run, readHistory } from './history.ts';
import { assertSupported, type StateMachineType, taskStates } from './support.ts';
import { copied, TaskAttempts } from './task-attempts.ts';
import { TaskTokens } from './task-tokens.ts';
import { type WrappedInput, withWrappedTasks } from './wrapped-tasks.ts';

export interface LocalStateMachineProps {
  readonly arn: string;
  readonly definition: object;
  readonly roleArn: string;
  /** Default: STANDARD. */
  readonly type?: StateMachineType;
  /** Measures the time limits of executions and Tasks; default: the real time. */
  readonly clock?: Clock;
  /** The tokens that the API answers; default: its own, which nobody can answer. */
  readonly tokens?: TaskTokens;
  /**
   * Calls a Task's `Resource`; its errors are matched by `name`. For a Task that waits for its token the result is
   * dropped.
   */
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
  /** The Map Runs that the API describes; default: its own, which nobody can ask for. */
  readonly mapRuns?: MapRuns;
  /** Called for each execution that a distributed Map starts. */
  readonly onChild?: (stateMachineArn: string, execution: Execution, child: ChildOf) => void;
  /** Called after each batch of a distributed Map. */
  readonly onBatch?: MapRunProps['onBatch'];
}

const END_EVENTS = {
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;

/** A state machine whose ASL `aws-local-stepfunctions` runs; limits: emulator/README.md. */
export class LocalStateMachine {
  readonly #props: LocalStateMachineProps;
  readonly #machine: StateMachine;
  readonly #clock: Clock;
  readonly #tokens: TaskTokens;
  readonly #timeoutSeconds: number | undefined;
  readonly #tasks: ReadonlyMap<string, string>;
  readonly #maps: ReadonlyMap<string, DistributedMap>;

  /** @throws Error naming the first construct without a local counterpart */
  constructor(props: LocalStateMachineProps) {
    assertSupported(props.definition, props.type);
    this.#props = props;
    this.#clock = props.clock ?? systemClock;
    this.#tokens = props.tokens ?? new TaskTokens();
    const { definition, maps } = withoutDistributedMaps(props.definition);
    // The library's own limit is a timer of Node, which cannot be longer than 24 days.
    const { TimeoutSeconds, ...rest } = definition as { readonly TimeoutSeconds?: number };
    this.#timeoutSeconds = TimeoutSeconds;
    this.#maps = maps;
    this.#tasks = taskStates(rest);
    const tasks = new Set([...this.#tasks.keys()].filter((name) => !maps.has(name)));
    this.#machine = new StateMachine(withWrappedTasks(rest, tasks) as StateMachineDefinition, {
      validationOptions: { noValidate: true },
    });
  }

  get definition(): object {
    return this.#props.definition;
  }

  start(input: unknown, name: string = randomUUID()): Execution {
    const { arn: machineArn, roleArn, retryWaitMs, invoke } = this.#props;
    const arn =
      this.#props.type === 'EXPRESS'
        ? `${machineArn.replace(':stateMachine:', ':express:')}:${name}:${randomUUID()}`
        : `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const startTime = new Date(this.#clock.now()).toISOString();
    const log = new ExecutionLog(arn, this.#clock);
    log.started(input, roleArn);
    const attempts = new TaskAttempts({
      log,
      clock: this.#clock,
      tokens: this.#tokens,
      // The children of a Map Run belong to the state machine.
      stateMachineArn: machineArn.split('/')[0] ?? machineArn,
      invoke: (resource, payload) => invoke(resource, payload, { arn, roleArn }),
    });
    const context = {
      // The library replaces this StartTime with its own, slightly later one.
      Execution: { Id: arn, Input: copied(input), Name: name, RoleArn: roleArn, StartTime: startTime },
      StateMachine: { Id: machineArn, Name: machineArn.split(':').at(-1) ?? '' },
      Task: { Token: attempts.tokenPlaceholder },
    };
    const ended = new AbortController();
    const run = this.#machine.run(copied(input), {
      context,
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(
          [...this.#tasks].map(([state, resource]) => [
            state,
            (input) => {
              const mapRun = this.#mapRun(state, input, { context, log, parentEnded: ended.signal });
              if (mapRun !== undefined) return attempts.untilOver(mapRun);
              return attempts.attempt(state, resource, input as unknown as WrappedInput);
            },
          ]),
        ),
        ...(retryWaitMs !== undefined && {
          retryIntervalOverrides: Object.fromEntries([...this.#tasks.keys()].map((state) => [state, retryWaitMs])),
        }),
      },
    });
    const result = this.#follow(arn, run, log).finally(() => {
      attempts.end();
      ended.abort();
    });
    return { arn, name, input, startTime, result, abort: run.abort, events: () => log.events };
  }

  async #follow(arn: string, run: Run, log: ExecutionLog): Promise<ExecutionResult> {
    const start = this.#clock.now();
    let timedOut = false;
    const cancel =
      this.#timeoutSeconds === undefined
        ? () => undefined
        : this.#clock.after(this.#timeoutSeconds * 1000, () => {
            timedOut = true;
            run.abort();
          });
    const history = readHistory(run, log, this.#maps);
    const end = await endOf(run);
    cancel();
    const aborted = end.status === 'ABORTED';
    const ended = aborted && timedOut ? ({ status: 'TIMED_OUT', error: 'States.Timeout' } as const) : end;
    const read = await history;
    if (ended.status === 'SUCCEEDED') log.succeeded(ended.output);
    else log.failed(END_EVENTS[ended.status], ended.error, ended.cause);
    const ms = this.#clock.now() - start;
    return {
      arn,
      ...ended,
      ...read,
      get log() {
        return log.counts;
      },
      ms,
    };
  }

  /** undefined for a state that is not a distributed Map. */
  // biome-ignore lint/suspicious/noExplicitAny: any JSON
  #mapRun(name: string, input: unknown, parent: Parent): Promise<any> | undefined {
    const state = this.#maps.get(name);
    return state && this.#runMap(name, state, input, parent);
  }

  async #runMap(
    name: string,
    state: DistributedMap,
    input: unknown,
    { context, log, parentEnded }: Parent,
  ): Promise<object> {
    const { arn, roleArn, s3, temporary = tmpdir(), authorizeChildren, onBatch, onChild } = this.#props;
    const { mapRuns = new MapRuns() } = this.#props;
    if (s3 === undefined) throw new Error(`state ${JSON.stringify(name)}: a distributed Map needs S3`);
    await authorizeChildren?.(roleArn, arn);
    const label = state.Label ?? name;
    const childMachineArn = `${arn}/${label}`;
    const child = new LocalStateMachine({ ...this.#props, arn: childMachineArn, definition: state.ItemProcessor });
    return log.mapRun(name, (onStarted) =>
      runMap({
        ...{ state, input, context, childMachineArn, s3: s3(roleArn), temporary, mapRuns, parentEnded, onStarted },
        arn: `${arn.replace(':stateMachine:', ':mapRun:')}/${label}`,
        now: () => this.#clock.now(),
        startChild(batch, mapRunArn) {
          const execution = child.start(batch);
          onChild?.(childMachineArn, execution, { mapRunArn, itemCount: batch.Items.length });
          return execution;
        },
        ...(onBatch && { onBatch }),
      }),
    );
  }
}

/** The execution that a distributed Map belongs to. */
interface Parent {
  /** Its context object. */
  readonly context: object;
  readonly log: ExecutionLog;
  readonly parentEnded: AbortSignal;
}
