import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { StorageUnavailable } from '../../domain/errors.ts';
import { toEventObject, versionOf } from '../../domain/object-reference.ts';
import { versionsOfKey } from '../../domain/object-versions.ts';
import type { ObjectListing } from '../../domain/requests/ports.ts';
import type { Environment } from '../process/environment.ts';
import { s3Settings } from './sdk-client.ts';
import { asked } from './storage-errors.ts';

/** Over the AWS SDK. It asks for listings, since HeadObject would need permission to read what nobody has scanned. */
export function createObjectListing(env: Environment): ObjectListing {
  const s3 = new S3Client(s3Settings(env));
  return {
    async find(bucket, key, versionId) {
      const list = (from: object) =>
        asked('ListObjectVersions', () => s3.send(new ListObjectVersionsCommand({ Bucket: bucket, ...from }))).then(
          (page) => {
            // An incomplete answer must not look like a key that is not there.
            if (page.IsTruncated === undefined) throw new StorageUnavailable('ListObjectVersions: half an answer');
            return page;
          },
        );
      for await (const version of versionsOfKey(key, list)) {
        if (versionId === undefined ? !version.current : version.versionId !== versionId) continue;
        const { content, lastModified } = version;
        if (content === undefined) return undefined;
        return { object: toEventObject({ bucket, key, ...content, ...versionOf(version.versionId) }), lastModified };
      }
      return undefined;
    },
  };
}
