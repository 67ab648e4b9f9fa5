import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { StoredObject } from '../../../emulator/s3/buckets.ts';
import { S3Error } from '../../../emulator/s3/errors.ts';
import type { Outcome } from '../../../functions/domain/payloads.ts';
import { create } from '../../../functions/handlers/copy-object.ts';
import { startTestServer, type TestServer } from '../../emulator/s3/harness.ts';
import { HOSTILE_KEYS, ODD_KEYS } from '../../support/odd-keys.ts';

/* In the pipeline: test/scenarios/clean-copies.test.ts; in any order: copy-interleavings.test.ts there. */
const CLEAN = {
  status: 'CLEAN',
  finding: null,
  type: 'text/plain',
  definitions: '27000',
  activeContent: [],
  scanTime: '2026-01-01T00:00:00.000Z',
};
const TAGS = { 'scan-status': 'CLEAN', owner: 'me' };
let s3: TestServer;
let client: S3Client;
let copy: ReturnType<typeof create>;
let onRequest: ((operation: string) => void | Promise<void>) | undefined;
const requests: string[] = [];

beforeAll(async () => {
  s3 = await startTestServer({
    onRequest: ({ operation }) => {
      requests.push(operation);
      return onRequest?.(operation);
    },
  });
  s3.createBucket('versioned', { versioning: 'enabled' });
  s3.createBucket('plain');
  s3.createBucket('clean', { versioning: 'enabled' });
  const keys = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
  copy = create({ ...keys, AWS_ENDPOINT_URL_S3: s3.endpoint, DIALECT: 'airlock' });
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  client = new S3Client({ region: 'us-east-1', endpoint: s3.endpoint, forcePathStyle: true, credentials });
});
afterEach(() => {
  onRequest = undefined;
});
afterAll(async () => {
  client.destroy();
  await s3.stop();
});

async function put(bucket: string, key: string, content: string, tags: Record<string, string> = TAGS) {
  const { etag, size, versionId } = await s3.seed(bucket, key, content, { tags });
  return { key, size, etag, ...(bucket === 'versioned' && { 'version-id': versionId }) };
}
const run = (bucket: string, object: object, over: object = {}): Promise<Outcome> =>
  copy({ bucket, object, verdict: CLEAN, copyTo: { bucket: 'clean', prefix: `${bucket}/` }, ...over }, {} as Context);
const copiesOf = (bucket: string, key: string) =>
  s3.buckets
    .listVersions('clean', { prefix: `${bucket}/${key}` })
    .entries.filter((each) => each.key === `${bucket}/${key}`) as readonly StoredObject<unknown>[];
const NOT_COPIED = { tagged: true, action: 'tag', copiedTo: null };

