import { ListObjectsV2Command, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { listedKey } from '../../domain/listed-key.ts';
import type { ListedObject, Position } from '../../domain/report/looked.ts';

export interface Listing {
  readonly bucket: string;
  readonly prefix: string;
  /** All versions of each key, not only the current one. */
  readonly versions: boolean;
  readonly after?: Position | undefined;
  /** Called for each request. */
  readonly onRequest?: () => void;
}

export interface ListedPage {
  readonly objects: readonly ListedObject[];
  /** Whether there are others behind it. */
  readonly more: boolean;
}

interface Page {
  readonly objects: readonly ListedObject[];
  readonly next: (() => Promise<Page>) | undefined;
}

/**
 * What a bucket holds, up to a thousand objects at a time: while one page is worked on, the next is on its way.
 * @param ahead false: the next one is asked for only when it is wanted
 * @throws what the SDK throws, also when the signal is aborted
 */
export async function* listedPages(
  s3: S3Client,
  { bucket, prefix, versions, after, onRequest }: Listing,
  abortSignal: AbortSignal,
  ahead = true,
): AsyncGenerator<ListedPage> {
  // Encoded, because XML cannot hold every key.
  const common = { Bucket: bucket, Prefix: prefix, EncodingType: 'url' } as const;

  async function current(from: { readonly StartAfter?: string | undefined; readonly ContinuationToken?: string }) {
    onRequest?.();
    const page = await s3.send(new ListObjectsV2Command({ ...common, ...from }), { abortSignal });
    const { Contents = [], NextContinuationToken: ContinuationToken } = page;
    const objects = Contents.map(({ Key, Size = 0, LastModified = new Date() }) => {
      return { key: listedKey(Key), size: Size, uploaded: LastModified };
    });
    return { objects, next: ContinuationToken === undefined ? undefined : () => current({ ContinuationToken }) };
  }

  async function all(from: Position | undefined): Promise<Page> {
    const markers = from && { KeyMarker: from.key, VersionIdMarker: from.versionId };
    onRequest?.();
    const page = await s3.send(new ListObjectVersionsCommand({ ...common, ...markers }), { abortSignal });
    const { Versions = [], IsTruncated, NextKeyMarker, NextVersionIdMarker: versionId } = page;
    const objects = Versions.map(({ Key, VersionId = 'null', Size = 0, LastModified = new Date() }) => {
      return { key: listedKey(Key), versionId: VersionId, size: Size, uploaded: LastModified };
    });
    return { objects, next: IsTruncated ? () => all({ key: listedKey(NextKeyMarker), versionId }) : undefined };
  }

  let asked: Promise<Page> | undefined = versions ? all(after) : current({ StartAfter: after?.key });
  while (asked !== undefined) {
    const { objects, next }: Page = await asked;
    asked = ahead ? next?.() : undefined;
    // Nobody may wait for it any more when it fails.
    asked?.catch(() => undefined);
    yield { objects, more: next !== undefined };
    asked ??= next?.();
  }
}
