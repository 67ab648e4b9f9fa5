import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { Inventory } from '../../functions/domain/cost/inventory.ts';
import { PRICES } from '../../functions/domain/cost/prices.ts';
import { isTrusted } from '../../functions/domain/gate/trusted.ts';
import { listedKey } from '../../functions/domain/listed-key.ts';

const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;
/** Of what a scan can read: archives are left out. */
const STORAGE_TYPES = [
  'StandardStorage',
  'StandardIAStorage',
  'OneZoneIAStorage',
  'ReducedRedundancyStorage',
  'IntelligentTieringFAStorage',
  'IntelligentTieringIAStorage',
  'IntelligentTieringAIAStorage',
  'GlacierInstantRetrievalStorage',
];
/** CloudWatch keeps daily values for 455 days. */
const METRIC_DAYS = 455;

export interface Taken {
  readonly inventory: Inventory;
  readonly requests: number;
  /** US dollars for them. */
  readonly usd: number;
}

interface Listing {
  readonly bucket: string;
  readonly prefix: string;
  /** Prefixes under which nothing is scanned: left out. */
  readonly trusted?: readonly string[];
}

/**
 * What a bucket holds now, from a listing of its current objects: a request for each thousand of them, none of which is
 * kept.
 * @param onPage told how many objects there are so far
 * @throws what the SDK throws
 */
export async function listInventory(
  s3: S3Client,
  { bucket, prefix, trusted = [] }: Listing,
  now: Date,
  onPage: (objects: number) => void = () => undefined,
): Promise<Taken> {
  const inventory = new Inventory();
  let [requests, objects] = [0, 0];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix, EncodingType: 'url' },
  )) {
    requests += 1;
    objects += Contents.length;
    for (const { Key, LastModified = now, Size = 0 } of Contents) {
      if (isTrusted(listedKey(Key), trusted)) continue;
      inventory.add((now.getTime() - LastModified.getTime()) / DAY_MS, Size);
    }
    onPage(objects);
  }
  return { inventory, requests, usd: requests * PRICES.s3.listRequest };
}

/**
 * About the same from S3's daily metrics, whatever the bucket's size: how many more objects there are than the day before
 * is how many have that age, and all are as large as their mean. What was deleted is taken from the oldest.
 * @throws Error when CloudWatch has no values, as in the first two days of a bucket
 */
export async function inventoryFromMetrics(cloudWatch: CloudWatchClient, bucket: string, now: Date): Promise<Taken> {
  const metric = (Id: string, MetricName: string, StorageType: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/S3',
        MetricName,
        Dimensions: [
          { Name: 'BucketName', Value: bucket },
          { Name: 'StorageType', Value: StorageType },
        ],
      },
      Period: DAY_SECONDS,
      Stat: 'Average',
    },
  });
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [
        metric('objects', 'NumberOfObjects', 'AllStorageTypes'),
        ...STORAGE_TYPES.map((type, at) => metric(`bytes${at}`, 'BucketSizeBytes', type)),
      ],
      StartTime: new Date(now.getTime() - METRIC_DAYS * DAY_MS),
      EndTime: now,
      ScanBy: 'TimestampDescending',
    }),
  );
  const valuesOf = (id: string) => MetricDataResults.find(({ Id }) => Id === id)?.Values ?? [];
  const counts = valuesOf('objects');
  const [count] = counts;
  const bytes = STORAGE_TYPES.reduce((sum, _, at) => sum + (valuesOf(`bytes${at}`)[0] ?? 0), 0);
  if (count === undefined) {
    throw new Error(`CloudWatch has no NumberOfObjects of the bucket ${bucket}: use --source listing`);
  }
  const inventory = new Inventory();
  for (const { ageDays, objects } of agesOf(counts)) inventory.add(ageDays, (bytes / count) * objects, objects);
  return { inventory, requests: 1, usd: (1 + STORAGE_TYPES.length) * PRICES.cloudWatch.metricRequested };
}

/** @param counts of a bucket's objects, one for each day, the newest first */
export function agesOf(counts: readonly number[]): { readonly ageDays: number; readonly objects: number }[] {
  let left = counts[0] ?? 0;
  const ages = counts.map((count, ageDays) => {
    const before = counts[ageDays + 1];
    const objects = before === undefined ? left : Math.min(left, Math.max(0, count - before));
    left -= objects;
    return { ageDays, objects };
  });
  return ages.filter(({ objects }) => objects > 0);
}
