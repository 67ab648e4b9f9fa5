import { createBucketListing } from '../adapters/aws/bucket-listing.ts';
import { createHuntRules } from '../adapters/aws/hunt-rules.ts';
import { createRulesTrial, type RulesTrial } from '../adapters/clamav/rules-trial.ts';
import type { Environment } from '../adapters/process/environment.ts';
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
  task(PrepareHuntInput, async ({ request }): Promise<Hunt> => {
    const { bucket, prefix, rules } = request;
    // Of buckets that the stack does not watch, its role may list none.
    const empty = !(await listing.hasObjects(bucket, prefix));
    const files = await rulesOf(rules);
    const signatures = await trial.tryOut(files);
    return { ...request, files: files.map(({ name }) => name), signatures, empty, failure: null };
  });

export const create = (env: Environment) =>
  prepareHunt(createBucketListing(env), createHuntRules(env), createRulesTrial(env));

export const handler = onColdStart(create);
