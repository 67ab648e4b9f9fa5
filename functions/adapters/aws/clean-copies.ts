import { S3Client } from '@aws-sdk/client-s3';
import type { CopyDestination, CopySource } from '../../domain/copies/ports.ts';
import type { Environment } from '../process/environment.ts';
import { createCopyDestination } from './copy-destination.ts';
import { createCopySource } from './copy-source.ts';
import { s3Settings } from './sdk-client.ts';

/** S3 answers after it has copied everything: up to 2 GiB, in one CopyObject (limit: 5 GiB). */
const COPY_MILLISECONDS = 220_000;

/** Both ends of a copy of what is clean. `S3_ANNOTATIONS` is `false` in a region whose S3 has no annotations. */
export function createCleanCopies(env: Environment): { source: CopySource; destination: CopyDestination } {
  const s3 = new S3Client(s3Settings(env, COPY_MILLISECONDS));
  const annotations = env.S3_ANNOTATIONS !== 'false';
  return { source: createCopySource(s3), destination: createCopyDestination({ s3, annotations }) };
}
