import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pdf } from '../../local/samples.ts';
import { Airlock, leftovers, SCANNED, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/** Deleted before the pipeline had finished: succeeds, no notification, no alarm goes off. */
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start();
});
afterEach(() => {
  airlock.beforeInvocation(undefined);
  expect(airlock.temporaryFiles()).toEqual([]);
  expect(airlock.alarms()).toEqual([]);
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const STEPS = [
  ['check-file-type', [...SCANNED.slice(0, 1), 'Object Gone']],
  ['scan-object', [...SCANNED.slice(0, 3), 'Object Gone']],
  ['tag-object', [...SCANNED.slice(0, 4), 'Object Gone']],
] as const;

async function uploadAndMeddle(task: string, key: string, bucket: string, versionToo: boolean) {
  const uploaded = Promise.withResolvers<{ versionId: string | undefined }>();
  airlock.meddleBefore(task, key, async () => {
    const { versionId } = await uploaded.promise;
    await airlock.delete({ bucket, key, versionId: versionToo ? versionId : undefined });
  });
  const upload = await airlock.begin(key, pdf(), { bucket });
  uploaded.resolve(upload);
  return airlock.outcome(upload);
}

describe.each(STEPS)('gone before %s', (task, states) => {
  it.each([
    ['deleted where there are no versions', UNVERSIONED, false],
    ['its version deleted for good', VERSIONED, true],
  ])('%s', async (_, bucket, versionToo) => {
    const { result, tags, messages, events } = await uploadAndMeddle(task, `${task}.pdf`, bucket, versionToo);
    expect(result).toMatchObject({ status: 'SUCCEEDED', states, retries: {} });
    expect([tags, messages, events]).toEqual([null, [], []]);
  });

  it('hidden behind a delete marker, the version is there still and gets its verdict', async () => {
    const { result, tags, messages } = await uploadAndMeddle(task, `${task}.pdf`, VERSIONED, false);
    expect(result).toMatchObject({ status: 'SUCCEEDED', retries: {} });
    expect(result.states.at(-1)).toBe('Notify');
    expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
    expect(messages).toMatchObject([{ body: { status: 'CLEAN', tagged: true } }]);
  });
});

it('replaced, and the replacement deleted before it is looked for', async () => {
  const key = 'twice.pdf';
  airlock.beforeInvocation(async ({ task }) => {
    if (task === 'check-file-type') await airlock.pipeline.s3.seed(UNVERSIONED, key, 'other content');
    if (task === 'find-current-object') await airlock.delete({ bucket: UNVERSIONED, key, versionId: undefined });
  });
  const { result, messages } = await airlock.upload(key, pdf(), { bucket: UNVERSIONED });
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    states: ['Check File Type', 'Find Current Object', 'Object Gone'],
  });
  expect(messages).toEqual([]);
});

it('gone when only the error is left to tag', async () => {
  const key = 'error.pdf';
  airlock.beforeInvocation(async ({ task }) => {
    if (task === 'scan-object') throw Object.assign(new Error('no retry helps'), { name: 'AccessDenied' });
    if (task === 'tag-object') await airlock.delete({ bucket: UNVERSIONED, key, versionId: undefined });
  });
  const { result, messages } = await airlock.upload(key, pdf(), { bucket: UNVERSIONED });
  expect(result.status).toBe('SUCCEEDED');
  expect(result.states.slice(-4)).toEqual(['Scan Object', 'Give Up', 'Tag Object As Error', 'Object Gone']);
  expect(messages).toEqual([]);
});
