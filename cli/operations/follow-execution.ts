import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeExecutionCommand, ExecutionStatus, type SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { SCAN_STATUSES, type ScanStatus } from '../../functions/domain/verdict.ts';
import { logOf, type ScanMachine } from './execution-logs.ts';
import { storyOf } from './execution-story.ts';

/** How a scan ended. */
export interface Scanned {
  /** GONE: deleted before the verdict. */
  readonly status: ScanStatus | 'GONE';
  /** Signature or reason; of a failed execution its error. */
  readonly finding: string | null;
  /** Why an execution failed. */
  readonly cause: string | null;
  readonly type: string | null;
  readonly definitions: string | null;
  /** ISO 8601. */
  readonly scanTime: string | null;
  /** The execution that reached it: under EXPRESS it may be another one than was started. */
  readonly execution: string;
}

export interface FollowOptions {
  readonly stepFunctions: SFNClient;
  readonly logs: CloudWatchLogsClient;
  readonly machines: readonly ScanMachine[];
  readonly signal: AbortSignal;
  /** Between two checks; the first comes sooner. */
  readonly longestWaitMs?: number;
}

const LONGEST_WAIT_MS = 10_000;
/** Where EXPRESS hands over what finds no engine: to a STANDARD execution of the same name. */
const OVERFLOWED = 'Overflowed';

const Verdict = z.object({
  status: z.enum(SCAN_STATUSES),
  finding: z.string().nullable(),
  type: z.string().nullish(),
  definitions: z.string().nullish(),
  scanTime: z.string().nullish(),
});
const Output = z.object({
  verdict: Verdict.optional(),
  outcome: z.object({ verdict: Verdict.optional() }).optional(),
  error: z.object({ Error: z.string() }).optional(),
});

/**
 * Waits for the end of an execution that scans an object.
 * @throws AbortError when the signal says so, and what the SDK throws
 */
export async function followScan(
  execution: { readonly arn: string; readonly machine: ScanMachine; readonly startedAt: Date },
  options: FollowOptions,
): Promise<Scanned> {
  const { signal, longestWaitMs = LONGEST_WAIT_MS } = options;
  let { arn, machine } = execution;
  for (let waitMs = longestWaitMs / 64; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    await sleep(waitMs, undefined, { signal });
    if (machine.type === 'STANDARD') {
      const ended = await described(arn, options);
      if (ended !== undefined) return ended;
      continue;
    }
    const { visits, end } = await storyOf(await logOf(options.logs, machine, arn, execution.startedAt));
    if (end === undefined) continue;
    if (visits.at(-1)?.state !== OVERFLOWED) return scanned(arn, end);
    const overflow = options.machines.find(({ type }) => type === 'STANDARD');
    if (overflow === undefined) throw new Error(`${arn} handed over, and the stack has nothing that takes it`);
    machine = overflow;
    arn = overflowArn(arn, overflow);
  }
}

/** `arn:…:express:MACHINE:NAME:RUN` hands over to `arn:…:execution:OTHER:NAME`. */
export function overflowArn(expressArn: string, { arn }: ScanMachine): string {
  return `${arn.replace(':stateMachine:', ':execution:')}:${expressArn.split(':').at(-2)}`;
}

/** undefined while it runs, and while one that was handed over has not begun. */
async function described(executionArn: string, { stepFunctions }: FollowOptions): Promise<Scanned | undefined> {
  try {
    const answer = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    const { status = ExecutionStatus.RUNNING, output, error = status, cause = '' } = answer;
    if (status === ExecutionStatus.RUNNING || status === ExecutionStatus.PENDING_REDRIVE) return undefined;
    return scanned(executionArn, { status, output, error, cause });
  } catch (fault) {
    if ((fault as Error).name === 'ExecutionDoesNotExist') return undefined;
    throw fault;
  }
}

interface End {
  readonly status: string;
  readonly output: string | undefined;
  readonly error: string;
  readonly cause: string;
}

function scanned(execution: string, { status, output = '{}', error, cause }: End): Scanned {
  const nothing = { finding: null, cause: null, type: null, definitions: null, scanTime: null, execution };
  if (status !== 'SUCCEEDED') return { ...nothing, status: 'ERROR', finding: error || status, cause: cause || null };
  const { data } = Output.safeParse(JSON.parse(output));
  if (data?.error?.Error === 'ObjectGone') return { ...nothing, status: 'GONE' };
  const verdict = data?.outcome?.verdict ?? data?.verdict;
  if (verdict === undefined) return { ...nothing, status: 'ERROR', finding: 'the execution ended without a verdict' };
  const { type = null, definitions = null, scanTime = null } = verdict;
  return { ...nothing, status: verdict.status, finding: verdict.finding, type, definitions, scanTime };
}
