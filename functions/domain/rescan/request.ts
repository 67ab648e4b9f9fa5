import type { z } from 'zod';
import type { Dialect } from '../dialects/index.ts';
import { InvalidInput } from '../errors.ts';
import type { Rescan, RescanRequest } from './payloads.ts';
import { DEFINITIONS_TAG } from './strategy.ts';
import type { BucketRules } from './watched-buckets.ts';
import { nextWindow } from './window.ts';

type Request = z.infer<typeof RescanRequest>;

/**
 * The rules of the bucket that a rescan asks for.
 * @throws InvalidInput naming key and value, when the request cannot be met
 */
export function rulesFor(
  { bucket, strategy }: Pick<Request, 'bucket' | 'strategy'>,
  rules: ReadonlyMap<string, BucketRules>,
  dialect: Pick<Dialect, 'tagKeys' | 'statusOnly'>,
): BucketRules {
  const rule = rules.get(bucket);
  if (rule === undefined) {
    const names = [...rules.keys()].join(', ');
    throw new InvalidInput(`bucket: ${JSON.stringify(bucket)} is none of the watched buckets ${names}`);
  }
  if (strategy === 'stale' && (dialect.statusOnly || !dialect.tagKeys.has(DEFINITIONS_TAG))) {
    throw new InvalidInput(
      `strategy: "stale" needs the tag ${DEFINITIONS_TAG}, which this dialect, or the setting tags, does not write`,
    );
  }
  return rule;
}

/** Whether the run continues where the last one ended. */
export const continuesLastRun = ({ strategy, window }: Pick<Request, 'strategy' | 'window'>): boolean =>
  strategy === 'due' && window === undefined;

/**
 * The request with everything filled in that it leaves open.
 *
 * @param startTime of the execution, ISO 8601
 * @param lastEnd end of the last run's window, milliseconds since 1970; only of a run that continues it
 */
export function completeRequest(
  { scheduledTime, ...wanted }: Request,
  rule: BucketRules,
  { startTime, lastEnd, empty }: { startTime: string; lastEnd: number | undefined; empty: boolean },
): Rescan {
  const { policy = rule.policy, filters = rule.filters, ages = [...rule.ages] } = wanted;
  return {
    ...wanted,
    policy,
    filters,
    ages,
    window: wanted.window ?? nextWindow(lastEnd, Date.parse(scheduledTime ?? startTime), rule.firstWindowDays),
    // Under rules of its own it may have left out what the bucket's would scan.
    advancesWindow:
      continuesLastRun(wanted) && [wanted.policy, wanted.filters, wanted.ages].every((own) => own === undefined),
    scheduled: scheduledTime !== undefined,
    empty,
    failure: null,
  };
}
