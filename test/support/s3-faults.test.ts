import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../emulator/s3/harness.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { type S3Fault, type S3Request, startS3FaultProxy } from './s3-faults.ts';

const Key = 'a folder/ü+1';
let s3: TestServer;
let proxy: FaultProxy;
let client: S3Client;
let fault: S3Fault | undefined;
let asked: S3Request[];

beforeAll(async () => {
  s3 = await startTestServer();
  s3.createBucket('from', { versioning: 'enabled' });
  s3.createBucket('to');
  proxy = await startS3FaultProxy({
    choose(request) {
      asked.push(request);
      return fault;
    },
  });
  proxy.forwardTo(s3.endpoint);
  client = new S3Client({
    endpoint: proxy.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  });
});
afterAll(async () => {
  client.destroy();
  await proxy.close();
  await s3.stop();
});

it('tells what is asked of which object, of a copy of the one it is made from', async () => {
  asked = [];
  const { versionId } = await s3.seed('from', Key, 'content');
  const object = { Bucket: 'from', Key, VersionId: versionId };
  const CopySource = `from/${encodeURIComponent(Key)}?versionId=${versionId}`;
  await client.send(new HeadObjectCommand({ Bucket: 'from', Key }));
  await client.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [] } }));
  await client.send(new CopyObjectCommand({ Bucket: 'to', Key: 'copy', CopySource }));
  await client.send(new DeleteObjectCommand(object));
  await client.send(new GetBucketVersioningCommand({ Bucket: 'from' }));
  await client.send(new ListObjectsV2Command({ Bucket: 'to' }));
  expect(asked).toEqual([
    { what: 'HEAD', bucket: 'from', key: Key, versionId: undefined },
    { what: 'PUT tagging', bucket: 'from', key: Key, versionId },
    { what: 'COPY', bucket: 'from', key: Key, versionId },
    { what: 'DELETE', bucket: 'from', key: Key, versionId },
    { what: 'GET versioning', bucket: 'from', key: '', versionId: undefined },
    { what: 'GET', bucket: 'to', key: '', versionId: undefined },
  ]);
});

it.each<[S3Fault, number]>([
  ['internalError', 500],
  ['slowDown', 503],
  ['notFound', 404],
])('%s is told with %i', async (chosen, httpStatusCode) => {
  asked = [];
  fault = chosen;
  const failed = client.send(new HeadObjectCommand({ Bucket: 'from', Key }));
  await expect(failed).rejects.toMatchObject({ $metadata: { httpStatusCode } });
});

it('changes nothing of an answer but its ETag', async () => {
  await s3.seed('to', Key, 'content');
  asked = [];
  fault = undefined;
  const right = await client.send(new HeadObjectCommand({ Bucket: 'to', Key }));
  fault = 'wrongETag';
  const wrong = await client.send(new HeadObjectCommand({ Bucket: 'to', Key }));
  fault = 'noETag';
  const none = await client.send(new HeadObjectCommand({ Bucket: 'to', Key }));
  expect(wrong.ETag).not.toBe(right.ETag);
  expect(none.ETag).toBeUndefined();
  expect([wrong.ContentLength, none.ContentLength]).toEqual([right.ContentLength, right.ContentLength]);
});
