import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ExecutionStatus,
  ListMapRunsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';

/** How far a rescan has come, from its Map Run. */
export interface RescanProgress {
  /** Objects listed so far. */
  readonly listed: number;
  /** Of them, those whose batch has ended. */
  readonly done: number;
  /** Of those, the ones whose batch failed as a whole. */
  readonly failed: number;
  readonly startedAt: Date;
}

export interface RescanOutcome {
  readonly status: ExecutionStatus;
  /** Totals as in the notification, JSON; only for a successful rescan. */
  readonly summary: string | undefined;
  /** Error and cause of a failed one. */
  readonly reason: string;
  /** As it was started. */
  readonly input: string;
}

export interface FollowOptions {
  /** Between two checks; the first come sooner. */
  readonly longestWaitMs?: number;
  /** Ends the waiting, not the rescan. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RescanProgress) => void;
}

/** As often as somebody looks at a terminal; far below the quotas of these calls. */
const LONGEST_WAIT_MS = 5_000;

/**
 * Waits for a rescan to end.
 * @returns undefined when the signal came first
 * @throws what the SDK throws
 */
export async function followRescan(
  stepFunctions: SFNClient,
  executionArn: string,
  { longestWaitMs = LONGEST_WAIT_MS, signal, onProgress }: FollowOptions = {},
): Promise<RescanOutcome | undefined> {
  let mapRunArn: string | undefined;
  async function progress(): Promise<RescanProgress | undefined> {
    mapRunArn ??= (await stepFunctions.send(new ListMapRunsCommand({ executionArn }))).mapRuns?.[0]?.mapRunArn;
    if (mapRunArn === undefined) return undefined;
    const { itemCounts, startDate } = await stepFunctions.send(new DescribeMapRunCommand({ mapRunArn }));
    const { total = 0, succeeded = 0, failed = 0, timedOut = 0, aborted = 0 } = itemCounts ?? {};
    const lost = failed + timedOut + aborted;
    return { listed: total, done: succeeded + lost, failed: lost, startedAt: startDate ?? new Date() };
  }

  for (let waitMs = longestWaitMs / 64; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal?.aborted) return undefined;
    const answer = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    const { status, output, error, cause, input = '{}' } = answer;
    if (status !== undefined && status !== ExecutionStatus.RUNNING) {
      return { status, summary: output, reason: [error, cause].filter(Boolean).join(': '), input };
    }
    const now = onProgress && (await progress());
    if (now !== undefined) onProgress?.(now);
  }
}
