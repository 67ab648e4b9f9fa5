import { GetObjectTaggingCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { LetThrough } from '../../functions/domain/gate/removed-gate.ts';
import { isTrusted } from '../../functions/domain/gate/trusted.ts';
import { listedKey } from '../../functions/domain/listed-key.ts';

export interface CountOptions {
  readonly bucket: string;
  /** What the gate lets through; all else is hidden. */
  readonly lets: LetThrough;
  /** Only keys that begin with it. */
  readonly prefix?: string;
  /** Counts those with this status tag alone. */
  readonly only?: string;
  /** Looks at so many versions and no more. */
  readonly atMost: number;
  /** Called after each page of the listing. */
  readonly onProgress?: (counted: HiddenCount) => void;
}

/** Versions, not keys: the gate hides noncurrent versions too. */
export interface HiddenCount {
  /** Delete markers, which have no content, among them. */
  readonly seen: number;
  /** How many of them the gate hides, by the value of their status tag; `''` for those without one. */
  readonly hidden: ReadonlyMap<string, number>;
  /** Whether the bucket has more than were seen. */
  readonly more: boolean;
}

/** The status of a version without a status tag. */
export const NO_VERDICT = '';

/** S3 lists no more at once. */
const PAGE = 1_000;
/** The SDK opens no more connections at once than 50. */
const AT_ONCE = 32;

/**
 * Counts what the gate hides: lists the bucket's versions and reads the tags of each.
 * @throws what the SDK throws, also when one version's tags cannot be read: a count that is too low would mislead
 */
export async function countHidden(
  s3: S3Client,
  { bucket: Bucket, prefix: Prefix, lets, only, atMost, onProgress }: CountOptions,
): Promise<HiddenCount> {
  const hidden = new Map<string, number>();
  let seen = 0;
  let from: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const MaxKeys = Math.min(PAGE, atMost - seen);
    // Encoded, because XML cannot hold every key.
    const page = await s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix, MaxKeys, EncodingType: 'url', ...from }),
    );
    const versions = (page.Versions ?? []).map(({ Key = '', VersionId }) => ({ Key: listedKey(Key), VersionId }));
    for (let at = 0; at < versions.length; at += AT_ONCE) {
      const some = versions.slice(at, at + AT_ONCE);
      const statuses = await Promise.all(some.map((version) => statusOf(s3, { Bucket, ...version }, lets.tagKey)));
      for (const [index, status] of statuses.entries()) {
        if (status === undefined || lets.values.includes(status)) continue;
        if (only !== undefined && status !== only) continue;
        if (status === NO_VERDICT && isTrusted(some[index]?.Key ?? '', lets.trusted)) continue;
        hidden.set(status, (hidden.get(status) ?? 0) + 1);
      }
    }
    seen += versions.length + (page.DeleteMarkers ?? []).length;
    const more = page.IsTruncated === true;
    onProgress?.({ seen, hidden, more });
    if (!more || seen >= atMost) return { seen, hidden, more };
    from = { KeyMarker: listedKey(page.NextKeyMarker ?? ''), VersionIdMarker: page.NextVersionIdMarker };
  }
}

/** `''` without a status tag; undefined for a version that was deleted in the meantime. */
async function statusOf(
  s3: S3Client,
  version: { readonly Bucket: string; readonly Key: string; readonly VersionId: string | undefined },
  tagKey: string,
): Promise<string | undefined> {
  try {
    const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand(version));
    return TagSet.find(({ Key }) => Key === tagKey)?.Value ?? '';
  } catch (fault) {
    if (['NoSuchKey', 'NoSuchVersion'].includes((fault as Error).name)) return undefined;
    throw fault;
  }
}
