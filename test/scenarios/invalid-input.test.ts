import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Airlock, leftovers, SCANNED, VERSIONED } from '../support/airlock.ts';

/** Input that is not an upload with its policy fails with that error, and the alarm goes off. */
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start();
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const older = { maxObjectBytes: 1000, allowedTypes: ['*'], onInfected: 'tag' };
const policy = { ...older, maxWaitSeconds: 3600 };
const object = { key: 'a.txt', size: 3, etag: 'e' };
const detail = { bucket: { name: VERSIONED }, object };

async function fail(input: unknown) {
  const [machine] = airlock.pipeline.stack.ofType('AWS::StepFunctions::StateMachine');
  const { result } = airlock.pipeline.start(machine?.arn ?? '', input);
  return { result: await result, ...airlock.toldBy((await result).arn) };
}

describe('that names no object, or has no policy', () => {
  it.each([
    ['nothing', {}],
    ['the records of an SNS or SQS notification', { Records: [{ s3: { bucket: { name: VERSIONED }, object } }] }],
    ['the bare event, without its policy', { detail }],
    ['an empty policy', { detail, policy: {} }],
    ['an event of another kind', { detail: { name: 'build finished' }, policy }],
    ['no bucket', { detail: { object }, policy }],
    ['no key', { detail: { ...detail, object: { size: 3, etag: 'e' } }, policy }],
    ['no ETag', { detail: { ...detail, object: { key: 'a', size: 3 } }, policy }],
    ['no size, as deletions have none', { detail: { ...detail, object: { key: 'a', etag: 'e' } }, policy }],
    ['a size in words', { detail: { ...detail, object: { ...object, size: 'three' } }, policy }],
    ['a limit in words', { detail, policy: { ...policy, maxObjectBytes: 'ten' } }],
    ['a wait in words', { detail, policy: { ...policy, maxWaitSeconds: 'long' } }],
    ['a key that is a number', { detail: { ...detail, object: { ...object, key: 7 } }, policy }],
    ['an ETag that is null', { detail: { ...detail, object: { ...object, etag: null } }, policy }],
    ['a bucket that is a list', { detail: { ...detail, bucket: { name: [] } }, policy }],
  ])('%s', async (_, input) => {
    const { result, messages } = await fail(input);
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'InvalidInput',
      states: ['Check File Type', 'Check Input', 'Invalid Input'],
      cause: expect.stringContaining('detail'),
    });
    expect(messages).toEqual([]);
  });
});

// A Catch can keep the error in an object only; EventBridge sends nothing else.
it.each([
  ['null', null],
  ['a list', []],
  ['text', 'hello'],
])('%s fails as well', async (_, input) => {
  const { result, messages } = await fail(input);
  expect(result).toMatchObject({ status: 'FAILED', states: ['Check File Type'] });
  expect(messages).toEqual([]);
});

describe('told by the first Task', () => {
  it.each([
    ['a size below nothing', { ...object, size: -1 }],
    ['half a byte', { ...object, size: 0.5 }],
    ['an empty key', { ...object, key: '' }],
  ])('%s', async (_, odd) => {
    const { result, messages } = await fail({ detail: { ...detail, object: odd }, policy });
    expect(result).toMatchObject({ status: 'FAILED', error: 'InvalidInput', retries: {} });
    expect(result.states).toEqual([
      'Check File Type',
      'Check Input',
      'Give Up',
      'Tag Object As Error',
      'Not Tagged',
      'Notify Of Error',
      'Scan Failed',
    ]);
    expect(messages).toEqual([]);
  });

  it.each([
    ['an unknown rule in the policy', { ...policy, maxObjectByte: 1 }],
    ['no allowlist', { maxObjectBytes: 1000, onInfected: 'tag', maxWaitSeconds: 3600 }],
  ])('%s: the object gets an outcome all the same', async (_, odd) => {
    const { upload } = await airlock.upload('policy.txt', 'all is well');
    const { result, messages } = await fail({ ...(upload.execution.input as object), policy: odd });
    expect(result).toMatchObject({ status: 'FAILED', error: 'InvalidInput', retries: {} });
    expect(result.states.slice(0, 4)).toEqual(['Check File Type', 'Check Input', 'Give Up', 'Tag Object As Error']);
    expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'ERROR', 'scan-finding': 'InvalidInput' });
    expect(messages).toMatchObject([{ body: { status: 'ERROR', finding: 'InvalidInput' } }]);
  });
});

it('an object that never was is gone', async () => {
  const { result } = await fail({ detail, policy });
  expect(result).toMatchObject({ status: 'SUCCEEDED', states: ['Check File Type', 'Object Gone'] });
});

it('a policy of an older version waits as long as it does by default', async () => {
  const { upload } = await airlock.upload('older.txt', 'all is well');
  const input = { ...(upload.execution.input as object), policy: older };
  const { result } = await fail(input);
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    states: ['Check File Type', 'Scan Needed', 'Set Wait', ...SCANNED.slice(1)],
  });
});

it('the alarm on failed executions has rung, once', () => {
  expect(airlock.pipeline.alarms.rung()).toEqual([expect.stringMatching(/ScansFailed/)]);
  expect(airlock.alarms()).toEqual([expect.stringMatching(/^Executions failed:/)]);
});

describe('an upload whose execution cannot be started', () => {
  it('lies in the dead-letter queue, whole, and its alarm goes off', async () => {
    const [rule] = airlock.pipeline.stack.ofType('AWS::Events::Rule');
    const [target] = rule?.properties.Targets ?? [];
    const { Arn } = target;
    target.Arn = `${Arn}-deleted`;
    await expect(airlock.upload('undelivered.txt', 'all is well')).rejects.toThrow('no execution was started');
    target.Arn = Arn;

    const [queue] = airlock.pipeline.stack.ofType('AWS::SQS::Queue');
    const ready = airlock.pipeline.queues.byArn(queue?.arn ?? '')?.messages() ?? [];
    expect(ready.map(({ body }) => JSON.parse(body))).toEqual([
      expect.objectContaining({
        source: 'aws.s3',
        'detail-type': 'Object Created',
        detail: expect.objectContaining({ object: expect.objectContaining({ key: 'undelivered.txt' }) }),
      }),
    ]);
    expect(airlock.alarms().at(-1)).toMatch(/^Uploads are in the dead-letter queue/);
    expect(await airlock.tags({ bucket: VERSIONED, key: 'undelivered.txt', versionId: undefined })).toEqual({});
  });

  it('the next one is scanned as ever', async () => {
    expect((await airlock.upload('next.txt', 'all is well')).tags).toMatchObject({ 'scan-status': 'CLEAN' });
  });
});
