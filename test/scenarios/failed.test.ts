import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { S3Error } from '../../emulator/s3/errors.ts';
import { Airlock, leftovers, SCANNED, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/*
 * Retries as the ASL has them, counted for every Task and every error it names: one fewer than too many
 * succeeds; too many ends in ERROR on the object, a notification, and a failed execution.
 */
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start();
});
afterEach(() => {
  airlock.beforeInvocation(undefined);
  airlock.beforeRequest(undefined);
  expect(airlock.temporaryFiles()).toEqual([]);
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

interface TaskState {
  readonly Type: string;
  readonly Retry: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts: number }[];
}

const { States } = JSON.parse(
  readFileSync(new URL('../../statemachines/scan-upload.asl.json', import.meta.url), 'utf8'),
) as { States: Record<string, TaskState> };

/** Only for what is infected: action-failed.test.ts. */
const ACTION = ['Quarantine Object', 'Delete Object', 'Notify Of Failed Action'];
/** Only where clean objects are copied: copy-failed.test.ts. */
const COPY = ['Copy Object', 'Copy Object Already Made', 'Notify Of Failed Copy'];
/** As Scan Object, for objects that take seconds to upload: test/statemachines/limits.test.ts, large-object.test.ts. */
const LARGE = 'Scan Large Object';
const RETRIED = Object.entries(States)
  .filter(([state, { Type }]) => Type === 'Task' && ![...ACTION, ...COPY, LARGE].includes(state))
  .flatMap(([state, { Retry }]) =>
    Retry.flatMap(({ ErrorEquals, MaxAttempts }) => ErrorEquals.map((error) => [state, error, MaxAttempts] as const)),
  );

const GIVEN_UP = ['Give Up', 'Tag Object As Error', 'Notify Of Error', 'Scan Failed'];
const UNTIL_GIVING_UP: Readonly<Record<string, readonly string[]>> = {
  'Check File Type': SCANNED.slice(0, 1),
  'Scan Object': SCANNED.slice(0, 3),
  'Tag Object': SCANNED.slice(0, 4),
  'Find Current Object': ['Check File Type', 'Find Current Object'],
};

const named = (name: string) => Object.assign(new Error('scripted'), { name });

/** Fails the first `times` attempts of one state, which the payload identifies. */
function failing(state: string, error: string, times: number) {
  const onErrorPath = / (As|Of) Error$/.test(state);
  const task = state
    .replace(/ (As|Of) Error$/, '')
    .toLowerCase()
    .replaceAll(' ', '-');
  let attempts = 0;
  airlock.beforeInvocation(({ task: invoked, payload }) => {
    const isError = (payload as { verdict?: { status: string } }).verdict?.status === 'ERROR';
    if (onErrorPath && invoked === 'scan-object') throw named('AccessDenied');
    if (state === 'Find Current Object' && invoked === 'check-file-type' && attempts === 0)
      throw named('ObjectReplaced');
    if (invoked !== task || isError !== onErrorPath) return;
    attempts += 1;
    if (attempts <= times) throw named(error);
  });
}

const upload = (state: string) => airlock.upload(`${state}.txt`, 'all is well', { bucket: UNVERSIONED });

describe.each(RETRIED)('%s, failing with %s', (state, error, maxAttempts) => {
  it(`succeeds at retry ${maxAttempts}`, async () => {
    failing(state, error, maxAttempts);
    const { result, tags, messages } = await upload(state);
    expect(result.retries).toEqual({ [state]: maxAttempts });
    const onErrorPath = GIVEN_UP.includes(state);
    expect(result.status).toBe(onErrorPath ? 'FAILED' : 'SUCCEEDED');
    expect(tags).toMatchObject({ 'scan-status': onErrorPath ? 'ERROR' : 'CLEAN' });
    expect(messages).toMatchObject([{ body: { status: onErrorPath ? 'ERROR' : 'CLEAN', tagged: true } }]);
  });

  it('gives up after that, and fails', async () => {
    failing(state, error, Number.POSITIVE_INFINITY);
    const { result, tags, messages, events } = await upload(state);
    expect(result).toMatchObject({ status: 'FAILED', retries: { [state]: maxAttempts } });
    const told = { status: 'ERROR', finding: error, tagged: true };
    switch (state) {
      case 'Notify':
        expect(result).toMatchObject({ error, states: [...SCANNED, 'Notification Failed'] });
        expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
        expect([messages, events]).toEqual([[], []]);
        break;
      case 'Notify Of Error':
        expect(result).toMatchObject({ error: 'AccessDenied' });
        expect(result.states.slice(-4)).toEqual(GIVEN_UP);
        expect(tags).toMatchObject({ 'scan-status': 'ERROR', 'scan-finding': 'AccessDenied' });
        expect([messages, events]).toEqual([[], []]);
        break;
      case 'Tag Object As Error':
        expect(result).toMatchObject({ error: 'AccessDenied' });
        expect(result.states.slice(-5)).toEqual([...GIVEN_UP.slice(0, 2), 'Not Tagged', ...GIVEN_UP.slice(2)]);
        expect(tags).toEqual({});
        expect(messages).toMatchObject([{ body: { ...told, finding: 'AccessDenied', tagged: false, action: 'none' } }]);
        break;
      default:
        expect(result).toMatchObject({ error, states: [...(UNTIL_GIVING_UP[state] ?? []), ...GIVEN_UP] });
        expect(tags).toMatchObject({ 'scan-status': 'ERROR', 'scan-finding': error });
        expect(messages).toMatchObject([{ body: told }]);
        expect(events).toMatchObject([{ detail: told }]);
    }
  });
});

describe('S3 itself failing', () => {
  it('for a moment is retried and forgotten', async () => {
    let faults = 8;
    airlock.beforeRequest(({ operation }) => {
      if (operation === 'PutObject' || faults === 0) return;
      faults -= 1;
      throw new S3Error(500, 'InternalError', 'We encountered an internal error.');
    });
    const { result, tags } = await airlock.upload('moment.txt', 'all is well');
    // Three attempts each are the SDK's own.
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: SCANNED, retries: { 'Check File Type': 2 } });
    expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
  });

  it('for good leaves the object untagged, and everybody is notified', async () => {
    airlock.beforeRequest(({ operation }) => {
      if (/Tagging$|^GetObject$/.test(operation))
        throw new S3Error(500, 'InternalError', 'We encountered an internal error.');
    });
    const upload = await airlock.begin('for-good.txt', 'all is well');
    const result = await upload.execution.result;
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'StorageUnavailable',
      retries: { 'Check File Type': 6, 'Tag Object As Error': 6 },
    });
    expect(airlock.toldBy(result.arn).messages).toMatchObject([
      { body: { status: 'ERROR', finding: 'StorageUnavailable', tagged: false, action: 'none' } },
    ]);
  });

  it('with a refusal is not retried', async () => {
    airlock.beforeRequest(({ operation }) => {
      if (operation === 'GetObject') throw new S3Error(403, 'AccessDenied', 'Access Denied');
    });
    const { result, tags } = await airlock.upload('refused.txt', 'all is well', { bucket: VERSIONED });
    expect(result).toMatchObject({ status: 'FAILED', error: 'AccessDenied', retries: {} });
    expect(tags).toMatchObject({ 'scan-status': 'ERROR', 'scan-finding': 'AccessDenied' });
  });
});

it('the alarm on failed executions has rung, once', () => {
  expect(airlock.alarms()).toEqual([expect.stringMatching(/^Executions failed:/)]);
});
