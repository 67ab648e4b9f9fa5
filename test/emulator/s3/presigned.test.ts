import { GetObjectCommand, PutObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { send, startTestServer, type TestServer } from './harness.ts';

const Bucket = 'bucket';
let server: TestServer;
let s3: S3Client;

beforeAll(async () => {
  server = await startTestServer();
  server.createBucket(Bucket);
  const credentials = { accessKeyId: 'uploader', secretAccessKey: 'secret' };
  s3 = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
});
afterAll(async () => {
  s3.destroy();
  await server.stop();
});

it('a checksum of no body in the query of the URL is not held against the body', async () => {
  const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'default' }));
  expect(new URL(url).searchParams.get('x-amz-checksum-crc32')).toBe('AAAAAA==');
  expect((await fetch(url, { method: 'PUT', body: 'hello' })).status).toBe(200);
  expect(server.buckets.get(Bucket, 'default').attributes.checksum).toBeUndefined();
  const read = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'default' }));
  expect(await (await fetch(read)).text()).toBe('hello');
});

it('a checksum in a header is', async () => {
  const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'wrong' }));
  const answer = await fetch(url, { method: 'PUT', body: 'hello', headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } });
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('<Code>BadDigest</Code>')]);
});

it('a part too is put without the checksum in its query', async () => {
  const created = await send(server, 'POST', `/${Bucket}/parts?uploads`);
  const UploadId = /<UploadId>(.*)<\/UploadId>/.exec(created.body)?.[1] ?? '';
  const url = await getSignedUrl(s3, new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1 }));
  expect((await fetch(url, { method: 'PUT', body: 'hello' })).status).toBe(200);
});

it.each([
  ['in the query', `/${Bucket}/key?AWSAccessKeyId=uploader&Signature=x&Expires=9999999999`, {}],
  ['in the header', `/${Bucket}/key`, { authorization: 'AWS uploader:c2lnbmF0dXJl' }],
])('Signature Version 2 %s is refused, with what to set', async (_, path, headers) => {
  const answer = await send(server, 'PUT', path, { headers, body: 'hello' });
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('<Code>InvalidRequest</Code>');
  expect(answer.body).toContain('Please use AWS4-HMAC-SHA256');
  expect(answer.body).toContain("Config(signature_version='s3v4')");
});
