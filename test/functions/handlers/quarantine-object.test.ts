import { text } from 'node:stream/consumers';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { S3Error } from '../../../emulator/s3/errors.ts';
import { create } from '../../../functions/handlers/quarantine-object.ts';
import { startTestServer, type TestServer } from '../../emulator/s3/harness.ts';

const VERDICT = {
  status: 'INFECTED',
  finding: 'Win.Test.EICAR_HDB-1',
  type: 'text/plain',
  definitions: '27000',
  activeContent: [],
  scanTime: '2026-01-01T00:00:00.000Z',
};
let s3: TestServer;
let client: S3Client;
let quarantine: ReturnType<typeof create>;
let onRequest: ((operation: string) => void | Promise<void>) | undefined;

beforeAll(async () => {
  s3 = await startTestServer({ onRequest: ({ operation }) => onRequest?.(operation) });
  s3.createBucket('versioned', { versioning: 'enabled' });
  s3.createBucket('plain');
  s3.createBucket('quarantine', { versioning: 'enabled' });
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    QUARANTINE_BUCKET: 'quarantine',
  };
  quarantine = create(env);
  client = new S3Client({
    region: 'us-east-1',
    endpoint: s3.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  });
});
afterEach(() => {
  onRequest = undefined;
});
afterAll(async () => {
  client.destroy();
  await s3.stop();
});

async function put(bucket: string, key: string, content: string, tags = {}) {
  const { etag, size, versionId } = await s3.seed(bucket, key, content, { tags });
  return { key, size, etag, 'version-id': versionId };
}
const run = (bucket: string, object: object) => quarantine({ bucket, object, verdict: VERDICT }, {} as Context);
const copies = (prefix: string) => s3.buckets.listVersions('quarantine', { prefix }).entries;

async function read(Key: string) {
  const { Body, Metadata, ContentType } = await client.send(new GetObjectCommand({ Bucket: 'quarantine', Key }));
  return { content: await text(Body as AsyncIterable<Uint8Array>), Metadata, ContentType };
}

it('copies that version, with its tags, and says where it came from and why', async () => {
  const object = await put('versioned', 'in/report 1.txt', 'malware', { 'scan-status': 'INFECTED', project: 'x' });
  await put('versioned', 'in/report 1.txt', 'newer');
  expect(await run('versioned', object)).toEqual({ copied: true });
  const key = `versioned/in/report 1.txt/${object['version-id']}`;
  expect(await read(key)).toMatchObject({
    content: 'malware',
    Metadata: {
      'airlock-bucket': 'versioned',
      'airlock-key': Buffer.from('in/report 1.txt').toString('base64url'),
      'airlock-version': object['version-id'],
      'airlock-etag': object.etag,
      'airlock-status': 'INFECTED',
      'airlock-finding': 'Win.Test.EICAR_HDB-1',
      'airlock-definitions': '27000',
      'airlock-scan-time': VERDICT.scanTime,
    },
  });
  expect(s3.buckets.tagged('quarantine', key, undefined, 'GET').tags).toEqual({
    'scan-status': 'INFECTED',
    project: 'x',
  });
});

it('copies what a delete marker hides', async () => {
  const object = await put('versioned', 'hidden.txt', 'malware');
  s3.buckets.delete('versioned', 'hidden.txt');
  expect(await run('versioned', object)).toEqual({ copied: true });
});

it('keeps the content type and the owner’s metadata', async () => {
  const file = { Bucket: 'versioned', Key: 'typed.pdf', ContentType: 'application/pdf', Metadata: { author: 'me' } };
  const { ETag = '', VersionId } = await client.send(new PutObjectCommand({ ...file, Body: 'malware' }));
  await run('versioned', { key: 'typed.pdf', size: 7, etag: ETag, 'version-id': VersionId });
  const copy = await read(`versioned/typed.pdf/${VersionId}`);
  expect(copy).toMatchObject({ ContentType: 'application/pdf', Metadata: { author: 'me' } });
});

it('meets its own copy when it runs again', async () => {
  const object = await put('plain', 'again.txt', 'malware');
  await run('plain', object);
  expect(await run('plain', object)).toEqual({ copied: true });
  expect(new Set(copies('plain/again.txt').map(({ key }) => key)).size).toBe(1);
});

describe.each([
  ['plain', 'deleted', async () => s3.buckets.delete('plain', 'k.txt')],
  ['plain', 'replaced', async () => put('plain', 'k.txt', 'harmless')],
  ['versioned', 'deleted', async (version: string) => s3.buckets.delete('versioned', 'k.txt', version)],
] as const)('content in a bucket that is %s, %s meanwhile', (bucket, what, meddle) => {
  it('has nothing to copy', async () => {
    const object = await put(bucket, 'k.txt', `malware never copied ${what}`);
    await meddle(object['version-id']);
    expect(await run(bucket, object)).toEqual({ copied: false });
  });

  it('was copied when an earlier attempt had done so', async () => {
    const object = await put(bucket, 'k.txt', `malware copied ${what}`);
    await run(bucket, object);
    await meddle(object['version-id']);
    expect(await run(bucket, object)).toEqual({ copied: true });
  });

  it('is not copied when that happens between the look and the copy', async () => {
    const object = await put(bucket, 'k.txt', `malware ${what} in between`);
    onRequest = async (operation) => {
      if (operation === 'CopyObject') await meddle(object['version-id']);
    };
    expect(await run(bucket, object)).toEqual({ copied: false });
  });
});

it.each(['HeadObject', 'CopyObject'])('asks again when %s says that it is gone', async (mistaken) => {
  const object = await put('plain', `${mistaken}.txt`, 'malware that is there');
  let answers = 0;
  onRequest = (operation) => {
    if (operation !== mistaken) return;
    answers += 1;
    if (answers === 1) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  };
  expect(await run('plain', object)).toEqual({ copied: true });
  expect(copies(`plain/${mistaken}.txt/`)).toHaveLength(1);
});

it.each([
  ['AccessDenied', new S3Error(403, 'AccessDenied', 'Access Denied')],
  ['StorageUnavailable', new S3Error(503, 'SlowDown', 'Please reduce your request rate.')],
])('says %s of what S3 says', async (name, fault) => {
  const object = await put('plain', `${name}.txt`, 'malware');
  onRequest = (operation) => {
    if (operation === 'CopyObject') throw fault;
  };
  await expect(run('plain', object)).rejects.toMatchObject({ name });
});

it.each([
  'a b+c',
  '%2B%00',
  '"q" $(id) `id`',
  'line\nbreak',
  'U\u0308-nfd 😀',
  'x'.repeat(1024),
  'ü'.repeat(512),
  '../../etc/passwd',
  '/leading',
  'a//b',
  'trailing/',
  '?versionId=x&tagging',
  '#hash;semi:colon',
])('the key %j is copied and can be told from the copy', async (key) => {
  for (const bucket of ['plain', 'versioned']) {
    const object = await put(bucket, key, `malware at ${key}`);
    expect(await run(bucket, object)).toEqual({ copied: true });
    const [copy] = copies(`${bucket}/`).filter(({ key: name }) =>
      name.endsWith(`/${bucket === 'plain' ? object.etag : object['version-id']}`),
    );
    const { content, Metadata } = await read(copy?.key ?? '');
    expect(content).toBe(`malware at ${key}`);
    expect(Buffer.from(Metadata?.['airlock-key'] ?? '', 'base64url').toString()).toBe(key);
  }
});
