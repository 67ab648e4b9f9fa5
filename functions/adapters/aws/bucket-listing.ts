import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { InvalidInput, ObjectGone, StorageUnavailable } from '../../domain/errors.ts';
import type { BucketListing } from '../../domain/rescan/ports.ts';
import type { Environment } from '../process/environment.ts';
import { s3Settings } from './sdk-client.ts';
import { asked } from './storage-errors.ts';

export function createBucketListing(env: Environment): BucketListing {
  const s3 = new S3Client(s3Settings(env));
  return {
    async hasObjects(Bucket, Prefix) {
      const command = new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 });
      const { KeyCount } = await asked('ListObjectsV2', () => s3.send(command)).catch((fault) => {
        if (fault instanceof ObjectGone) throw new InvalidInput(`bucket: ${JSON.stringify(Bucket)} does not exist`);
        throw fault;
      });
      // An incomplete answer must not look like an empty bucket, which no rescan would scan.
      if (KeyCount === undefined) throw new StorageUnavailable('ListObjectsV2: no key count');
      return KeyCount > 0;
    },
  };
}
