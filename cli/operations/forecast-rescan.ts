import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { deployedFilters } from '../../functions/adapters/report/deployed-filters.ts';
import { ASSUMED_COSTS } from '../../functions/domain/cost/assumed.ts';
import { listedKey } from '../../functions/domain/listed-key.ts';
import type { Window } from '../../functions/domain/rescan/age-steps.ts';
import { estimatedCostUsd } from '../../functions/domain/rescan/cost.ts';
import { type Strategy, skipByListing } from '../../functions/domain/rescan/strategy.ts';
import { nextWindow } from '../../functions/domain/rescan/window.ts';
import type { DeployedStack } from './deployed-stack.ts';
import { rescanProgress } from './rescan-progress.ts';

export interface ForecastRequest {
  readonly bucket: string;
  /** Default: `due`. */
  readonly strategy?: Strategy | undefined;
  readonly prefix?: string | undefined;
  /** Of `due`; default: from the end of the last run to now. */
  readonly window?: { readonly from: Date; readonly to: Date } | undefined;
  readonly scanTrusted?: boolean | undefined;
}

/** What a run would look at and cost, if it changed no verdict. */
export interface Forecast {
  readonly bucket: string;
  readonly prefix: string;
  readonly strategy: Strategy;
  /** ISO 8601; of `due` only. */
  readonly window?: { readonly from: string; readonly to: string };
  readonly listed: number;
  readonly scanned: number;
  /** Of those that would be scanned. */
  readonly bytes: number;
  readonly estimatedCostUsd: number;
  /** Whether fewer are scanned: `unscanned` and `stale` go by tags, which are not read here. */
  readonly atMost: boolean;
}

const PROGRESS_OBJECTS = 100_000;

/**
 * Lists the bucket, a request for each thousand objects, and starts nothing.
 * @throws what the SDK throws
 */
export async function forecastRescan(
  { s3, eventBridge }: { readonly s3: S3Client; readonly eventBridge: EventBridgeClient },
  deployed: DeployedStack,
  { bucket, strategy = 'due', prefix = '', window, scanTrusted = false }: ForecastRequest,
  now: Date,
  onProgress: (objects: number) => void = () => undefined,
): Promise<Forecast> {
  const watched = deployed.bucketOf(bucket);
  const { ages, everyDays } = watched.rescan;
  const trusted = scanTrusted ? [] : (watched.gate.trusted ?? []).map(({ prefix }) => prefix);
  const filters = await deployedFilters(eventBridge, watched.starts.uploadRuleArn, trusted);
  const due =
    strategy === 'due' ? (window ?? (await windowOf(s3, deployed, { bucket, prefix, everyDays }, now))) : null;
  const asWindow = due === null ? NO_WINDOW : millisecondsOf(due);
  let [listed, scanned, bytes] = [0, 0, 0];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix, EncodingType: 'url' },
  )) {
    for (const { Key, LastModified = now, Size = 0, StorageClass = 'STANDARD' } of Contents) {
      listed += 1;
      if (listed % PROGRESS_OBJECTS === 0) onProgress(listed);
      const object = {
        key: listedKey(Key),
        lastModified: LastModified.getTime(),
        size: Size,
        storageClass: StorageClass,
      };
      if (skipByListing(strategy, object, asWindow, filters, ages) !== null) continue;
      scanned += 1;
      bytes += Size;
    }
  }
  const batches = Math.ceil(listed / ASSUMED_COSTS.objectsABatch);
  const totals = { listed, scanned, bytes, changed: 0 };
  return {
    ...{ bucket, prefix, strategy },
    ...(due !== null && { window: { from: due.from.toISOString(), to: due.to.toISOString() } }),
    ...{ listed, scanned, bytes },
    estimatedCostUsd: estimatedCostUsd(strategy, totals, batches, deployed.cost()),
    atMost: strategy === 'unscanned' || strategy === 'stale',
  };
}

/** Of strategies that look at no ages. */
const NO_WINDOW: Window = { from: 0, to: 0 };

const millisecondsOf = ({ from, to }: { readonly from: Date; readonly to: Date }): Window => ({
  from: from.getTime(),
  to: to.getTime(),
});

/** As the state machine chooses it. */
async function windowOf(
  s3: S3Client,
  deployed: DeployedStack,
  {
    bucket,
    prefix,
    everyDays,
  }: { readonly bucket: string; readonly prefix: string; readonly everyDays: number | null },
  now: Date,
): Promise<{ readonly from: Date; readonly to: Date }> {
  const lastEnd = await rescanProgress(s3, deployed, bucket, prefix);
  const { from, to } = nextWindow(lastEnd, now.getTime(), Math.ceil(everyDays ?? 1));
  return { from: new Date(from), to: new Date(to) };
}
