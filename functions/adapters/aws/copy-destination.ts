import { CopyObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CleanContent, CopyDestination, SourceContent } from '../../domain/copies/ports.ts';
import { InvalidConfiguration, ObjectGone, ObjectReplaced, StorageUnavailable } from '../../domain/errors.ts';
import { unquotedEtag, versionOf } from '../../domain/object-reference.ts';
import { identityOf, proofsOf } from './copy-source.ts';
import { copySourceOf } from './copy-source-header.ts';
import { translated } from './storage-errors.ts';

export interface CopyDestinationProps {
  readonly s3: S3Client;
  /** Whether S3 has annotations in the region; elsewhere it may refuse what names them. */
  readonly annotations: boolean;
}

/** Where clean objects are copied to, over the AWS SDK. */
export function createCopyDestination({ s3, annotations }: CopyDestinationProps): CopyDestination {
  return {
    async look({ bucket, key }) {
      const command = new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' });
      // Not asked twice: if that is wrong, the copy's precondition fails.
      const head = await translated('HeadObject', () => s3.send(command)).catch(nothing);
      if (head === undefined) return undefined;
      const { Metadata: metadata = {}, VersionId } = head;
      return { ...identityOf(head), metadata, proofs: proofsOf(head), ...versionOf(VersionId) };
    },

    async copy(content, { bucket, key }, metadata, over) {
      const command = new CopyObjectCommand({
        Bucket: bucket,
        Key: key,
        CopySource: copySourceOf(content),
        CopySourceIfMatch: `"${content.etag}"`,
        ...(over === undefined ? { IfNoneMatch: '*' } : { IfMatch: `"${over.etag}"` }),
        ...tagging(content),
        // Nobody has scanned them.
        ...(annotations && { AnnotationDirective: 'EXCLUDE' as const }),
        // Those that were judged, whatever has been uploaded since.
        MetadataDirective: 'REPLACE',
        Metadata: metadata,
        ...storedWith(content),
      });
      try {
        const { CopyObjectResult, VersionId } = await translated('CopyObject', () => s3.send(command));
        if (!CopyObjectResult?.ETag) throw new StorageUnavailable('CopyObject: no ETag');
        return { etag: unquotedEtag(CopyObjectResult.ETag), ...versionOf(VersionId) };
      } catch (fault) {
        return changed(fault, bucket);
      }
    },
  };
}

/** A version keeps its own. Other content may have been uploaded again: S3 would copy what that one has. */
function tagging({ versionId, tags }: CleanContent) {
  if (versionId !== undefined) return { TaggingDirective: 'COPY' as const };
  // S3 takes a space as `%20` for sure.
  const Tagging = new URLSearchParams(tags).toString().replaceAll('+', '%20');
  return { TaggingDirective: 'REPLACE' as const, Tagging };
}

/** Encryption is the destination's own. */
function storedWith({ headers, cacheControl, contentLanguage, expires, storageClass }: SourceContent) {
  return {
    CacheControl: cacheControl,
    ContentDisposition: headers.contentDisposition ?? undefined,
    ContentEncoding: headers.contentEncoding ?? undefined,
    ContentLanguage: contentLanguage,
    ContentType: headers.contentType ?? undefined,
    Expires: expires,
    ...(storageClass !== undefined && { StorageClass: storageClass as 'STANDARD' }),
  };
}

function nothing(fault: unknown): undefined {
  if (!(fault instanceof ObjectGone)) throw fault;
}

/** Of 412 and 404, S3 does not say of which of the two objects they are: the next look shows it. */
function changed(fault: unknown, bucket: string): undefined {
  if (!(fault instanceof ObjectReplaced || fault instanceof ObjectGone)) throw fault;
  if ((fault.cause as Error | undefined)?.name !== 'NoSuchBucket') return undefined;
  throw new InvalidConfiguration(`onClean.copyTo: there is no bucket ${bucket}`, { cause: fault });
}