describe.each(['versioned', 'plain'])('from a bucket that is %s', (bucket) => {
  it('copies content and tags, with few requests, and says where to', async () => {
    const object = await put(bucket, 'a.txt', 'all is well');
    requests.length = 0;
    const outcome = await run(bucket, object);
    const look = ['HeadObject', 'HeadObject', 'GetObjectTagging'];
    expect(requests).toEqual([...look, 'CopyObject', ...look]);
    const [copied] = copiesOf(bucket, 'a.txt');
    expect(copied).toMatchObject({ etag: object.etag, tags: TAGS });
    expect(outcome).toEqual({
      tagged: true,
      action: 'tag',
      copiedTo: { bucket: 'clean', key: `${bucket}/a.txt`, versionId: copied?.versionId },
    });
  });

  it('meets its own copy when it runs again, though the original is gone by then', async () => {
    const object = await put(bucket, 'again.txt', 'all is well');
    const outcome = await run(bucket, object);
    expect(await run(bucket, object)).toEqual(outcome);
    s3.buckets.delete(bucket, 'again.txt', bucket === 'versioned' ? object['version-id'] : undefined);
    expect(await run(bucket, object)).toEqual(outcome);
    expect(copiesOf(bucket, 'again.txt')).toHaveLength(1);
  });

  it('copies again what somebody put in its place at the destination', async () => {
    const object = await put(bucket, 'planted.txt', 'all is well');
    await run(bucket, object);
    await s3.seed('clean', `${bucket}/planted.txt`, 'planted');
    await run(bucket, object);
    expect(copiesOf(bucket, 'planted.txt').map(({ etag }) => etag)[0]).toBe(object.etag);
  });

  it('copies again what has the mark of a copy and other bytes', async () => {
    const object = await put(bucket, 'forged.txt', 'all is well');
    await run(bucket, object);
    const [copied] = copiesOf(bucket, 'forged.txt');
    const forged = await s3.seed('clean', `${bucket}/forged.txt`, 'not so well');
    Object.assign(forged.attributes.headers, copied?.attributes.headers);
    await run(bucket, object);
    expect(copiesOf(bucket, 'forged.txt')[0]?.etag).toBe(object.etag);
  });

  it.each([
    ['says otherwise by now', { 'scan-status': 'INFECTED' }],
    ['is missing', { owner: 'me' }],
    ['is CLEAN only nearly', { 'scan-status': 'clean' }],
  ])('copies nothing whose tag %s', async (_, tags) => {
    const object = await put(bucket, 'tagged.txt', `all is well ${Object.values(tags)}`, tags);
    expect(await run(bucket, object)).toEqual(NOT_COPIED);
  });

  it('copies nothing that is gone', async () => {
    const object = await put(bucket, 'gone.txt', 'all is well');
    s3.buckets.delete(bucket, 'gone.txt', bucket === 'versioned' ? object['version-id'] : undefined);
    expect(await run(bucket, object)).toEqual(NOT_COPIED);
  });

  it('fails where it was found to be malware while it was copied: the copy is there', async () => {
    const object = await put(bucket, 'late.txt', 'all is well');
    onRequest = (operation) => {
      if (operation !== 'CopyObject') return;
      s3.buckets.setTags(bucket, 'late.txt', { 'scan-status': 'INFECTED' });
    };
    await expect(run(bucket, object)).rejects.toMatchObject({
      name: 'CopyRefused',
      message: expect.stringContaining(`s3://clean/${bucket}/late.txt was copied`),
    });
  });

  it('finds the copy of what is malware now, and copies nothing', async () => {
    const object = await put(bucket, 'found.txt', 'all is well');
    const { copiedTo } = await run(bucket, object);
    const outcome = { tagged: false, action: 'none' };
    const infected = { verdict: { ...CLEAN, status: 'INFECTED', finding: 'Eicar' }, outcome };
    expect(await run(bucket, object, infected)).toEqual({ ...outcome, copiedTo });
    const never = await put(bucket, 'never.txt', 'never copied');
    expect(await run(bucket, never, infected)).toEqual({ ...outcome, copiedTo: null });
    const long = await put(bucket, 'y'.repeat(1024), 'never copied');
    expect(await run(bucket, long, infected)).toEqual({ ...outcome, copiedTo: null });
    expect(copiesOf(bucket, 'never.txt')).toEqual([]);
  });

  it.each([
    ['AccessDenied', new S3Error(403, 'AccessDenied', 'Access Denied')],
    ['StorageUnavailable', new S3Error(503, 'SlowDown', 'Please reduce your request rate.')],
    ['StorageUnavailable', new S3Error(409, 'ConditionalRequestConflict', 'A conflicting operation occurred.')],
    ['ObjectUnreadable', new S3Error(400, 'KMS.DisabledException', 'The key is disabled.')],
  ])('says %s of what S3 says', async (name, fault) => {
    const object = await put(bucket, `${fault.code}.txt`, 'all is well');
    onRequest = (operation) => {
      if (operation === 'CopyObject') throw fault;
    };
    await expect(run(bucket, object)).rejects.toMatchObject({ name });
  });

  it('is not misled by a destination that changes while it copies', async () => {
    const object = await put(bucket, 'raced.txt', 'all is well');
    let races = 0;
    onRequest = async (operation) => {
      if (operation !== 'CopyObject' || races === 3) return;
      races += 1;
      await s3.seed('clean', `${bucket}/raced.txt`, `other ${races}`);
    };
    expect(await run(bucket, object)).toMatchObject({ copiedTo: { key: `${bucket}/raced.txt` } });
    expect(copiesOf(bucket, 'raced.txt')[0]?.etag).toBe(object.etag);
  });

  it('gives up for now where it never stops changing', async () => {
    const object = await put(bucket, 'restless.txt', 'all is well');
    let races = 0;
    onRequest = async (operation) => {
      if (operation !== 'CopyObject') return;
      races += 1;
      await s3.seed('clean', `${bucket}/restless.txt`, `other ${races}`);
    };
    await expect(run(bucket, object)).rejects.toMatchObject({ name: 'StorageUnavailable' });
  });

  it('says which bucket there is none of', async () => {
    const object = await put(bucket, 'nowhere.txt', 'all is well');
    const nowhere = run(bucket, object, { copyTo: { bucket: 'nowhere', prefix: '' } });
    await expect(nowhere).rejects.toMatchObject({
      name: 'InvalidConfiguration',
      message: 'onClean.copyTo: there is no bucket nowhere',
    });
  });
});

