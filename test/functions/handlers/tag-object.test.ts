import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { Buckets } from '../../../emulator/s3/buckets.ts';
import { airlock } from '../../../functions/domain/dialects/airlock.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';
import { tagObject } from '../../../functions/handlers/tag-object.ts';
import { etagOf, inProcessStore } from '../../support/in-process-store.ts';

const CLEAN: Verdict = {
  status: 'CLEAN',
  finding: null,
  type: 'text/plain',
  definitions: '27000',
  activeContent: [],
  scanTime: '2026-01-01T00:00:00.000Z',
};

let buckets: Buckets<string>;

beforeEach(() => {
  buckets = new Buckets<string>();
  buckets.createBucket('uploads', { versioning: 'off' });
});

const nothing = async () => undefined;
const tag = (object: object) =>
  tagObject(inProcessStore(buckets, nothing, nothing), airlock)(
    { bucket: 'uploads', object, verdict: CLEAN },
    {} as Context,
  );

function put(content: string, tags = {}) {
  const { size, etag } = buckets.put('uploads', 'report.txt', {
    body: content,
    size: content.length,
    etag: etagOf(content),
    tags,
  });
  return { key: 'report.txt', size, etag };
}

const tags = () => buckets.tagged('uploads', 'report.txt', undefined, 'GET').tags;

it('writes the verdict beside the owner’s tags', async () => {
  expect(await tag(put('scanned', { project: 'x' }))).toEqual({ tagged: true, action: 'tag' });
  expect(tags()).toEqual({ project: 'x', ...Object.fromEntries(airlock.tags(CLEAN)) });
});

it('says so when the owner’s tags leave no room', async () => {
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`owner-${index}`, 'x']));
  expect(await tag(put('full', ten))).toEqual({ tagged: false, action: 'none' });
  expect(tags()).toEqual(ten);
});

it('throws by name when the key holds other content', async () => {
  const object = put('scanned');
  put('replaced');
  await expect(tag(object)).rejects.toMatchObject({ name: 'ObjectReplaced' });
});

it('compares ETags without their quotes', async () => {
  const object = put('quoted');
  expect(await tag({ ...object, etag: `"${object.etag}"` })).toEqual({ tagged: true, action: 'tag' });
});

it('tells the verdict where it is another than that of the payload', async () => {
  const attributes = {
    storageClass: 'STANDARD',
    headers: { 'x-amz-website-redirect-location': '/x' },
    customerKeyMd5: undefined,
  };
  const { size, etag } = buckets.put('uploads', 'report.txt', { body: '', size: 0, etag: etagOf(''), attributes });
  const verdict = { ...CLEAN, status: 'REJECTED', finding: 'website-redirect' };
  expect(await tag({ key: 'report.txt', size, etag })).toEqual({ tagged: true, action: 'tag', verdict });
});

it('takes only its own payload', async () => {
  await expect(tag({ key: '', size: 1, etag: 'e' })).rejects.toMatchObject({ name: 'InvalidInput' });
});

describe.each([
  ['has room for its tag', 3, 'InfectedTagged'],
  ['has none', 10, 'InfectedNotTagged'],
])('malware that %s', (_, owners, name) => {
  const infected: Verdict = { ...CLEAN, status: 'INFECTED', finding: 'Eicar' };
  const given = (object: object, verdict: Verdict, onInfected?: string) =>
    tagObject(inProcessStore(buckets, nothing, nothing), airlock)(
      { bucket: 'uploads', object, verdict, ...(onInfected && { onInfected }) },
      {} as Context,
    );
  const full = () => put('malware', Object.fromEntries(Array.from({ length: owners }, (_, n) => [`owner-${n}`, 'x'])));

  it.each(['quarantine', 'delete'])(
    'is tagged first, then says that %s is due, as often as it is asked',
    async (action) => {
      const object = full();
      for (const _ of [1, 2]) {
        await expect(given(object, infected, action)).rejects.toMatchObject({ name });
        expect(tags()['scan-status']).toBe(owners < 10 ? 'INFECTED' : undefined);
      }
    },
  );

  it('is an answer like others where a tag is all, or where an older version has a Choice', async () => {
    const tagged = owners < 10;
    const answer = { tagged, action: tagged ? 'tag' : 'none' };
    expect(await given(full(), infected, 'tag')).toEqual(answer);
    expect(await given(full(), infected)).toEqual(answer);
  });

  it('is looked for in copies where clean objects are copied', async () => {
    const policy = {
      maxObjectBytes: 1,
      allowedTypes: ['*'],
      onInfected: 'tag',
      onClean: { copyTo: { bucket: 'clean' } },
    };
    const run = tagObject(inProcessStore(buckets, nothing, nothing), airlock);
    const input = { bucket: 'uploads', object: full(), verdict: infected, policy };
    await expect(run(input, {} as Context)).rejects.toMatchObject({ name });
  });

  it('and nothing else is moved or deleted', async () => {
    for (const status of ['UNSCANNABLE', 'REJECTED', 'ERROR'] as const) {
      expect(await given(full(), { ...infected, status }, 'delete')).toMatchObject({ tagged: owners < 10 });
    }
  });
});

describe('where clean objects are copied', () => {
  const policy = {
    maxObjectBytes: 1,
    allowedTypes: ['*'],
    onInfected: 'delete',
    onClean: { copyTo: { bucket: 'clean' } },
  };
  const given = (object: object, verdict: Verdict) =>
    tagObject(inProcessStore(buckets, nothing, nothing), airlock)(
      { bucket: 'uploads', object, verdict, policy },
      {} as Context,
    );

  it('what is CLEAN is tagged first, then says that a copy is due', async () => {
    await expect(given(put('well'), CLEAN)).rejects.toMatchObject({ name: 'CleanTagged' });
    expect(tags()['scan-status']).toBe('CLEAN');
  });

  it('nothing is due for what has no room for its tag, or is not CLEAN', async () => {
    const owners = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`owner-${n}`, 'x']));
    expect(await given(put('well', owners), CLEAN)).toEqual({ tagged: false, action: 'none' });
    for (const status of ['UNSCANNABLE', 'REJECTED', 'ERROR'] as const) {
      expect(await given(put('not so'), { ...CLEAN, status })).toMatchObject({ tagged: true, action: 'tag' });
    }
  });

  it('nothing is due for what S3 shows to be no CLEAN object', async () => {
    const headers = { 'x-amz-website-redirect-location': '/x' };
    const attributes = { storageClass: 'STANDARD', headers, customerKeyMd5: undefined };
    const { size, etag } = buckets.put('uploads', 'report.txt', { body: '', size: 0, etag: etagOf(''), attributes });
    const empty = { ...CLEAN, definitions: null };
    expect(await given({ key: 'report.txt', size, etag }, empty)).toMatchObject({ verdict: { status: 'REJECTED' } });
  });
});
