import type { z } from 'zod';
import { createBucketListing } from '../adapters/aws/bucket-listing.ts';
import { createRescanResults } from '../adapters/aws/rescan-results.ts';
import { type Environment, requiredDialect, requiredJson } from '../adapters/process/environment.ts';
import type { Dialect } from '../domain/dialects/index.ts';
import type { Rescan } from '../domain/rescan/payloads.ts';
import type { BucketListing, Progress } from '../domain/rescan/ports.ts';
import { PrepareRescanInput } from '../domain/rescan/prepare-input.ts';
import { completeRequest, continuesLastRun, rulesFor } from '../domain/rescan/request.ts';
import { CommonPolicy, rulesByBucket } from '../domain/rescan/watched-buckets.ts';
import { onColdStart, task } from './task.ts';

/**
 * Refuses invalid requests before anything is listed, and fills in defaults.
 * @throws InvalidInput naming key and value; AccessDenied when the bucket may not be listed
 */
export const prepareRescan = (
  listing: BucketListing,
  progress: Progress,
  common: z.infer<typeof CommonPolicy>,
  dialect: Dialect,
) =>
  task(PrepareRescanInput, async ({ request, startTime, watched }): Promise<Rescan> => {
    const { bucket, prefix } = request;
    const rule = rulesFor(request, rulesByBucket(watched, common), dialect);
    const empty = !(await listing.hasObjects(bucket, prefix));
    const lastEnd = continuesLastRun(request) ? await progress.read(bucket, prefix) : undefined;
    return completeRequest(request, rule, { startTime, lastEnd, empty });
  });

export const create = (env: Environment) => {
  const common = requiredJson(env, 'SCAN_POLICY', CommonPolicy);
  return prepareRescan(createBucketListing(env), createRescanResults(env), common, requiredDialect(env));
};

export const handler = onColdStart(create);
