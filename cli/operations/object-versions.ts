import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { type ListedVersion, versionsOfKey } from '../../functions/domain/object-versions.ts';
import type { ObjectAddress } from './s3-uri.ts';

/**
 * The versions of exactly this key, newest first. Asks the bucket's listing: the gate denies operators HeadObject while
 * there is no verdict.
 * @throws what the SDK throws
 */
export const objectVersions = (s3: S3Client, { bucket, key }: ObjectAddress): AsyncGenerator<ListedVersion> =>
  versionsOfKey(key, (from) => s3.send(new ListObjectVersionsCommand({ Bucket: bucket, ...from })));
