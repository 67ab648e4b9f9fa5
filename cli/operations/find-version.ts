import type { S3Client } from '@aws-sdk/client-s3';
import { type ObjectReference, versionOf } from '../../functions/domain/object-reference.ts';
import { objectVersions } from './object-versions.ts';

export interface FoundVersion extends ObjectReference {
  readonly lastModified: Date;
}

/**
 * The content that S3 has for that version.
 * @param target without `versionId`, content that was written without versioning
 * @returns undefined when it is gone
 * @throws what the SDK throws
 */
export async function findVersion(
  s3: S3Client,
  { bucket, key, versionId = 'null' }: Pick<ObjectReference, 'bucket' | 'key' | 'versionId'>,
): Promise<FoundVersion | undefined> {
  for await (const version of objectVersions(s3, { bucket, key })) {
    if (version.versionId !== versionId) continue;
    const { content, lastModified } = version;
    return content && { bucket, key, ...content, lastModified, ...versionOf(versionId) };
  }
  return undefined;
}
