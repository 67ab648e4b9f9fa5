import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { S3Client } from '@aws-sdk/client-s3';
import { listedPages } from '../../../functions/adapters/report/listing.ts';
import { PRICES } from '../../../functions/domain/cost/prices.ts';
import type { Asked, Progress } from '../../../functions/domain/report/progress.ts';
import type { S3Prefix } from '../s3-prefix.ts';
import { inventoryFromMetrics } from '../take-inventory.ts';

/** How many objects there are still to look at. */
export interface Estimate {
  readonly objects: number;
  readonly kind: 'exactly' | 'about' | 'more than';
  /** Requests to S3 that it took. */
  readonly listed: number;
}

/** Counting them takes a second or two. */
const COUNTED_PAGES = 10;
const PAGE_OBJECTS = 1000;

/**
 * Counts the objects of small places; those of whole large buckets CloudWatch knows as of yesterday, old versions among
 * them.
 * @throws what the SDK throws when a bucket cannot be listed
 */
export async function estimateObjects(
  { s3, cloudWatch }: { readonly s3: S3Client; readonly cloudWatch: CloudWatchClient },
  { targets, versions }: Asked,
  { target: first, after, counts }: Progress,
  signal: AbortSignal,
): Promise<Estimate> {
  let [objects, listed] = [0, 0];
  let kind = 'exactly' as Estimate['kind'];
  for (const [at, place] of targets.entries()) {
    if (at < first) continue;
    const counted = { objects: 0, pages: 0, ended: true };
    const listing = { ...place, versions, after: at === first ? after : undefined };
    for await (const page of listedPages(s3, listing, signal, false)) {
      counted.pages += 1;
      counted.objects += page.objects.length;
      counted.ended = !page.more;
      if (counted.pages === COUNTED_PAGES) break;
    }
    listed += counted.pages;
    const done = Object.values(counts[place.bucket] ?? {}).reduce((sum, count) => sum + count, 0);
    const known = counted.ended ? undefined : await fromMetrics(cloudWatch, place);
    objects += known === undefined ? counted.objects : Math.max(counted.objects, known - (at === first ? done : 0));
    if (counted.ended) continue;
    kind = known === undefined || kind === 'more than' ? 'more than' : 'about';
  }
  return { objects, kind, listed };
}

/** undefined when CloudWatch does not know, or may not be asked. */
async function fromMetrics(cloudWatch: CloudWatchClient, { bucket, prefix }: S3Prefix): Promise<number | undefined> {
  if (prefix !== '') return undefined;
  try {
    const { inventory } = await inventoryFromMetrics(cloudWatch, bucket, new Date());
    return inventory.amount().objects;
  } catch {
    return undefined;
  }
}

export interface Requests {
  readonly list: number;
  readonly tags: number;
}

export const requestsFor = (objects: number): Requests => ({
  list: Math.max(1, Math.ceil(objects / PAGE_OBJECTS)),
  tags: objects,
});

/** US dollars. */
export const priceOf = ({ list, tags }: Requests): number =>
  list * PRICES.s3.listRequest + tags * PRICES.s3.readRequest;
