import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createObjectStore } from '../../functions/adapters/aws/object-store.ts';
import type { ObjectReference } from '../../functions/domain/object-reference.ts';
import { ODD_KEYS } from '../support/odd-keys.ts';
import { clientOf, createBucket, environmentOf, setVersioning, userNamed } from './gateway.ts';
import { put, remove, tagsOf } from './objects.ts';

/** With the SDK's own defaults, checksums included: the pipeline's requests do not need them disabled. */
const store = createObjectStore(environmentOf());
const s3 = clientOf();
let plain: string;
let versioned: string;

beforeAll(async () => {
  [plain, versioned] = await Promise.all([createBucket(s3, 'off'), createBucket(s3, 'enabled')]);
});
afterAll(() => s3.destroy());

const text = async (bytes: Promise<Uint8Array>) => Buffer.from(await bytes).toString();

const READS: readonly (readonly [string, (object: ObjectReference) => Promise<unknown>])[] = [
  ['GetObject', (object) => store.readRange(object, 0, 3)],
  ['HeadObject', (object) => store.head(object)],
  ['GetObjectTagging', (object) => store.readTags(object)],
];

describe('reading', () => {
  it('gives the bytes of a range, both ends included', async () => {
    const object = await put(s3, plain, 'a.txt', '0123456789');
    expect(await text(store.readRange(object, 0, 9))).toBe('0123456789');
    expect(await text(store.readRange(object, 3, 5))).toBe('345');
    expect(await text(store.readRange(object, 9, 9))).toBe('9');
  });

  it('reads the version it is about, whatever came after', async () => {
    const first = await put(s3, versioned, 'v.txt', 'first');
    await put(s3, versioned, 'v.txt', 'second');
    expect(await text(store.readRange(first, 0, 4))).toBe('first');
    await remove(s3, { bucket: versioned, key: 'v.txt' });
    expect(await text(store.readRange(first, 0, 4))).toBe('first');
  });

  it('never takes other content for that of the reference: If-Match', async () => {
    const object = await put(s3, plain, 'replaced.txt', 'before');
    await put(s3, plain, 'replaced.txt', 'after!');
    await expect(store.readRange(object, 0, 5)).rejects.toMatchObject({ name: 'ObjectReplaced' });
  });

  it.each(READS)('calls what is not there gone: %s', async (_, read) => {
    const object = await put(s3, plain, 'gone.txt', 'gone');
    await remove(s3, object);
    await expect(read(object)).rejects.toMatchObject({ name: 'ObjectGone' });
  });

  it.each(READS)('calls a delete marker gone: %s', async (_, read) => {
    const { versionId: __, ...object } = await put(s3, versioned, 'marked.txt', 'marked');
    await remove(s3, object);
    await expect(read(object)).rejects.toMatchObject({ name: 'ObjectGone' });
  });

  it.each(READS)('calls a lost version gone: %s', async (_, read) => {
    const object = await put(s3, versioned, 'version.txt', 'version');
    await put(s3, versioned, 'version.txt', 'newer');
    await remove(s3, object);
    await expect(read(object)).rejects.toMatchObject({ name: 'ObjectGone' });
  });

  it.each(READS)('calls what a policy denies AccessDenied: %s', async (_, read) => {
    const bucket = await createBucket(s3, 'off');
    const object = await put(s3, bucket, 'denied.txt', 'denied');
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: [userNamed('pipeline').arn] },
          Action: 's3:GetObject*',
          Resource: `arn:aws:s3:::${bucket}/*`,
        },
      ],
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    await expect(read(object)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('calls what belongs to somebody else AccessDenied', async () => {
    const object = await put(s3, plain, 'mine.txt', 'mine');
    const readers = createObjectStore(environmentOf('reader'));
    await expect(readers.readRange(object, 0, 3)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(readers.head(object)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(readers.writeTags(object, { 'scan-status': 'CLEAN' })).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('head', () => {
  it('says what the key holds now', async () => {
    const { versionId: _, ...unversioned } = await put(s3, versioned, 'now.txt', 'old');
    const newer = await put(s3, versioned, 'now.txt', 'newer');
    const current = await store.head(unversioned);
    expect(current).toEqual({
      ...newer,
      lastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.000Z$/),
      headers: expect.any(Object),
    });
  });

  it('names no version where content can be overwritten in place', async () => {
    expect(await store.head(await put(s3, plain, 'plain.txt', 'x'))).not.toHaveProperty('versionId');
    const suspended = await createBucket(s3, 'enabled');
    await setVersioning(s3, suspended, 'suspended');
    expect(await store.head(await put(s3, suspended, 'null.txt', 'x'))).not.toHaveProperty('versionId');
  });
});

describe('tags', () => {
  it('come along with a put, are replaced as a set, and may be none', async () => {
    const object = await put(s3, plain, 'tags.txt', 'x', { project: 'a', 'scan-status': 'CLEAN' });
    expect(await store.readTags(object)).toEqual({ project: 'a', 'scan-status': 'CLEAN' });
    await store.writeTags(object, { project: 'ü + =@', empty: '' });
    expect(await store.readTags(object)).toEqual({ project: 'ü + =@', empty: '' });
    await store.writeTags(object, {});
    expect(await store.readTags(object)).toEqual({});
  });

  it('do not outlive an overwrite', async () => {
    const object = await put(s3, plain, 'overwritten.txt', 'x', { 'scan-status': 'CLEAN' });
    await put(s3, plain, 'overwritten.txt', 'y');
    expect(await store.readTags(object)).toEqual({});
  });

  it('go to the version they are about', async () => {
    const first = await put(s3, versioned, 'tagged.txt', 'first');
    const second = await put(s3, versioned, 'tagged.txt', 'second');
    await store.writeTags(first, { which: 'first' });
    expect(await store.readTags(first)).toEqual({ which: 'first' });
    expect(await store.readTags(second)).toEqual({});
    await remove(s3, { bucket: versioned, key: 'tagged.txt' });
    await store.writeTags(first, { which: 'hidden' });
    expect(await store.readTags(first)).toEqual({ which: 'hidden' });
  });

  it('change neither ETag nor Last-Modified', async () => {
    const object = await put(s3, plain, 'stable.txt', 'x');
    const before = await store.head(object);
    await store.writeTags(object, { any: 'thing' });
    expect(await store.head(object)).toEqual(before);
  });

  it('are refused as InvalidInput when there are more than ten', async () => {
    const object = await put(s3, plain, 'eleven.txt', 'x');
    const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`tag-${index}`, '']));
    await expect(store.writeTags(object, eleven)).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});

describe.each(ODD_KEYS)('the key %j', (key) => {
  it.each(['off', 'enabled'])('is its own object where versioning is %s', async (versioning) => {
    const bucket = versioning === 'off' ? plain : versioned;
    const object = await put(s3, bucket, key, `content of ${key}`);
    expect(await text(store.readRange(object, 0, object.size - 1))).toBe(`content of ${key}`);
    expect(await store.head(object)).toMatchObject({ key, size: object.size });
    await store.writeTags(object, { mine: 'yes' });
    expect(await tagsOf(s3, object)).toEqual({ mine: 'yes' });
  });
});
