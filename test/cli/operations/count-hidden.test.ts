import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { countHidden, type HiddenCount, NO_VERDICT } from '../../../cli/operations/count-hidden.ts';
import { S3Error } from '../../../emulator/s3/errors.ts';
import type { S3RequestInfo } from '../../../emulator/s3/server.ts';
import { startTestServer, type TestServer } from '../../emulator/s3/harness.ts';
import { ODD_KEYS } from '../../support/odd-keys.ts';

const LETS = { tagKey: 'scan-status', values: ['CLEAN'], trusted: [] };
let server: TestServer;
let s3: S3Client;
let beforeRequest: (request: S3RequestInfo) => void | Promise<void> = () => {};

beforeAll(async () => {
  server = await startTestServer({ onRequest: (request) => beforeRequest(request) });
  s3 = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});
afterEach(() => {
  beforeRequest = () => {};
});
afterAll(async () => {
  s3.destroy();
  await server.stop();
});

async function bucketWith(Bucket: string, objects: readonly (readonly [key: string, tagging?: string])[]) {
  server.createBucket(Bucket, { versioning: 'enabled' });
  for (const [Key, Tagging] of objects) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging }));
}

const count = (bucket: string, atMost = 100, onProgress?: (counted: HiddenCount) => void) =>
  countHidden(s3, { bucket, lets: LETS, atMost, ...(onProgress && { onProgress }) });

describe('what the gate hides', () => {
  it('is counted by status, every version of every key', async () => {
    await bucketWith('verdicts', [
      ['clean', 'scan-status=CLEAN'],
      ['clean', 'scan-status=INFECTED&owner=me'],
      ['none'],
      ['others', 'owner=CLEAN'],
      ['spelled', 'SCAN-STATUS=CLEAN'],
      ['value', 'scan-status=clean'],
      ['marked', 'scan-status=INFECTED'],
    ]);
    await s3.send(new DeleteObjectCommand({ Bucket: 'verdicts', Key: 'marked' }));
    expect(await count('verdicts')).toEqual({
      seen: 8,
      hidden: new Map([
        ['INFECTED', 2],
        ['', 3],
        ['clean', 1],
      ]),
      more: false,
    });
  });

  it('is found under every key, page by page', async () => {
    await bucketWith(
      'odd',
      ODD_KEYS.map((key) => [key]),
    );
    expect(await count('odd')).toEqual({
      seen: ODD_KEYS.length,
      hidden: new Map([['', ODD_KEYS.length]]),
      more: false,
    });
  });

  it('leaves out what is trusted, unless it has a bad verdict', async () => {
    await bucketWith('trusting', [
      ['exports/a'],
      ['exports/b', 'scan-status=INFECTED'],
      ['exports/c', 'scan-status=CLEAN'],
      ['exports'],
      ['Exports/a'],
    ]);
    const lets = { ...LETS, trusted: ['exports/'] };
    const options = { bucket: 'trusting', atMost: 100 };
    const hidden = new Map([
      ['', 2],
      ['INFECTED', 1],
    ]);
    expect(await countHidden(s3, { ...options, lets })).toEqual({ seen: 5, hidden, more: false });
    const opened = await countHidden(s3, { ...options, lets: LETS, prefix: 'exports/', only: NO_VERDICT });
    expect(opened).toEqual({ seen: 3, hidden: new Map([['', 1]]), more: false });
  });

  it('is counted no further than asked for, with progress after each page', async () => {
    await bucketWith('many', [['a'], ['b'], ['c', 'scan-status=CLEAN'], ['d']]);
    const seen: number[] = [];
    expect(await count('many', 3, (counted) => seen.push(counted.seen))).toEqual({
      seen: 3,
      hidden: new Map([['', 2]]),
      more: true,
    });
    expect(await count('many', 4, (counted) => seen.push(counted.seen))).toMatchObject({ seen: 4, more: false });
    expect(seen).toEqual([3, 4]);
  });

  it('leaves out what is deleted while it counts', async () => {
    await bucketWith('leaving', [['stays'], ['z']]);
    beforeRequest = async ({ operation, key, versionId: VersionId }) => {
      if (operation !== 'GetObjectTagging' || key !== 'z') return;
      await s3.send(new DeleteObjectCommand({ Bucket: 'leaving', Key: key, VersionId }));
    };
    expect(await count('leaving')).toMatchObject({ hidden: new Map([['', 1]]) });
  });

  it('is not told as less where a tag cannot be read', async () => {
    await bucketWith('secret', [['a'], ['b']]);
    beforeRequest = ({ operation, key }) => {
      if (operation === 'GetObjectTagging' && key === 'b') throw new S3Error(403, 'AccessDenied', 'Access Denied');
    };
    await expect(count('secret')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

it('is found in a bucket without versions too', async () => {
  server.createBucket('plain');
  await s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'a', Body: 'x', Tagging: 'scan-status=UNSCANNABLE' }));
  expect(await count('plain')).toEqual({ seen: 1, hidden: new Map([['UNSCANNABLE', 1]]), more: false });
});
