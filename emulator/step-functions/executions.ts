import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Execution, ExecutionResult } from './execution.ts';
import type { LoggedEvent } from './execution-log.ts';

/** For each state machine. AWS keeps executions for 90 days; a long local run must not fill the memory with them. */
export interface Remembered {
  readonly executions: number;
  /** Inputs, outputs and histories of ended executions, compressed: 2 to 3 KB for the scan of an upload. */
  readonly bytes: number;
}

const REMEMBERED: Remembered = { executions: 20_000, bytes: 128 * 2 ** 20 };

/** What an execution that a distributed Map started has beside the others. */
export interface ChildOf {
  readonly mapRunArn: string;
  /** Items of its batch. */
  readonly itemCount: number;
}

/** What DescribeExecution and GetExecutionHistory tell. */
export interface ExecutionData extends Pick<ExecutionResult, 'output' | 'error' | 'cause'> {
  readonly input: unknown;
  readonly events: readonly LoggedEvent[];
}

/** Everything about an execution: while it runs from the execution itself, then from a compressed copy. */
export class RecordedExecution {
  readonly stateMachineArn: string;
  readonly arn: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly child: ChildOf | undefined;
  /** Grows with each start and end of an execution. */
  changed = 0;
  #state: Execution | { readonly status: ExecutionResult['status']; readonly ms: number; readonly packed: Uint8Array };

  constructor(stateMachineArn: string, execution: Execution, child: ChildOf | undefined) {
    this.stateMachineArn = stateMachineArn;
    this.arn = execution.arn;
    this.name = execution.name;
    this.startedAt = Date.parse(execution.startTime);
    this.child = child;
    this.#state = execution;
  }

  get status(): ExecutionResult['status'] | 'RUNNING' {
    return 'status' in this.#state ? this.#state.status : 'RUNNING';
  }

  /** Milliseconds since 1970; undefined while it is running. */
  get stoppedAt(): number | undefined {
    return 'status' in this.#state ? this.startedAt + this.#state.ms : undefined;
  }

  /** What is kept of an execution that has ended. */
  get bytes(): number {
    return 'packed' in this.#state ? this.#state.packed.length : 0;
  }

  get data(): ExecutionData {
    if ('packed' in this.#state) return JSON.parse(inflateRawSync(this.#state.packed).toString());
    return { input: this.#state.input, events: this.#state.events() };
  }

  /** Settles when it has ended. One that has ended stays as it is. */
  async abort(): Promise<void> {
    const execution = this.#state;
    if (!('abort' in execution)) return;
    execution.abort();
    await execution.result;
  }

  ended({ status, ms, output, error, cause }: ExecutionResult): void {
    if ('packed' in this.#state) return;
    const data: ExecutionData = { ...this.data, output, error, cause } as ExecutionData;
    // A copy: what zlib returns is the beginning of a much larger buffer. Level 1 takes a fifth of the time of the default
    // for a few bytes more.
    this.#state = { status, ms, packed: Uint8Array.from(deflateRawSync(JSON.stringify(data), { level: 1 })) };
  }
}

/** The executions of one state machine, in the order of their last change. */
interface OfMachine {
  readonly records: Map<string, RecordedExecution>;
  bytes: number;
}

/** The started executions, for later queries; of each state machine the oldest ended ones are dropped. */
export class Executions {
  readonly #byArn = new Map<string, RecordedExecution>();
  readonly #byMachine = new Map<string, OfMachine>();
  readonly #remembered: Remembered;
  #changes = 0;

  constructor(remembered: Remembered = REMEMBERED) {
    this.#remembered = remembered;
  }

  add(stateMachineArn: string, execution: Execution, child?: ChildOf): void {
    const record = new RecordedExecution(stateMachineArn, execution, child);
    this.#byArn.set(record.arn, record);
    this.#changed(record);
    execution.result.then((result) => {
      record.ended(result);
      const machine = this.#changed(record);
      machine.bytes += record.bytes;
      this.#forget(machine);
    });
  }

  byArn(arn: string): RecordedExecution | undefined {
    return this.#byArn.get(arn);
  }

  byName(stateMachineArn: string, name: string): RecordedExecution | undefined {
    return this.#byArn.get(`${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`);
  }

  /** Of one state machine; first the one that started or ended last. */
  of(stateMachineArn: string): RecordedExecution[] {
    return [...(this.#byMachine.get(stateMachineArn)?.records.values() ?? [])].reverse();
  }

  all(): Iterable<RecordedExecution> {
    return this.#byArn.values();
  }

  #changed(record: RecordedExecution): OfMachine {
    const machine = this.#byMachine.get(record.stateMachineArn) ?? { records: new Map(), bytes: 0 };
    this.#byMachine.set(record.stateMachineArn, machine);
    machine.records.delete(record.arn);
    machine.records.set(record.arn, record);
    this.#changes += 1;
    record.changed = this.#changes;
    return machine;
  }

  #forget(machine: OfMachine): void {
    for (const [arn, { status, bytes }] of machine.records) {
      if (machine.records.size <= this.#remembered.executions && machine.bytes <= this.#remembered.bytes) return;
      if (status === 'RUNNING') continue;
      machine.records.delete(arn);
      machine.bytes -= bytes;
      this.#byArn.delete(arn);
    }
  }
}
