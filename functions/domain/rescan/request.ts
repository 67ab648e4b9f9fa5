import type { z } from 'zod';
import type { Dialect } from '../dialects/index.ts';
import { InvalidInput } from '../errors.ts';
import { isTrusted } from '../gate/trusted.ts';
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
  { bucket, prefix, strategy, scanTrusted }: Pick<Request, 'bucket' | 'prefix' | 'strategy' | 'scanTrusted'>,
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
  if (!scanTrusted) return rule;
  const { trusted, ...filters } = rule.filters;
  if (!isTrusted(prefix, trusted ?? [])) {
    throw new InvalidInput(
      `prefix: ${JSON.stringify(prefix)} lies in no trusted prefix of ${bucket} (${(trusted ?? []).join(', ') || 'there is none'})`,
    );
  }
  // The gate lets nobody but the writers delete there.
  return { ...rule, filters, policy: { ...rule.policy, onInfected: 'tag' } };
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
  { scheduledTime, scanTrusted = false, ...wanted }: Request,
  rule: BucketRules,
  { startTime, lastEnd, empty }: { startTime: string; lastEnd: number | undefined; empty: boolean },
): Rescan {
  const { policy = rule.policy, ages = [...rule.ages] } = wanted;
  // Filters of its own do not lead into a trusted prefix.
  const { trusted } = rule.filters;
  const filters = { ...(wanted.filters ?? rule.filters), ...(trusted !== undefined && { trusted }) };
  return {
    ...wanted,
    policy,
    filters,
    ages,
    window: wanted.window ?? nextWindow(lastEnd, Date.parse(scheduledTime ?? startTime), rule.firstWindowDays),
    // Under rules of its own it may have left out what the bucket's would scan.
    advancesWindow:
      continuesLastRun(wanted) &&
      !scanTrusted &&
      [wanted.policy, wanted.filters, wanted.ages].every((own) => own === undefined),
    scheduled: scheduledTime !== undefined,
    scanTrusted,
    empty,
    failure: null,
  };
}
