import { ListObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from './harness.ts';

const Bucket = 'bucket';
const KEYS = ['a', 'a b+c', 'b/1', 'b/2', 'c/', 'c/1', 'd', 'é'];
let server: TestServer;
let s3: S3Client;

beforeAll(async () => {
  server = await startTestServer();
  server.createBucket(Bucket);
  for (const key of KEYS) await server.seed(Bucket, key, key);
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  s3 = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
});
afterAll(async () => {
  s3.destroy();
  await server.stop();
});

describe('version 1 of the listing', () => {
  it.each([1, 2, 3, 1000])('goes on after the last key without a delimiter: %i a page', async (MaxKeys) => {
    const keys: string[] = [];
    for (let Marker: string | undefined, more = true; more; ) {
      const page = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys, Marker }));
      expect(page.NextMarker).toBeUndefined();
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
      Marker = keys.at(-1);
      more = page.IsTruncated === true;
    }
    expect(keys).toEqual(KEYS);
  });

  it.each([1, 2, 1000])('goes on after NextMarker with a delimiter: %i a page', async (MaxKeys) => {
    const names: string[] = [];
    for (let Marker: string | undefined, more = true; more; ) {
      const page = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys, Marker, Delimiter: '/' }));
      const found = [
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      ];
      names.push(...found.map((name) => name ?? '').sort());
      Marker = page.NextMarker;
      more = page.IsTruncated === true;
      expect(Marker === undefined).toBe(!more);
    }
    expect(names).toEqual(['a', 'a b+c', 'b/', 'c/', 'd', 'é']);
  });

  it('names the owner of each object, and takes a prefix and an encoding', async () => {
    const page = await s3.send(new ListObjectsCommand({ Bucket, Prefix: 'a ', EncodingType: 'url' }));
    expect(page.Contents).toMatchObject([{ Key: 'a+b%2Bc', Size: 5, Owner: { ID: '000000000000' } }]);
  });
});
