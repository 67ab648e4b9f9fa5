import { listedKey } from './listed-key.ts';
import { unquotedEtag } from './object-reference.ts';

/** One version of a key, as the bucket lists it. */
export interface ListedVersion {
  /** `null` for content that was written without versioning. */
  readonly versionId: string;
  readonly current: boolean;
  readonly lastModified: Date;
  /** undefined for a delete marker, which has no content. */
  readonly content: { readonly etag: string; readonly size: number } | undefined;
}

interface Entry {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly IsLatest?: boolean | undefined;
  readonly LastModified?: Date | undefined;
}

/** What is used of an answer to ListObjectVersions with `EncodingType: 'url'`. */
export interface VersionsPage {
  readonly Versions?:
    | readonly (Entry & { readonly ETag?: string | undefined; readonly Size?: number | undefined })[]
    | undefined;
  readonly DeleteMarkers?: readonly Entry[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly NextVersionIdMarker?: string | undefined;
}

/** Where a page begins: for ListObjectVersions as it is. */
export interface VersionsFrom {
  readonly Prefix: string;
  readonly EncodingType: 'url';
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
}

/**
 * The versions of exactly this key, newest first, those without content too. By the bucket's listing, which the gate
 * denies nobody while there is no verdict, and which needs no permission to read content.
 * @throws Error for a version without time, ETag or size, and what `list` throws
 */
export async function* versionsOfKey(
  key: string,
  list: (from: VersionsFrom) => Promise<VersionsPage>,
): AsyncGenerator<ListedVersion> {
  // Keys are sorted: the versions of this one come before those of keys that begin with it.
  let marker: Pick<VersionsPage, 'NextVersionIdMarker'> = {};
  for (;;) {
    const page = await list({
      Prefix: key,
      // XML cannot hold every key.
      EncodingType: 'url',
      ...(marker.NextVersionIdMarker !== undefined && {
        KeyMarker: key,
        VersionIdMarker: marker.NextVersionIdMarker,
      }),
    });
    const { Versions = [], DeleteMarkers = [] } = page;
    const own = [
      ...Versions.map(({ ETag, Size, ...version }) => ({ ...version, content: contentOf(ETag, Size) })),
      ...DeleteMarkers.map((version) => ({ ...version, content: undefined })),
    ].filter(({ Key }) => listedKey(Key) === key);
    const times = own.map(({ LastModified }) => LastModified?.getTime());
    if (times.includes(undefined)) throw new Error(`S3 listed ${key} without its time`);
    own.sort(
      (a, b) =>
        Number(b.IsLatest) - Number(a.IsLatest) || (b.LastModified?.getTime() ?? 0) - (a.LastModified?.getTime() ?? 0),
    );
    for (const { VersionId = 'null', IsLatest = false, LastModified = new Date(0), content } of own) {
      yield { versionId: VersionId, current: IsLatest, lastModified: LastModified, content };
    }
    const isPast = [...Versions, ...DeleteMarkers].some(({ Key }) => listedKey(Key) !== key);
    if (!page.IsTruncated || isPast || page.NextVersionIdMarker === undefined) return;
    marker = page;
  }
}

function contentOf(etag: string | undefined, size: number | undefined): ListedVersion['content'] {
  if (etag === undefined || size === undefined) throw new Error('S3 listed a version without ETag or size');
  return { etag: unquotedEtag(etag), size };
}
