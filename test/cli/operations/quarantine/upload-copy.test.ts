import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { describeCopy, type QuarantinedCopy } from '../../../../cli/operations/quarantine/copies.ts';
import { KeyTaken, type UploadCopyProps, uploadCopy } from '../../../../cli/operations/quarantine/upload-copy.ts';
import { dialectNamed } from '../../../../functions/domain/dialects/index.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';

const MEBIBYTE = 1024 ** 2;
const KEY = 'uploads/a +%20ü.bin/v1';
const content = randomBytes(11 * MEBIBYTE + 17);
let s3: TestServer;
let client: S3Client;
let before: (operation: string) => unknown;

beforeAll(async () => {
  s3 = await startTestServer({ onRequest: async ({ operation }) => void (await before(operation)) });
  s3.createBucket('quarantine', { versioning: 'enabled' });
  s3.createBucket('uploads', { versioning: 'enabled' });
  client = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'x' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    maxAttempts: 1,
  });
});
beforeEach(() => {
  before = () => undefined;
});
afterAll(async () => {
  client.destroy();
  await s3.stop();
});

async function copyOf(Tagging: string): Promise<QuarantinedCopy> {
  const Metadata = {
    author: 'me',
    'airlock-bucket': 'uploads',
    'airlock-key': Buffer.from('a +%20ü.bin').toString('base64url'),
    'airlock-status': 'INFECTED',
  };
  const headers = { ContentType: 'application/x-y', CacheControl: 'no-cache', ContentLanguage: 'en' };
  await client.send(
    new PutObjectCommand({ Bucket: 'quarantine', Key: KEY, Body: content, Metadata, Tagging, ...headers }),
  );
  const copy = await describeCopy(client, 'quarantine', { key: KEY });
  if (copy === undefined) throw new Error('there is no copy');
  return copy;
}
const upload = async (copy: QuarantinedCopy, key: string, more: Partial<UploadCopyProps> = {}) =>
  uploadCopy(client, {
    quarantine: 'quarantine',
    copy,
    target: { bucket: 'uploads', key },
    metadata: { 'airlock-restored-by': 'me' },
    dialect: dialectNamed('airlock'),
    overwrite: false,
    signal: new AbortController().signal,
    partBytes: 5 * MEBIBYTE,
    ...more,
  });
const stored = (key: string) => s3.buckets.get('uploads', key);

describe('an upload of a copy', () => {
  it('in parts has its bytes, headers, metadata and the owner’s tags, and no verdict', async () => {
    const copy = await copyOf('scan-status=INFECTED&scan-time=now&project=a%20%2B%20b&airlock-restored=old');
    expect(copy.original.key).toBe('a +%20ü.bin');
    const { etag, versionId } = await upload(copy, 'back.bin');
    const object = stored('back.bin');
    expect(content.equals(await buffer(s3.bodies.read(object.body)))).toBe(true);
    expect([object.etag, object.versionId]).toEqual([etag, versionId]);
    expect(etag).toMatch(/-3$/);
    expect(object.tags).toEqual({ project: 'a + b', 'airlock-restored': copy.id });
    expect(object.attributes.headers).toMatchObject({
      'content-type': 'application/x-y',
      'cache-control': 'no-cache',
      'content-language': 'en',
      'x-amz-meta-author': 'me',
      'x-amz-meta-airlock-restored-by': 'me',
    });
    expect(object.attributes.headers).not.toHaveProperty('x-amz-meta-airlock-status');
  });

  it('leaves room for the verdict before it names the restore', async () => {
    const owners = Array.from({ length: 9 }, (_, tag) => `owner-${tag}=x`);
    await upload(await copyOf(owners.join('&')), 'nine.bin');
    expect(Object.keys(stored('nine.bin').tags)).toHaveLength(9);
    await upload(await copyOf(owners.slice(1).join('&')), 'eight.bin');
    expect(stored('eight.bin').tags).toHaveProperty('airlock-restored');
  });

  it('takes no other content’s place, unless it may', async () => {
    const copy = await copyOf('');
    await s3.seed('uploads', 'taken.bin', 'something else');
    await expect(upload(copy, 'taken.bin')).rejects.toThrow(KeyTaken);
    expect(stored('taken.bin').size).toBe(14);
    await upload(copy, 'taken.bin', { overwrite: true });
    expect(stored('taken.bin').size).toBe(content.length);
  });

  it('leaves no parts behind when it is interrupted, or the copy is replaced', async () => {
    const copy = await copyOf('');
    const aborted = s3.requests.count('AbortMultipartUpload');
    const interruption = new AbortController();
    before = (operation) => operation === 'UploadPartCopy' && interruption.abort(new Error('Ctrl-C'));
    await expect(upload(copy, 'stopped.bin', { signal: interruption.signal })).rejects.toThrow();
    before = () => undefined;
    await expect(upload({ ...copy, etag: '0'.repeat(32) }, 'stopped.bin')).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
    expect(s3.buckets.find('uploads', 'stopped.bin')).toBeUndefined();
    expect(s3.requests.count('AbortMultipartUpload') - aborted).toBe(2);
  });
});
