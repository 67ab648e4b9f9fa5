import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../../emulator/http/loopback.ts';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { type BucketObjects, createBucketObjects } from '../../../../functions/adapters/aws/bucket-objects.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
/** More than one ListObjectsV2 lists, and more than one DeleteObjects removes. */
const MANY = Array.from({ length: 1001 }, (_, index) => `many/${String(index).padStart(4, '0')}`);

let s3: TestServer;
let objects: BucketObjects;
let bucket: string;
let buckets = 0;
let requests: string[];
let failing: { operation: string; fault: S3Error } | undefined;

beforeAll(async () => {
  s3 = await startTestServer({
    clock: () => NOW,
    authorize: ({ resource }) =>
      resource.endsWith('/locked') ? { allowed: false, reason: 'it is locked' } : { allowed: true },
    onRequest: ({ operation }) => {
      requests.push(operation);
      if (failing?.operation === operation) throw failing.fault;
    },
  });
});
afterAll(() => s3.stop());

beforeEach(() => {
  bucket = `own-${buckets++}`;
  s3.createBucket(bucket);
  requests = [];
  failing = undefined;
  objects = createBucketObjects(environment(), bucket);
});

const environment = () => ({
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_S3: s3.endpoint,
  AWS_ACCESS_KEY_ID: 'updater',
  AWS_SECRET_ACCESS_KEY: 'secret',
});

const keys = () => [...s3.buckets.bucket(bucket).versions.keys()].sort();

async function listed(prefix: string) {
  const found = [];
  for await (const object of objects.list(prefix)) found.push(object);
  return found;
}

describe('put', () => {
  it('holds to its conditions', async () => {
    await objects.put('current.json', '1', { IfNoneMatch: '*' });
    await expect(objects.put('current.json', '2', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'ObjectReplaced',
    });
    const { etag } = s3.buckets.get(bucket, 'current.json');
    await objects.put('current.json', '3', { IfMatch: etag });
    await expect(objects.put('current.json', '4', { IfMatch: etag })).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(s3.buckets.get(bucket, 'current.json').size).toBe(1);
  });
});

describe('list', () => {
  it('goes through all pages, and says when each was written', async () => {
    for (const key of MANY) await s3.seed(bucket, key, '');
    await s3.seed(bucket, 'other', '');
    const found = await listed('many/');
    expect(found.map(({ key }) => key)).toEqual(MANY);
    expect(found[0]?.modified).toBe(NOW.getTime());
    expect(requests).toEqual(['ListObjectsV2', 'ListObjectsV2']);
  });

  it('of nothing is empty', async () => {
    expect(await listed('none/')).toEqual([]);
  });
});

describe('remove', () => {
  it('takes as many keys as there are, and leaves the rest', async () => {
    for (const key of [...MANY, 'other']) await s3.seed(bucket, key, '');
    await objects.remove(MANY);
    expect(keys()).toEqual(['other']);
    expect(requests).toEqual(['DeleteObjects', 'DeleteObjects']);
  });

  it('does not take a key that S3 keeps for removed', async () => {
    for (const key of ['a', 'locked']) await s3.seed(bucket, key, 'x');
    await expect(objects.remove(['a', 'locked'])).rejects.toMatchObject({
      name: 'StorageUnavailable',
      message: 'DeleteObjects locked: AccessDenied',
    });
    expect(keys()).toEqual(['locked']);
  });

  it('wants to hear of no key that is removed, only of those that are not', async () => {
    const bodies: Promise<string>[] = [];
    const server = createServer((request, response) => {
      bodies.push(text(request));
      response.end('<DeleteResult></DeleteResult>');
    });
    const { endpoint, close } = await listenOnLoopback(server);
    try {
      await createBucketObjects({ ...environment(), AWS_ENDPOINT_URL_S3: endpoint }, bucket).remove(['a', 'b']);
    } finally {
      await close();
    }
    const [body] = await Promise.all(bodies);
    expect(body).toContain('<Object><Key>a</Key></Object><Object><Key>b</Key></Object>');
    expect(body).toContain('<Quiet>true</Quiet>');
  });

  it('asks for nothing where there is nothing to remove', async () => {
    await objects.remove([]);
    expect(requests).toEqual([]);
  });
});

it.each([
  ['PutObject', () => objects.put('a', 'x'), 'PutObject a: AccessDenied: Access Denied'],
  ['ListObjectsV2', () => listed('p/'), 'ListObjectsV2 p/: AccessDenied: Access Denied'],
  ['DeleteObjects', () => objects.remove(['a']), 'DeleteObjects: AccessDenied: Access Denied'],
])('says in the domain’s words that %s failed', async (operation, call, words) => {
  failing = { operation, fault: new S3Error(403, 'AccessDenied', 'Access Denied') };
  await expect(call()).rejects.toMatchObject({ name: 'AccessDenied', message: words });
});
