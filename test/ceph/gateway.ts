import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import type { Versioning } from '../../emulator/s3/buckets.ts';
import type { User } from './cluster.ts';

/** The gateway that global-setup.ts started. */
export const gateway: { readonly endpoint: string; readonly users: readonly User[] } = JSON.parse(
  process.env.CEPH_GATEWAY ?? '{}',
);

export function userNamed(name: string): User {
  const user = gateway.users.find((candidate) => candidate.name === name);
  if (user === undefined) throw new Error(`no user ${name}`);
  return user;
}

/** The environment for createObjectStore and the handlers' `create`. */
export function environmentOf(user = 'pipeline') {
  const { accessKeyId, secretAccessKey } = userNamed(user);
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_S3: gateway.endpoint,
  };
}

/** For the tests' own requests. */
export const clientOf = (user = 'pipeline'): S3Client => clientFor(gateway.endpoint, userNamed(user));

/** Ceph 16 does not support checksums in trailers, which the SDK sends by default. */
export function clientFor(endpoint: string, credentials: { accessKeyId: string; secretAccessKey: string }): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
  });
}

/** A bucket with a unique name; it is removed with the gateway. */
export async function createBucket(s3: S3Client, versioning: Versioning): Promise<string> {
  const Bucket = `airlock-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  if (versioning !== 'off') await setVersioning(s3, Bucket, versioning);
  return Bucket;
}

export async function setVersioning(s3: S3Client, Bucket: string, versioning: 'enabled' | 'suspended'): Promise<void> {
  const Status = versioning === 'enabled' ? 'Enabled' : 'Suspended';
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}
