import type { Execution, ExecutionResult } from './execution.ts';

/** AWS keeps executions for 90 days; a long local run must not fill the memory with them. */
const REMEMBERED = 1000;

export interface RecordedExecution {
  readonly stateMachineArn: string;
  readonly execution: Execution;
  /** undefined while it is running. */
  result: ExecutionResult | undefined;
}

/** The started executions, for later queries; the oldest finished ones are dropped. */
export class Executions {
  readonly #byArn = new Map<string, RecordedExecution>();

  add(stateMachineArn: string, execution: Execution): void {
    const record: RecordedExecution = { stateMachineArn, execution, result: undefined };
    this.#byArn.set(execution.arn, record);
    execution.result.then((result) => {
      record.result = result;
      this.#forget();
    });
  }

  byArn(arn: string): RecordedExecution | undefined {
    return this.#byArn.get(arn);
  }

  byName(stateMachineArn: string, name: string): RecordedExecution | undefined {
    return this.#byArn.get(`${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`);
  }

  /** Of one state machine, newest first. */
  of(stateMachineArn: string): RecordedExecution[] {
    return [...this.#byArn.values()].filter((record) => record.stateMachineArn === stateMachineArn).reverse();
  }

  all(): Iterable<RecordedExecution> {
    return this.#byArn.values();
  }

  #forget(): void {
    for (const [arn, { result }] of this.#byArn) {
      if (this.#byArn.size <= REMEMBERED) return;
      if (result !== undefined) this.#byArn.delete(arn);
    }
  }
}

export function statusOf({ result }: RecordedExecution): ExecutionResult['status'] | 'RUNNING' {
  return result?.status ?? 'RUNNING';
}
