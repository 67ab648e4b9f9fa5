import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ExecutionStatus,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { InputAgain } from '../deployed-input.ts';
import { nameOf } from '../execution-name.ts';
import { causeOf, idOf, type Redrivable } from './failure.ts';

const UNSUCCESSFUL = [ExecutionStatus.FAILED, ExecutionStatus.TIMED_OUT, ExecutionStatus.ABORTED] as const;

export interface FailedExecutionsOptions {
  readonly stateMachineArn: string;
  readonly redrive: string;
  readonly inputAgain: InputAgain;
  /** Start times. */
  readonly since: Date;
  readonly until: Date;
}

/**
 * Executions that failed, timed out or were stopped, and were not started again since.
 * @throws what the SDK throws
 */
export async function* failedExecutions(
  stepFunctions: SFNClient,
  { stateMachineArn, redrive, inputAgain, since, until }: FailedExecutionsOptions,
): AsyncGenerator<Redrivable> {
  for await (const { executionArn = '', startDate = since } of unsuccessful(stepFunctions, stateMachineArn, since)) {
    // Those that a redrive starts meanwhile may fail too.
    if (startDate > until) continue;
    const name = nameOf([executionArn], 'again');
    if (await exists(stepFunctions, `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`)) continue;
    const answer = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    const { input = '{}', error, cause, status = 'FAILED' } = answer;
    yield {
      failure: {
        ...{ id: idOf(executionArn), kind: 'execution', when: startDate.toISOString(), ...subjectOf(input) },
        ...{ cause: causeOf(error ?? status, cause), redrive, execution: executionArn },
      },
      async start() {
        const again = await inputAgain(input);
        return again === undefined ? undefined : { stateMachineArn, name, input: again };
      },
    };
  }
}

async function* unsuccessful(
  client: SFNClient,
  stateMachineArn: string,
  since: Date,
): AsyncGenerator<ExecutionListItem> {
  for (const statusFilter of UNSUCCESSFUL) {
    listing: for await (const { executions = [] } of paginateListExecutions(
      { client },
      { stateMachineArn, statusFilter },
    )) {
      for (const execution of executions) {
        // Newest first.
        if ((execution.startDate ?? since) < since) break listing;
        yield execution;
      }
    }
  }
}

/** Whether an execution of that ARN was started. */
export async function exists(stepFunctions: SFNClient, executionArn: string): Promise<boolean> {
  try {
    await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return true;
  } catch (fault) {
    if ((fault as Error).name === 'ExecutionDoesNotExist') return false;
    throw fault;
  }
}

/** What an execution is about: an object, or a bucket. */
export function subjectOf(input: string) {
  const { detail, bucket } = JSON.parse(input);
  const { key, 'version-id': versionId } = detail?.object ?? {};
  return { bucket: detail?.bucket?.name ?? bucket ?? null, key: key ?? null, versionId: versionId ?? null };
}
