import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { forecastHuntUsd, huntMemoryMb } from '../../../functions/domain/cost/hunt.ts';
import type { CostSettings } from '../../../functions/domain/cost/settings.ts';
import { isArchived } from '../../../functions/domain/rescan/strategy.ts';

/** What a hunt would read and cost. */
export interface HuntForecast {
  readonly bucket: string;
  readonly prefix: string;
  readonly listed: number;
  /** Of those that can be read without being restored. */
  readonly objects: number;
  readonly bytes: number;
  readonly estimatedCostUsd: number;
}

const PROGRESS_OBJECTS = 100_000;

/**
 * Lists the bucket, a request for each thousand objects, and starts nothing.
 * @throws what the SDK throws
 */
export async function forecastHunt(
  s3: S3Client,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  { functions }: Pick<CostSettings, 'functions'>,
  onProgress: (objects: number) => void,
): Promise<HuntForecast> {
  let [listed, objects, bytes] = [0, 0, 0];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Size = 0, StorageClass = 'STANDARD' } of Contents) {
      listed += 1;
      if (listed % PROGRESS_OBJECTS === 0) onProgress(listed);
      if (isArchived(StorageClass)) continue;
      objects += 1;
      bytes += Size;
    }
  }
  const scanner = functions['scan-object'];
  const settings = { ...scanner, memoryMb: huntMemoryMb(scanner.memoryMb) };
  return {
    bucket,
    prefix,
    listed,
    objects,
    bytes,
    estimatedCostUsd: forecastHuntUsd({ listed: objects, bytes }, settings),
  };
}
