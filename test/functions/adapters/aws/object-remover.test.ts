import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createObjectRemover } from '../../../../functions/adapters/aws/object-remover.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';
import type { FaultProxy } from '../../../support/fault-proxy.ts';
import { type S3Fault, startS3FaultProxy } from '../../../support/s3-faults.ts';

let s3: TestServer;
let proxy: FaultProxy;
let faulty: { readonly what: string; readonly fault: S3Fault } | undefined;

beforeAll(async () => {
  s3 = await startTestServer();
  s3.createBucket('late');
  proxy = await startS3FaultProxy({ choose: ({ what }) => (what === faulty?.what ? faulty.fault : undefined) });
  proxy.forwardTo(s3.endpoint);
});
afterAll(async () => {
  await proxy.close();
  await s3.stop();
});

// Hidden behind a delete marker or kept, it would be reported as deleted.
it.each<[what: string, fault: S3Fault]>([
  ['GET versioning', 'truncated'],
  ['GET versioning', 'resetMidBody'],
  ['HEAD', 'noETag'],
  ['HEAD', 'wrongETag'],
])('content older than the bucket’s versioning is gone, or not said to be, when %s is %s', async (what, fault) => {
  s3.buckets.bucket('late').versioning = 'off';
  const { etag, size } = await s3.seed('late', 'old.txt', 'malware');
  s3.buckets.bucket('late').versioning = 'enabled';
  const remover = createObjectRemover({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_S3: proxy.endpoint,
  });
  faulty = { what, fault };
  const ended = await remover.remove({ bucket: 'late', key: 'old.txt', etag, size }).catch(({ name }) => name);
  const left = s3.buckets.listVersions('late').entries.length;
  expect([left, ended]).toEqual(left === 0 ? [0, undefined] : [1, 'StorageUnavailable']);
});
