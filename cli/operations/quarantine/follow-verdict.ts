import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectTaggingCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Dialect } from '../../../functions/domain/dialects/index.ts';
import { listedKey } from '../../../functions/domain/listed-key.ts';
import { unquotedEtag, versionOf } from '../../../functions/domain/object-reference.ts';
import type { ScanStatus } from '../../../functions/domain/verdict.ts';
import { isGone } from '../s3-faults.ts';
import type { Place, Uploaded } from './upload-copy.ts';

export type Followed =
  /** `status`: the value of the status tag, in the words of the dialect; `tags`: those of the verdict. */
  | { readonly kind: 'verdict'; readonly status: string; readonly tags: Readonly<Record<string, string>> }
  /** Deleted, as malware is that was moved to quarantine again. */
  | { readonly kind: 'gone' }
  /** The key holds something else now. */
  | { readonly kind: 'replaced' }
  /** The time was up. */
  | { readonly kind: 'waiting' };

const FIRST_WAIT_MILLISECONDS = 250;
const LONGEST_WAIT_MILLISECONDS = 5000;
/** From the tag INFECTED until the object is moved or deleted, where it is. Whoever deletes it before leaves a second copy behind. */
const ACTION_MILLISECONDS = 10_000;

/**
 * Waits until the content has a verdict. Looks at tags only: the gate hides the rest.
 * @throws what the SDK throws, and the signal's reason
 */
export async function followVerdict(
  s3: S3Client,
  dialect: Dialect,
  uploaded: Uploaded,
  { milliseconds, signal }: { readonly milliseconds: number; readonly signal: AbortSignal },
): Promise<Followed> {
  const { bucket, key, versionId } = uploaded;
  const until = performance.now() + milliseconds;
  const infected = statusIn(dialect, 'INFECTED');
  let actsUntil: number | undefined;
  for (let wait = FIRST_WAIT_MILLISECONDS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MILLISECONDS)) {
    const tags = await tagsOf(s3, uploaded);
    if (tags === undefined) return { kind: 'gone' };
    const status = tags[dialect.statusTag.key];
    if (status !== undefined) {
      // Without versions, these may be the tags of what took its place.
      const now = versionId === undefined ? await currentContent(s3, { bucket, key }) : uploaded;
      if (now === undefined) return { kind: 'gone' };
      if (now.etag !== uploaded.etag) return { kind: 'replaced' };
      if (status === infected) {
        actsUntil ??= performance.now() + ACTION_MILLISECONDS;
        if (performance.now() < actsUntil) {
          await sleep(FIRST_WAIT_MILLISECONDS, undefined, { signal });
          continue;
        }
      }
      const ours = Object.entries(tags).filter(([name]) => dialect.tagKeys.has(name));
      return { kind: 'verdict', status, tags: Object.fromEntries(ours) };
    }
    if (performance.now() + wait > until) return { kind: 'waiting' };
    await sleep(wait, undefined, { signal });
  }
}

/** How the dialect writes a status. */
export function statusIn(dialect: Dialect, status: ScanStatus): string | undefined {
  const verdict = {
    finding: 'x',
    type: null,
    definitions: 'x',
    activeContent: [],
    scanTime: new Date(0).toISOString(),
  };
  return dialect.tags({ ...verdict, status }).find(([key]) => key === dialect.statusTag.key)?.[1];
}

/** What the key holds now; undefined for nothing, or a delete marker. */
export async function currentContent(
  s3: S3Client,
  { bucket, key }: Place,
): Promise<(Uploaded & { readonly size: number }) | undefined> {
  const page = await s3.send(
    // Sorted: the key comes before all that begin with it. Encoded, because XML cannot hold every key.
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, EncodingType: 'url' }),
  );
  const found = (page.Versions ?? []).find(({ Key = '', IsLatest }) => IsLatest && listedKey(Key) === key);
  if (found === undefined) return undefined;
  const { ETag, VersionId, Size = 0 } = found;
  return { bucket, key, versionId: versionOf(VersionId).versionId, etag: unquotedEtag(ETag), size: Size };
}

async function tagsOf(
  s3: S3Client,
  { bucket, key, versionId }: Uploaded,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const { TagSet = [] } = await s3.send(
      new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
    );
    return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
  } catch (fault) {
    if (isGone(fault)) return undefined;
    throw fault;
  }
}
