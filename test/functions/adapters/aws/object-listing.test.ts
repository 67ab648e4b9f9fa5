import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { createObjectListing } from '../../../../functions/adapters/aws/object-listing.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';

let s3: TestServer;
let client: S3Client;
let refusal: S3Error | undefined;
const asked: string[] = [];
beforeAll(async () => {
  s3 = await startTestServer({
    onRequest: ({ operation }) => {
      asked.push(operation);
      if (refusal !== undefined) throw refusal;
    },
  });
  s3.createBucket('versioned', { versioning: 'enabled' });
  s3.createBucket('plain');
  client = new S3Client({
    region: 'us-east-1',
    endpoint: s3.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'uploader', secretAccessKey: 'secret' },
  });
});
afterAll(async () => {
  client.destroy();
  await s3.stop();
});

const listing = () =>
  createObjectListing({
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ACCESS_KEY_ID: 'lister',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
const put = (Bucket: string, Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket, Key, Body }));

it.each(['a b+c%25', 'ä/ö\u0001', 'k'])('finds the current version of %j, and any other', async (key) => {
  const { VersionId: first } = await put('versioned', key, 'one');
  const { VersionId: second, ETag = '' } = await put('versioned', key, 'second');
  await put('versioned', `${key}-longer`, 'x');
  const found = await listing().find('versioned', key);
  const etag = ETag.replaceAll('"', '');
  expect(found?.object).toEqual({ key, size: 6, etag, 'version-id': second });
  expect(Math.abs(Date.now() - (found?.lastModified.getTime() ?? 0))).toBeLessThan(60_000);
  expect(await listing().find('versioned', key, first)).toMatchObject({ object: { size: 3, 'version-id': first } });
  expect(await listing().find('versioned', key, 'another')).toBeUndefined();
  expect(new Set(asked.filter((operation) => operation !== 'PutObject'))).toEqual(new Set(['ListObjectVersions']));
});

it('names no version where content can be overwritten in place', async () => {
  await put('plain', 'k', 'abc');
  for (const version of [undefined, 'null']) {
    const found = await listing().find('plain', 'k', version);
    expect(found?.object).toEqual({ key: 'k', size: 3, etag: expect.any(String) });
  }
});

it('finds nothing under a delete marker, and nothing where nothing was', async () => {
  const { VersionId } = await put('versioned', 'deleted', 'abc');
  await client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'deleted' }));
  expect(await listing().find('versioned', 'deleted')).toBeUndefined();
  expect(await listing().find('versioned', 'deleted', VersionId)).toMatchObject({ object: { size: 3 } });
  expect(await listing().find('versioned', 'never')).toBeUndefined();
});

it.each([
  [503, 'SlowDown', 'StorageUnavailable'],
  [403, 'AccessDenied', 'AccessDenied'],
  [404, 'NoSuchBucket', 'ObjectGone'],
])('throws S3’s %i %s as %s', async (status, code, name) => {
  refusal = new S3Error(status, code, 'no');
  await expect(listing().find('plain', 'k')).rejects.toMatchObject({ name });
  refusal = undefined;
});
