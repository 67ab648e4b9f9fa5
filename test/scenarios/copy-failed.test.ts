import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples.ts';
import { Airlock, leftovers, VERSIONED } from '../support/airlock.ts';

/**
 * A clean object that cannot be copied keeps its verdict, and malware whose copy cannot be looked for keeps its tag; this is
 * reported, and the execution fails.
 */
interface TaskState {
  readonly Retry: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts: number }[];
}
const { States } = JSON.parse(
  readFileSync(new URL('../../statemachines/scan-upload.asl.json', import.meta.url), 'utf8'),
) as { States: Record<string, TaskState> };

const retried = (state: string) =>
  (States[state]?.Retry ?? []).flatMap(({ ErrorEquals, MaxAttempts }) =>
    ErrorEquals.map((error) => [error, MaxAttempts] as const),
  );
const SCANNED = ['Check File Type', 'Scan Needed', 'Scan Object', 'Tag Object'];
const DESTINATION = 'clean-copies';
const CASES = [
  {
    state: 'Copy Object',
    content: 'all is well',
    status: 'CLEAN',
    before: SCANNED,
    after: ['Notify'],
    failed: ['Not Copied', 'Notify Of Failed Copy', 'Action Failed'],
  },
  {
    state: 'Copy Object Already Made',
    content: eicar(),
    status: 'INFECTED',
    before: [...SCANNED, 'Infected', 'Act On Verdict'],
    after: ['Act On Verdict', 'Notify'],
    failed: ['Notify Of Failed Action', 'Action Failed'],
  },
];

let airlock: Airlock;
beforeAll(async () => {
  const buckets = [{ name: VERSIONED, onClean: { copyTo: { bucket: DESTINATION } } }];
  airlock = await Airlock.start({ airlock: { onInfected: 'tag', buckets } });
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const scripted = (name: string) => Object.assign(new Error('scripted'), { name });

/** Fails the first `times` attempts of the Task. */
function failing(wanted: string, error: string, times: number) {
  let attempts = 0;
  airlock.beforeInvocation(({ task }) => {
    if (task !== wanted) return;
    attempts += 1;
    if (attempts <= times) throw scripted(error);
  });
}

describe.each(CASES)('$state', ({ state, content, status, before, after, failed }) => {
  it.each(retried(state))('is tried again after %s', async (error, maxAttempts) => {
    failing('copy-object', error, maxAttempts);
    const { result, tags, messages } = await airlock.upload(`${state}-${error}.txt`, content);
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      states: [...before, state, ...after],
      retries: { [state]: maxAttempts },
    });
    expect(tags).toMatchObject({ 'scan-status': status });
    expect(messages).toMatchObject([{ body: { status, tagged: true } }]);
  });

  it.each([...retried(state), ['AccessDenied', 0], ['CopyRefused', 0]] as const)(
    'that keeps failing with %s leaves the tag, tells, and fails',
    async (error, maxAttempts) => {
      failing('copy-object', error, Number.POSITIVE_INFINITY);
      const key = `${state}-for-good-${error}.txt`;
      const { result, tags, messages, events } = await airlock.upload(key, content);
      expect(result).toMatchObject({ status: 'FAILED', error, states: [...before, state, ...failed] });
      expect(result.retries).toEqual(maxAttempts === 0 ? {} : { [state]: maxAttempts });
      expect(tags).toMatchObject({ 'scan-status': status });
      expect(messages).toMatchObject([{ body: { status, action: 'tag', tagged: true } }]);
      expect(events).toMatchObject([{ detail: { status, action: 'tag', tagged: true } }]);
      expect(airlock.pipeline.s3.buckets.find(DESTINATION, key)).toBeUndefined();
    },
  );
});

describe('Notify Of Failed Copy', () => {
  it.each(retried('Notify Of Failed Copy'))('is tried again after %s', async (error, maxAttempts) => {
    let attempts = 0;
    airlock.beforeInvocation(({ task }) => {
      if (task === 'copy-object') throw scripted('AccessDenied');
      if (task !== 'notify') return;
      attempts += 1;
      if (attempts <= maxAttempts) throw scripted(error);
    });
    const { result, messages } = await airlock.upload(`told-${error}.txt`, 'all is well');
    const retries = { 'Notify Of Failed Copy': maxAttempts };
    expect(result).toMatchObject({ status: 'FAILED', error: 'AccessDenied', retries });
    expect(messages).toMatchObject([{ body: { status: 'CLEAN', copiedTo: null } }]);
  });

  it('that fails too changes nothing about the fault that is reported', async () => {
    airlock.beforeInvocation(({ task }) => {
      if (task === 'copy-object') throw scripted('AccessDenied');
      if (task === 'notify') throw scripted('ObjectUnreadable');
    });
    const { result, tags, messages } = await airlock.upload('untold.txt', 'all is well');
    expect(result).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expect(result.states.slice(-2)).toEqual(['Notify Of Failed Copy', 'Action Failed']);
    expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
    expect(messages).toEqual([]);
  });
});
