import { S3Client } from '@aws-sdk/client-s3';
import type { LookAtObjects } from '../../domain/report/looked.ts';
import { s3Settings } from '../aws/sdk-client.ts';
import { toStorageError } from '../aws/storage-errors.ts';
import type { Environment } from '../process/environment.ts';
import { lookAtObjects } from './look-at-objects.ts';

/** Throttled, the client slows down by itself; so many attempts bridge the time until then. */
const ATTEMPTS = 10;

/** Reads the tags of the objects of a bucket. May throw AccessDenied, StorageUnavailable; AbortError when the signal is. */
export function createObjectReader(env: Environment): LookAtObjects {
  const look = lookAtObjects(new S3Client({ ...s3Settings(env), retryMode: 'adaptive', maxAttempts: ATTEMPTS }));
  return async function* translatedLook(options) {
    try {
      yield* look(options);
    } catch (fault) {
      throw options.signal.aborted ? fault : toStorageError(fault, `tags of ${options.bucket}`);
    }
  };
}
