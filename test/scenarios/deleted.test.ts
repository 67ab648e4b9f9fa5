import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar, pdf } from '../../local/samples.ts';
import { OPERATOR } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/** `onInfected: delete`, with the deployed roles and policies. */
const SCANNED = ['Check File Type', 'Scan Needed', 'Scan Object', 'Tag Object'];
const TO_ACT = [...SCANNED, 'Infected', 'Act On Verdict'];
const DELETED = [...TO_ACT, 'Delete Object', 'Notify'];
let airlock: Airlock;

beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: { onInfected: 'delete', buckets: [{ name: VERSIONED }, { name: UNVERSIONED, versioned: false }] },
  });
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

async function versionsOf(Bucket: string, Prefix: string) {
  const command = new ListObjectVersionsCommand({ Bucket, Prefix });
  const { Versions = [], DeleteMarkers = [] } = await airlock.pipeline.client(OPERATOR).send(command);
  return [...Versions, ...DeleteMarkers];
}

describe.each([VERSIONED, UNVERSIONED])('malware in %s', (bucket) => {
  it('is deleted, and reported so', async () => {
    const { result, messages, events } = await airlock.upload('eicar.txt', eicar(), { bucket });
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: DELETED, retries: {} });
    expect(await versionsOf(bucket, 'eicar.txt')).toEqual([]);
    const told = { status: 'INFECTED', action: 'delete', tagged: true };
    expect(messages).toMatchObject([{ body: told }]);
    expect(events).toMatchObject([{ detail: told }]);
  });

  it('leaves what is clean where it is', async () => {
    const { result, tags } = await airlock.upload('clean.pdf', pdf(), { bucket });
    expect(result.states).toEqual([...SCANNED, 'Notify']);
    expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
  });

  it('that its owner deletes first counts as deleted', async () => {
    const key = 'deleted.txt';
    const begun = Promise.withResolvers<{ versionId: string | undefined }>();
    airlock.meddleBefore('delete-object', key, async () => airlock.delete({ bucket, key, ...(await begun.promise) }));
    const upload = await airlock.begin(key, eicar(), { bucket });
    begun.resolve({ versionId: upload.versionId });
    const { result, messages } = await airlock.outcome(upload);
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: DELETED });
    expect(messages).toMatchObject([{ body: { status: 'INFECTED', action: 'delete' } }]);
  });
});

it('content that takes its place is never deleted, and the first is told as tagged only', async () => {
  const key = 'replaced.txt';
  const begun = Promise.withResolvers<Awaited<ReturnType<Airlock['begin']>>>();
  airlock.meddleBefore('delete-object', key, async () =>
    begun.resolve(await airlock.begin(key, 'all is well', { bucket: UNVERSIONED })),
  );
  const first = await airlock.upload(key, eicar(), { bucket: UNVERSIONED });
  const second = await airlock.outcome(await begun.promise);
  expect(first.result).toMatchObject({ status: 'SUCCEEDED', states: DELETED });
  expect(first.messages).toMatchObject([{ body: { status: 'INFECTED', action: 'tag' } }]);
  expect(second.tags).toMatchObject({ 'scan-status': 'CLEAN' });
});

it.each(['suspended', 'enabled'] as const)('is deleted for good where versioning was later %s', async (versioning) => {
  const key = `${versioning}.txt`;
  airlock.meddleBefore('delete-object', key, async () => {
    airlock.pipeline.s3.buckets.bucket(UNVERSIONED).versioning = versioning;
  });
  const { result } = await airlock.upload(key, eicar(), { bucket: UNVERSIONED });
  expect(result).toMatchObject({ status: 'SUCCEEDED', states: DELETED });
  const left = await versionsOf(UNVERSIONED, key);
  expect(left.filter((version) => 'ETag' in version)).toEqual([]);
});
