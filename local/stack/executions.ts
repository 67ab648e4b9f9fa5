import { basename } from 'node:path';
import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { Alarms } from '../../emulator/cloudwatch/alarms.ts';
import { MapRuns } from '../../emulator/step-functions/distributed-map/map-runs.ts';
import type { Execution, ExecutionResult } from '../../emulator/step-functions/execution.ts';
import { Executions } from '../../emulator/step-functions/executions.ts';
import type { LocalStateMachine } from '../../emulator/step-functions/state-machine.ts';
import { countExecution } from './metrics.ts';
import type { PipelineOptions } from './options.ts';

export interface RunningExecutionsProps {
  readonly stack: LocalStack;
  readonly alarms: Alarms;
  /** ASL file by logical id. */
  readonly definitions: Readonly<Record<string, string>>;
  readonly onExecution: PipelineOptions['onExecution'];
}

/** Starts executions, counts how they end, and knows which are running. */
export class RunningExecutions {
  /** The started executions, for later queries. */
  readonly recorded = new Executions();
  readonly mapRuns = new MapRuns();
  readonly #props: RunningExecutionsProps;
  readonly #running = new Map<Promise<ExecutionResult>, Execution>();
  #machines: ReadonlyMap<string, LocalStateMachine> = new Map();
  #closing = false;

  constructor(props: RunningExecutionsProps) {
    this.#props = props;
  }

  get machines(): ReadonlyMap<string, LocalStateMachine> {
    return this.#machines;
  }

  /** Allows executions of these to be started. */
  serve(machines: ReadonlyMap<string, LocalStateMachine>): void {
    this.#machines = machines;
  }

  /** @throws Error when the stack has no such state machine, or is closing */
  start(arn: string, input: unknown, name?: string, startedBy?: string): Execution {
    const { stack, alarms, definitions, onExecution } = this.#props;
    const machine = this.#machines.get(arn);
    if (machine === undefined) throw new Error(`the stack has no state machine ${arn}`);
    // Nothing would abort it, and its timeout would keep the process alive for hours.
    if (this.#closing) throw new Error('the pipeline is closing');
    const execution = machine.start(input, name);
    this.recorded.add(arn, execution);
    this.#running.set(execution.result, execution);
    execution.result.then(({ status }) => {
      this.#running.delete(execution.result);
      countExecution(alarms, arn, status);
    });
    const stateMachine = basename(definitions[stack.byArn(arn)?.logicalId ?? ''] ?? '', '.asl.json');
    onExecution?.(execution, { stateMachine, startedBy });
    return execution;
  }

  /** Settles when none is running. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running.keys());
  }

  /** Aborts running executions and starts no more. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const execution of this.#running.values()) execution.abort();
    await Promise.allSettled(this.#running.keys());
  }
}
