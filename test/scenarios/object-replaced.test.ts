import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar, pdf } from '../../local/samples.ts';
import { Airlock, leftovers, SCANNED, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/* Overwritten at every step, in both directions: each content gets the verdict of its own bytes. */
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start();
});
afterEach(() => {
  airlock.beforeInvocation(undefined);
  airlock.beforeRequest(undefined);
  expect(airlock.temporaryFiles()).toEqual([]);
  expect(airlock.alarms()).toEqual([]);
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const clean = { content: pdf(), status: 'CLEAN' };
const infected = { content: eicar(), status: 'INFECTED' };
const empty = { content: Buffer.alloc(0), status: 'CLEAN' };
const UNTIL: Readonly<Record<string, readonly string[]>> = {
  'check-file-type': SCANNED.slice(0, 1),
  'scan-object': SCANNED.slice(0, 3),
  'tag-object': SCANNED.slice(0, 4),
};

/** The first upload is overwritten with the second before `task` sees it. */
async function overwrite(bucket: string, task: string, first: Buffer, second: Buffer) {
  const key = `${task}.txt`;
  const begun = Promise.withResolvers<Awaited<ReturnType<Airlock['begin']>>>();
  airlock.meddleBefore(task, key, async () => begun.resolve(await airlock.begin(key, second, { bucket })));
  const upload = await airlock.begin(key, first, { bucket });
  const before = await airlock.outcome(upload);
  const after = await airlock.outcome(await begun.promise);
  return { before, after, tags: await airlock.tags(after.upload) };
}

describe.each(Object.keys(UNTIL))('replaced before %s', (task) => {
  it.each([
    ['clean by infected', clean, infected],
    ['infected by clean', infected, clean],
  ])('%s, without versions: the execution begins again with what is there', async (_, first, second) => {
    // Named so that either content may be a .txt.
    const one = first === clean ? Buffer.from('all is well') : first.content;
    const two = second === clean ? Buffer.from('all is well') : second.content;
    const { before, after, tags } = await overwrite(UNVERSIONED, task, one, two);
    expect(before.result).toMatchObject({
      status: 'SUCCEEDED',
      states: [...(UNTIL[task] ?? []), 'Find Current Object', ...SCANNED],
      retries: {},
    });
    expect(after.result).toMatchObject({ status: 'SUCCEEDED', states: SCANNED });
    expect(tags).toMatchObject({ 'scan-status': second.status });
    for (const { messages } of [before, after]) {
      expect(messages).toMatchObject([{ body: { status: second.status, etag: after.upload.etag } }]);
    }
  });

  it.each([
    ['clean by infected', clean, infected],
    ['infected by clean', infected, clean],
  ])('%s, with versions: each version has its own', async (_, first, second) => {
    const one = first === clean ? Buffer.from('all is well') : first.content;
    const two = second === clean ? Buffer.from('all is well') : second.content;
    const { before, after } = await overwrite(VERSIONED, task, one, two);
    for (const [outcome, { status }] of [
      [before, first],
      [after, second],
    ] as const) {
      expect(outcome.result).toMatchObject({ status: 'SUCCEEDED', states: SCANNED, retries: {} });
      expect(outcome.tags).toMatchObject({ 'scan-status': status });
      expect(outcome.messages).toMatchObject([
        { body: { status, etag: outcome.upload.etag, version: outcome.upload.versionId } },
      ]);
    }
  });
});

describe.each(['tag-object', 'scan-object'])('replaced by the same bytes as a page before %s', (task) => {
  it.each([
    ['text/plain', 'text/html', 'REJECTED'],
    ['text/html', 'text/plain', 'CLEAN'],
  ])('%s becomes %s: the last verdict is about what is there', async (ContentType, other, status) => {
    const key = `same ${task} ${status}.txt`;
    const bytes = 'all is well';
    // Its own execution is over by then, so that the first one writes last. Of a refused type no scan is made.
    const before = ContentType === 'text/html' ? 'tag-object' : task;
    airlock.meddleBefore(before, key, async () => {
      const { tags } = await airlock.upload(key, bytes, { bucket: UNVERSIONED, ContentType: other });
      expect(tags).toMatchObject({ 'scan-status': status });
    });
    const { tags, result, messages } = await airlock.upload(key, bytes, { bucket: UNVERSIONED, ContentType });
    expect(result.states).toContain('Find Current Object');
    expect(tags).toMatchObject({ 'scan-status': status });
    expect(messages).toMatchObject([{ body: { status } }]);
  });
});

it('replaced by nothing at all: the empty object has its own verdict', async () => {
  const { before, tags } = await overwrite(UNVERSIONED, 'scan-object', infected.content, empty.content);
  expect(before.result.states.slice(-6)).toEqual([
    'Find Current Object',
    'Check File Type',
    'Scan Needed',
    'Empty',
    'Tag Object',
    'Notify',
  ]);
  expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
});

it('replaced between the look at it and the tag: the tag is taken back, owner’s tags stay', async () => {
  const key = 'moment.txt';
  let done = false;
  const begun = Promise.withResolvers<Awaited<ReturnType<Airlock['begin']>>>();
  airlock.beforeRequest(async ({ operation, key: requested }) => {
    if (done || operation !== 'PutObjectTagging' || requested !== key) return;
    done = true;
    begun.resolve(await airlock.begin(key, eicar(), { bucket: UNVERSIONED, Tagging: 'owner=me' }));
  });
  const first = await airlock.upload(key, 'all is well', { bucket: UNVERSIONED, Tagging: 'owner=me' });
  const second = await airlock.outcome(await begun.promise);
  expect(first.result.states).toEqual([...(UNTIL['tag-object'] ?? []), 'Find Current Object', ...SCANNED]);
  expect(first.messages).toMatchObject([{ body: { status: 'INFECTED', etag: second.upload.etag } }]);
  expect(await airlock.tags(second.upload)).toMatchObject({ owner: 'me', 'scan-status': 'INFECTED' });
});

it('replaced when the error is to be tagged: the execution begins again', async () => {
  const key = 'error.txt';
  let failed = false;
  airlock.beforeInvocation(async ({ task, payload }) => {
    const isError = (payload as { verdict?: { status: string } }).verdict?.status === 'ERROR';
    if (task === 'scan-object' && !failed) {
      failed = true;
      throw Object.assign(new Error('no retry helps'), { name: 'AccessDenied' });
    }
    if (task === 'tag-object' && isError) await airlock.pipeline.s3.seed(UNVERSIONED, key, eicar());
  });
  const { result, upload } = await airlock.upload(key, 'all is well', { bucket: UNVERSIONED });
  expect(result.status).toBe('SUCCEEDED');
  expect(result.states.slice(2)).toEqual([
    'Scan Object',
    'Give Up',
    'Tag Object As Error',
    'Find Current Object',
    ...SCANNED,
  ]);
  expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'INFECTED' });
});