it('copies a newer version that is CLEAN too in place of its own', async () => {
  const older = await put('versioned', 'newest.txt', 'older');
  const newer = await put('versioned', 'newest.txt', 'newer');
  await put('versioned', 'newest.txt', 'newest, and malware', { 'scan-status': 'INFECTED' });
  s3.buckets.delete('versioned', 'newest.txt');
  expect(await run('versioned', older)).toEqual(NOT_COPIED);
  expect(copiesOf('versioned', 'newest.txt').map(({ etag }) => etag)).toEqual([newer.etag]);
  expect(await run('versioned', newer)).toMatchObject({ copiedTo: { key: 'versioned/newest.txt' } });
});

it('leaves it to the new content where content or a version took its place', async () => {
  const object = await put('plain', 'over.txt', 'all is well');
  await put('plain', 'over.txt', 'other content');
  await expect(run('plain', object)).rejects.toMatchObject({ name: 'ObjectReplaced' });
  const again = await put('plain', 'over.txt', 'all is well');
  const bucket = s3.buckets.bucket('plain');
  bucket.versioning = 'enabled';
  await put('plain', 'over.txt', 'all is well');
  await expect(run('plain', again)).rejects.toMatchObject({ name: 'ObjectReplaced' });
  bucket.versioning = 'off';
});

it('copies nothing under headers that nobody has judged', async () => {
  const object = await put('plain', 'page.txt', 'all is well');
  const verdict = { ...CLEAN, headers: 'of another upload of the same bytes' };
  await expect(run('plain', object, { verdict })).rejects.toMatchObject({ name: 'ObjectReplaced' });
});

it('takes along the headers that it saw, whatever is uploaded before S3 copies', async () => {
  const { ETag = '' } = await client.send(
    new PutObjectCommand({
      Bucket: 'plain',
      Key: 'html.txt',
      Body: 'text',
      ContentType: 'text/plain',
      Tagging: 'scan-status=CLEAN',
    }),
  );
  let swapped = false;
  onRequest = async (operation) => {
    if (swapped || operation !== 'CopyObject') return;
    swapped = true;
    await s3.seed('plain', 'html.txt', 'text', { contentType: 'text/html' });
  };
  const object = { key: 'html.txt', size: 4, etag: ETag };
  await run('plain', object).catch(() => undefined);
  const { ContentType } = await client.send(new GetObjectCommand({ Bucket: 'clean', Key: 'plain/html.txt' }));
  expect(ContentType).toBe('text/plain');
});

it('an upload in parts is copied as one, and found again', async () => {
  const object = await put('versioned', 'parts.txt', 'all is well');
  const stored = s3.buckets.get('versioned', 'parts.txt');
  Object.assign(stored, { etag: `${object.etag}-2` });
  const parts = { ...object, etag: `${object.etag}-2` };
  const outcome = await run('versioned', parts);
  expect(copiesOf('versioned', 'parts.txt')).toMatchObject([{ etag: object.etag }]);
  expect(await run('versioned', parts)).toEqual(outcome);
  expect(copiesOf('versioned', 'parts.txt')).toHaveLength(1);
});

it.each([...new Set([...ODD_KEYS, ...HOSTILE_KEYS])])(
  'the key %j is copied, or there is no room for the prefix',
  async (key) => {
    const object = await put('versioned', key, 'all is well');
    const room = Buffer.byteLength(`versioned/${key}`) <= 1024;
    if (room) {
      expect(await run('versioned', object)).toMatchObject({ copiedTo: { key: `versioned/${key}` } });
      expect(copiesOf('versioned', key)).toHaveLength(1);
    } else {
      await expect(run('versioned', object)).rejects.toMatchObject({ name: 'CopyRefused', transient: false });
    }
    const unprefixed = await run('versioned', object, { copyTo: { bucket: 'clean' } });
    expect(unprefixed).toMatchObject({ copiedTo: { key } });
  },
);
