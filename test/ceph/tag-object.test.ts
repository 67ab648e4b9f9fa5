import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { createObjectStore } from '../../functions/adapters/aws/object-store.ts';
import { sha256 } from '../../functions/adapters/process/digest.ts';
import { digestOfHeaders } from '../../functions/domain/confirmed-verdict.ts';
import { airlock } from '../../functions/domain/dialects/airlock.ts';
import { type ObjectReference, toEventObject } from '../../functions/domain/object-reference.ts';
import type { ObjectStore, StoredHeaders } from '../../functions/domain/ports.ts';
import type { Verdict } from '../../functions/domain/verdict.ts';
import { create, tagObject } from '../../functions/handlers/tag-object.ts';
import { clientOf, createBucket, environmentOf, setVersioning } from './gateway.ts';
import { put, remove, setTags, tagsOf } from './objects.ts';

const CLEAN: Verdict = {
  status: 'CLEAN',
  finding: null,
  type: 'text/plain',
  definitions: '27000',
  activeContent: [],
  scanTime: '2026-01-01T00:00:00.000Z',
};
const INFECTED: Verdict = { ...CLEAN, status: 'INFECTED', finding: 'Win.Test.EICAR_HDB-1' };
const CLEAN_TAGS = Object.fromEntries(airlock.tags(CLEAN));
const INFECTED_TAGS = Object.fromEntries(airlock.tags(INFECTED));

const store = createObjectStore(environmentOf());
const handler = create({ ...environmentOf(), DIALECT: 'airlock' });
const s3 = clientOf();
afterAll(() => s3.destroy());

const input = (object: ObjectReference, verdict: Verdict) => ({
  bucket: object.bucket,
  object: toEventObject(object),
  verdict,
});
const tag = (object: ObjectReference, verdict = CLEAN) => handler(input(object, verdict), {} as Context);

/** The handler, with an action just before its n-th call of a method. */
function tagInterrupted(
  object: ObjectReference,
  call: keyof ObjectStore,
  nth: number,
  happens: () => Promise<unknown>,
) {
  let calls = 0;
  const interrupting =
    <Args extends unknown[], Result>(name: keyof ObjectStore, method: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (name === call) calls += 1;
      if (name === call && calls === nth) await happens();
      return method(...args);
    };
  const interrupted: ObjectStore = {
    ...store,
    head: interrupting('head', store.head),
    readTags: interrupting('readTags', store.readTags),
    writeTags: interrupting('writeTags', store.writeTags),
  };
  return tagObject(interrupted, airlock)(input(object, CLEAN), {} as Context);
}

describe('in a versioned bucket', () => {
  let bucket: string;
  beforeAll(async () => {
    bucket = await createBucket(s3, 'enabled');
  });

  it('tags that version, keeps its owner’s tags, and leaves a newer one alone', async () => {
    const object = await put(s3, bucket, 'report.txt', 'old', { project: 'x' });
    const newer = await put(s3, bucket, 'report.txt', 'new');
    expect(await tag(object)).toEqual({ tagged: true, action: 'tag' });
    expect(await tagsOf(s3, object)).toEqual({ project: 'x', ...CLEAN_TAGS });
    expect(await tagsOf(s3, newer)).toEqual({});
  });

  it('tags a version that a delete marker hides', async () => {
    const object = await put(s3, bucket, 'hidden', 'hidden');
    await remove(s3, { bucket, key: 'hidden' });
    await tag(object, INFECTED);
    expect(await tagsOf(s3, object)).toEqual(INFECTED_TAGS);
  });

  it.each(['readTags', 'writeTags'] as const)('says ObjectGone when the version goes before %s', async (call) => {
    const object = await put(s3, bucket, `gone-${call}`, 'gone');
    const tagging = tagInterrupted(object, call, 1, () => remove(s3, object));
    await expect(tagging).rejects.toMatchObject({ name: 'ObjectGone' });
  });

  it('leaves an owner’s ten tags as they are', async () => {
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`owner-${index}`, 'x']));
    const object = await put(s3, bucket, 'full', 'full', ten);
    expect(await tag(object)).toEqual({ tagged: false, action: 'none' });
    expect(await tagsOf(s3, object)).toEqual(ten);
  });
});

describe.each(['off', 'suspended'] as const)('where versioning is %s', (versioning) => {
  let bucket: string;
  beforeAll(async () => {
    bucket = await createBucket(s3, versioning === 'off' ? 'off' : 'enabled');
    if (versioning === 'suspended') await setVersioning(s3, bucket, 'suspended');
  });

  it('tags, keeps the owner’s tags, and says the same the second time', async () => {
    const object = await put(s3, bucket, 'same', 'same', { project: 'x' });
    expect(await tag(object)).toEqual({ tagged: true, action: 'tag' });
    expect(await tag(object)).toEqual({ tagged: true, action: 'tag' });
    expect(await tagsOf(s3, object)).toEqual({ project: 'x', ...CLEAN_TAGS });
  });

  it('writes no CLEAN on the same bytes with other headers', async () => {
    const store = async (ContentType: string, ContentDisposition?: string) => {
      const [Key, Body] = ['headers', 'same'];
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType, ContentDisposition }));
    };
    const object = await put(s3, bucket, 'headers', 'same');
    await store('text/plain', "inline; filename*=UTF-8''%C3%A4.txt");
    const judged = Promise.withResolvers<StoredHeaders>();
    await createObjectStore(environmentOf()).readRange(object, 0, 0, judged.resolve);
    const verdict = { ...CLEAN, headers: digestOfHeaders(await judged.promise, sha256) };
    expect(await tag(object, verdict)).toEqual({ tagged: true, action: 'tag' });
    await store('text/html');
    await expect(tag(object, verdict)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(await tagsOf(s3, object)).toEqual({});
  });

  it('writes nothing on content that came before it could tag', async () => {
    const object = await put(s3, bucket, 'before', 'scanned');
    await put(s3, bucket, 'before', 'replaced', { project: 'new' });
    await expect(tag(object)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(await tagsOf(s3, object)).toEqual({ project: 'new' });
  });

  it('takes its tag back from content that came while it tagged', async () => {
    const object = await put(s3, bucket, 'while', 'scanned');
    const tagging = tagInterrupted(object, 'writeTags', 1, () => put(s3, bucket, 'while', 'other', { project: 'new' }));
    await expect(tagging).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(await tagsOf(s3, object)).not.toHaveProperty('scan-status');
  });

  it('leaves what another execution has said of the new content meanwhile', async () => {
    const object = await put(s3, bucket, 'meanwhile', 'scanned');
    const tagging = tagInterrupted(object, 'head', 2, async () => {
      await put(s3, bucket, 'meanwhile', 'replaced');
      await setTags(s3, object, INFECTED_TAGS);
    });
    await expect(tagging).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(await tagsOf(s3, object)).toEqual(INFECTED_TAGS);
  });

  it.each([
    ['readTags', 1],
    ['head', 1],
    ['writeTags', 1],
    ['head', 2],
  ] as const)('says ObjectGone when deleted before %s %i', async (call, nth) => {
    const object = await put(s3, bucket, `gone-${call}-${nth}`, 'gone');
    const tagging = tagInterrupted(object, call, nth, () => remove(s3, { bucket, key: object.key }));
    await expect(tagging).rejects.toMatchObject({ name: 'ObjectGone' });
  });
});
