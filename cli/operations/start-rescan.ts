import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, ExecutionStatus, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Strategy } from '../../functions/domain/rescan/strategy.ts';

/** The state machine fills in omitted fields; docs/rescans.md. */
export interface RescanRequest {
  readonly bucket: string;
  readonly prefix?: string;
  readonly strategy?: Strategy;
  readonly window?: { readonly from: Date; readonly to: Date };
  readonly maxConcurrency?: number;
}

export interface RescanOutcome {
  readonly status: ExecutionStatus;
  /** Totals as in the notification, JSON; only for a successful rescan. */
  readonly summary: string | undefined;
  /** Error and cause of a failed one. */
  readonly reason: string;
}

/**
 * @returns ARN of the execution
 * @throws what the SDK throws
 */
export async function startRescan(
  stepFunctions: SFNClient,
  stateMachineArn: string,
  request: RescanRequest,
): Promise<string> {
  const input = JSON.stringify(request);
  const { executionArn = '' } = await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input }));
  return executionArn;
}

/**
 * Waits for an execution to end.
 * @param longestWaitMs between two checks; the first comes sooner
 * @throws what the SDK throws
 */
export async function outcomeOf(
  stepFunctions: SFNClient,
  executionArn: string,
  longestWaitMs = 30_000,
): Promise<RescanOutcome> {
  for (let waitMs = longestWaitMs / 64; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    await sleep(waitMs);
    const { status, output, error, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (status === undefined || status === ExecutionStatus.RUNNING) continue;
    return { status, summary: output, reason: [error, cause].filter(Boolean).join(': ') };
  }
}
