import { createBucketListing } from '../adapters/aws/bucket-listing.ts';
import { createHuntRules } from '../adapters/aws/hunt-rules.ts';
import { createRulesTrial, type RulesTrial } from '../adapters/clamav/rules-trial.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { InvalidInput } from '../domain/errors.ts';
import { type Hunt, type HuntRules, PrepareHuntInput } from '../domain/hunt/payloads.ts';
import type { RuleFile } from '../domain/hunt/rules.ts';
import type { BucketListing } from '../domain/rescan/ports.ts';
import { onColdStart, task } from './task.ts';

/**
 * Tries the rules out and refuses invalid requests before anything is listed.
 * @throws InvalidInput naming key and value, or file and line of a rule; AccessDenied when the bucket may not be listed
 */
export const prepareHunt = (
  listing: BucketListing,
  rulesOf: (rules: HuntRules) => Promise<readonly RuleFile[]>,
  trial: RulesTrial,
) =>
  task(PrepareHuntInput, async ({ request, watched }): Promise<Hunt> => {
    const { bucket, prefix, rules } = request;
    if (!watched.some((each) => each.bucket === bucket)) {
      const names = watched.map((each) => each.bucket).join(', ');
      throw new InvalidInput(`bucket: ${JSON.stringify(bucket)} is none of the watched buckets ${names}`);
    }
    const files = await rulesOf(rules);
    const signatures = await trial.tryOut(files);
    const empty = !(await listing.hasObjects(bucket, prefix));
    return { ...request, files: files.map(({ name }) => name), signatures, empty, failure: null };
  });

export const create = (env: Environment) =>
  prepareHunt(createBucketListing(env), createHuntRules(env), createRulesTrial(env));

export const handler = onColdStart(create);
