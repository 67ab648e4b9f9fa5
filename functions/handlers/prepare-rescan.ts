import { createBucketListing } from '../adapters/aws/bucket-listing.ts';
import { createRescanResults } from '../adapters/aws/rescan-results.ts';
import { type Environment, requiredDialect, requiredJson } from '../adapters/process/environment.ts';
import type { Dialect } from '../domain/dialects/index.ts';
import { InvalidInput, ObjectGone } from '../domain/errors.ts';
import { PrepareRescanInput, type Rescan } from '../domain/rescan/payloads.ts';
import type { BucketListing, Progress } from '../domain/rescan/ports.ts';
import { DEFINITIONS_TAG } from '../domain/rescan/strategy.ts';
import { type BucketRules, CommonPolicy, rulesByBucket, WatchedBuckets } from '../domain/rescan/watched-buckets.ts';
import { nextWindow } from '../domain/rescan/window.ts';
import { onColdStart, task } from './task.ts';

/**
 * Refuses invalid requests before anything is listed, and fills in defaults.
 * @throws InvalidInput naming key and value; AccessDenied when the bucket may not be listed
 */
export const prepareRescan = (
  listing: BucketListing,
  progress: Progress,
  rules: ReadonlyMap<string, BucketRules>,
  dialect: Dialect,
) =>
  task(PrepareRescanInput, async ({ request, startTime }): Promise<Rescan> => {
    const { scheduledTime, ...wanted } = request;
    const { bucket, prefix, strategy } = wanted;
    const rule = rules.get(bucket);
    if (rule === undefined) {
      const names = [...rules.keys()].join(', ');
      throw new InvalidInput(`bucket: ${JSON.stringify(bucket)} is none of the watched buckets ${names}`);
    }
    if (strategy === 'stale' && !dialect.tagKeys.has(DEFINITIONS_TAG)) {
      throw new InvalidInput(`strategy: "stale" needs the tag ${DEFINITIONS_TAG}, which this dialect does not write`);
    }

    const empty = await listing.hasObjects(bucket, prefix).then(
      (some) => !some,
      (fault) => {
        if (fault instanceof ObjectGone) throw new InvalidInput(`bucket: ${JSON.stringify(bucket)} does not exist`);
        throw fault;
      },
    );
    const windowless = strategy === 'due' && wanted.window === undefined;
    const to = Date.parse(scheduledTime ?? startTime);
    const lastEnd = windowless ? await progress.read(bucket, prefix) : undefined;
    const window = wanted.window ?? nextWindow(lastEnd, to, rule.firstWindowDays);
    const { policy = rule.policy, filters = rule.filters } = wanted;
    const scheduled = scheduledTime !== undefined;
    return { ...wanted, policy, filters, window, advancesWindow: windowless, scheduled, empty, failure: null };
  });

export const create = (env: Environment) => {
  const watched = requiredJson(env, 'WATCHED_BUCKETS', WatchedBuckets);
  const rules = rulesByBucket(watched, requiredJson(env, 'SCAN_POLICY', CommonPolicy));
  return prepareRescan(createBucketListing(env), createRescanResults(env), rules, requiredDialect(env));
};

export const handler = onColdStart(create);
