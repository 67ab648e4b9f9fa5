import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { createObjectRemover } from '../../../../functions/adapters/aws/object-remover.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';
import type { FaultProxy } from '../../../support/fault-proxy.ts';
import { type S3Fault, startS3FaultProxy } from '../../../support/s3-faults.ts';

let s3: TestServer;
let proxy: FaultProxy;
/** An operation that no policy allows. */
let refused: string | undefined;
let faulty: { readonly what: string; readonly fault: S3Fault } | undefined;

beforeAll(async () => {
  s3 = await startTestServer({
    onRequest: ({ operation }) => {
      if (operation === refused) throw new S3Error(403, 'AccessDenied', 'Access Denied');
    },
  });
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

describe('without faults', () => {
  const remove = (bucket: string, key: string, { etag, size }: { etag: string; size: number }, versionId?: string) =>
    createObjectRemover({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_S3: s3.endpoint,
    }).remove({ bucket, key, etag, size, ...(versionId !== undefined && { versionId }) });
  const left = (bucket: string, prefix: string) =>
    s3.buckets.listVersions(bucket, { prefix }).entries.map(({ versionId }) => versionId);
  beforeAll(() => {
    s3.createBucket('plain', { versioning: 'off' });
    s3.createBucket('versioned', { versioning: 'enabled' });
  });

  it('a version goes, and its neighbors stay', async () => {
    const older = await s3.seed('versioned', 'v.txt', 'older');
    const infected = await s3.seed('versioned', 'v.txt', 'malware');
    const newer = await s3.seed('versioned', 'v.txt', 'newer');
    await remove('versioned', 'v.txt', infected, infected.versionId);
    expect(left('versioned', 'v.txt')).toEqual([newer.versionId, older.versionId]);
  });

  it('content without a version goes, and never what took its place', async () => {
    const first = await s3.seed('plain', 'p.txt', 'malware');
    const second = await s3.seed('plain', 'p.txt', 'all is well');
    await expect(remove('plain', 'p.txt', first)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(left('plain', 'p.txt')).toHaveLength(1);
    await remove('plain', 'p.txt', second);
    expect(left('plain', 'p.txt')).toEqual([]);
  });

  it('content older than the bucket’s versioning goes alone, and never what took its place', async () => {
    s3.createBucket('grown', { versioning: 'off' });
    const first = await s3.seed('grown', 'g.txt', 'all was well');
    const malware = await s3.seed('grown', 'g.txt', 'malware');
    s3.buckets.bucket('grown').versioning = 'enabled';
    const newer = await s3.seed('grown', 'g.txt', 'newer');
    await expect(remove('grown', 'g.txt', first)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(left('grown', 'g.txt')).toEqual([newer.versionId, 'null']);
    await remove('grown', 'g.txt', malware);
    expect(left('grown', 'g.txt')).toEqual([newer.versionId]);
  });

  it.each([
    ['GetBucketVersioning', 'plain', undefined],
    ['DeleteObject', 'plain', undefined],
    ['DeleteObject', 'versioned', 'v'],
    ['HeadObject', 'versioned', undefined],
  ])('says what was asked where it is refused: %s in a bucket that is %s', async (operation, bucket, versionId) => {
    refused = operation;
    try {
      await expect(remove(bucket, 'k', { etag: 'e', size: 1 }, versionId)).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringMatching(new RegExp(`^${operation}: `)),
      });
    } finally {
      refused = undefined;
    }
  });
});
