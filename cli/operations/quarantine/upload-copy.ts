import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectTaggingCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { Dialect } from '../../../functions/domain/dialects/index.ts';
import { unquotedEtag } from '../../../functions/domain/object-reference.ts';
import { besideOwners, withoutOurs } from '../../../functions/domain/quarantine.ts';
import { MAX_TAGS, withoutVerdictTags } from '../../../functions/domain/tags.ts';
import { isConflict, isGone } from '../s3-faults.ts';
import type { QuarantinedCopy } from './copies.ts';

export interface Place {
  readonly bucket: string;
  readonly key: string;
}

export interface UploadCopyProps {
  readonly quarantine: string;
  readonly copy: QuarantinedCopy;
  readonly target: Place;
  /** Metadata of ours. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whose tags are left out: those of the verdict. */
  readonly dialect: Dialect;
  /** Whether the key may hold something. */
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  /** Of all parts but the last. */
  readonly partBytes?: number;
}

/** Content that an upload made. */
export interface Uploaded extends Place {
  /** undefined on a bucket without versioning. */
  readonly versionId: string | undefined;
  readonly etag: string;
}

/** S3 copies up to 5 GiB in one request, and answers when it has: this takes some seconds. */
const PART_BYTES = 512 * 1024 ** 2;

/** By it a restore that was interrupted finds what it has uploaded: the gate hides metadata, not tags. */
export const RESTORED_TAG = 'airlock-restored';

/** The key holds something. */
export class KeyTaken extends Error {}

/**
 * Uploads the copy as the original was, without its verdict. Within S3: nothing comes to this machine. In parts, since
 * the gate refuses CopyObject from other buckets, which would bring tags along.
 * @param s3 adds no checksums: S3 has none for the parts of a copy
 * @throws KeyTaken; what the SDK throws, and the signal's reason, after the upload was aborted
 */
export async function uploadCopy(s3: S3Client, props: UploadCopyProps): Promise<Uploaded> {
  const { quarantine, copy, target, metadata, overwrite, signal, partBytes = PART_BYTES } = props;
  const { stored } = copy;
  const Tagging = new URLSearchParams(await tagsOf(s3, props)).toString().replaceAll('+', '%20');
  const to = { Bucket: target.bucket, Key: target.key };
  signal.throwIfAborted();
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      ...to,
      Tagging,
      Metadata: besideOwners(withoutOurs(stored.metadata), metadata),
      ContentType: stored.contentType,
      CacheControl: stored.cacheControl,
      ContentDisposition: stored.contentDisposition,
      ContentEncoding: stored.contentEncoding,
      ContentLanguage: stored.contentLanguage,
    }),
  );
  try {
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    for (let start = 0; start < copy.size; start += partBytes) {
      const PartNumber = Parts.length + 1;
      const part = new UploadPartCopyCommand({
        ...to,
        UploadId,
        PartNumber,
        CopySource: sourceOf(quarantine, copy),
        CopySourceIfMatch: `"${copy.etag}"`,
        CopySourceRange: `bytes=${start}-${Math.min(start + partBytes, copy.size) - 1}`,
      });
      const { CopyPartResult } = await s3.send(part, { abortSignal: signal });
      Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
    }
    signal.throwIfAborted();
    const complete = new CompleteMultipartUploadCommand({
      ...to,
      UploadId,
      MultipartUpload: { Parts },
      ...(!overwrite && { IfNoneMatch: '*' }),
    });
    // Not to be interrupted: whoever does would not know what became of it.
    const { ETag = '', VersionId } = await s3.send(complete).catch((fault: unknown) => {
      if (overwrite || !isConflict(fault)) throw fault;
      throw new KeyTaken(`s3://${target.bucket}/${target.key}`, { cause: fault });
    });
    return { ...target, versionId: VersionId === 'null' ? undefined : VersionId, etag: unquotedEtag(ETag) };
  } catch (fault) {
    await s3.send(new AbortMultipartUploadCommand({ ...to, UploadId })).catch(() => undefined);
    throw fault;
  }
}

/** The owner's tags, and the restore's where S3 has room for it and for the verdict. */
async function tagsOf(s3: S3Client, { quarantine, copy, dialect }: UploadCopyProps): Promise<Record<string, string>> {
  const { TagSet = [] } = await s3.send(
    new GetObjectTaggingCommand({ Bucket: quarantine, Key: copy.key, VersionId: copy.versionId }),
  );
  const all = Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
  const owners = withoutVerdictTags(all, new Set([...dialect.tagKeys, RESTORED_TAG]));
  return Object.keys(owners).length > MAX_TAGS - 2 ? owners : { ...owners, [RESTORED_TAG]: copy.id };
}

/** The SDK does not URL-encode it. */
function sourceOf(bucket: string, { key, versionId }: QuarantinedCopy): string {
  const source = `${bucket}/${encodeURIComponent(key)}`;
  return versionId === undefined ? source : `${source}?versionId=${encodeURIComponent(versionId)}`;
}

/** What an earlier restore of this copy has uploaded, if it is what the key holds now. */
export async function uploadedBefore(
  s3: S3Client,
  { bucket, key }: Place,
  copy: QuarantinedCopy,
  current: (place: Place) => Promise<(Uploaded & { readonly size: number }) | undefined>,
): Promise<Uploaded | undefined> {
  const found = await current({ bucket, key });
  if (found === undefined || found.size !== copy.size) return undefined;
  try {
    const { TagSet = [] } = await s3.send(
      new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: found.versionId }),
    );
    return TagSet.some(({ Key, Value }) => Key === RESTORED_TAG && Value === copy.id) ? found : undefined;
  } catch (fault) {
    if (isGone(fault)) return undefined;
    throw fault;
  }
}
