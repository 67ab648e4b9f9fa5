import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ExecutionStatus,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { InputAgain } from './deployed-input.ts';
import { nameOf } from './execution-name.ts';
import type { Redriven } from './redrive-messages.ts';
import type { RedrivenRow } from './redriven-row.ts';
import { startOnce } from './start-once.ts';

export interface RedriveExecutionsOptions {
  readonly stateMachineArn: string;
  /** Start times of the executions. */
  readonly since: Date;
  readonly until: Date;
  readonly dryRun: boolean;
  readonly report: (row: RedrivenRow) => void;
  /** Default: as it was. */
  readonly inputAgain?: InputAgain;
}

const UNSUCCESSFUL = [ExecutionStatus.FAILED, ExecutionStatus.TIMED_OUT, ExecutionStatus.ABORTED] as const;

/**
 * Starts every execution again that failed, timed out or was stopped. Not RedriveExecution: that continues from the
 * failed state, and here every failure ends in a Fail state, which would fail again.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 * @throws what the SDK throws when they cannot be listed
 */
export async function redriveExecutions(
  stepFunctions: SFNClient,
  { stateMachineArn, since, until, dryRun, report, inputAgain = async (input) => input }: RedriveExecutionsOptions,
): Promise<Redriven> {
  let [total, failed] = [0, 0];

  const outcomeOf = async (execution: Parameters<typeof startOnce>[1]) =>
    dryRun ? ({ outcome: 'would start' } as const) : startOnce(stepFunctions, execution);

  async function again({ executionArn = '', name = '' }: ExecutionListItem): Promise<void> {
    try {
      const { input: before = '{}' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      const input = await inputAgain(before);
      const execution = { stateMachineArn, name: nameOf([executionArn], 'again'), input };
      const outcome = input === undefined ? ({ outcome: 'gone' } as const) : await outcomeOf(execution);
      const started = input === undefined ? null : execution.name;
      report({ ...outcome, execution: started, subject: subjectOf(before), reason: `for ${name}` });
    } catch (fault) {
      failed += 1;
      const reason = `${(fault as Error).name}: ${(fault as Error).message}`;
      report({ outcome: 'failed', execution: null, subject: `execution ${name}`, reason });
    }
  }

  for (const statusFilter of UNSUCCESSFUL) {
    // Listed before the first start; otherwise those that fail at once would be found too.
    const found: ExecutionListItem[] = [];
    listing: for await (const { executions = [] } of paginateListExecutions(
      { client: stepFunctions },
      { stateMachineArn, statusFilter },
    )) {
      for (const execution of executions) {
        const { startDate = since } = execution;
        // Newest first.
        if (startDate < since) break listing;
        if (startDate <= until) found.push(execution);
      }
    }
    total += found.length;
    for (const execution of found) await again(execution);
  }
  return { found: total, failed };
}

/** What an execution is about: an object, or a bucket. */
function subjectOf(input: string): string {
  const { detail, bucket = '', prefix = '' } = JSON.parse(input);
  return detail?.object?.key === undefined
    ? `s3://${bucket}/${prefix}`
    : `s3://${detail.bucket?.name}/${detail.object.key}`;
}
