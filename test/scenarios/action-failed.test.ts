import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples.ts';
import { Airlock, leftovers, VERSIONED } from '../support/airlock.ts';

/**
 * Malware that can be neither quarantined nor deleted stays, tagged and unreadable; this is reported, and the
 * execution fails.
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
const TO_ACT = [...SCANNED, 'Infected', 'Act On Verdict'];
const QUARANTINED = [...TO_ACT, 'Quarantine Object', 'Quarantined', 'Delete Object'];
const FAILED = ['Notify Of Failed Action', 'Action Failed'];

let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start({ airlock: { onInfected: 'quarantine', buckets: [{ name: VERSIONED }] } });
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

/** Fails the first `times` attempts of these Tasks, each by its own count. */
function failing(tasks: readonly string[], error: string, times: number) {
  const attempts = new Map<string, number>();
  airlock.beforeInvocation(({ task }) => {
    if (!tasks.includes(task)) return;
    attempts.set(task, (attempts.get(task) ?? 0) + 1);
    if ((attempts.get(task) ?? 0) <= times) throw Object.assign(new Error('scripted'), { name: error });
  });
}

describe.each([
  ['Quarantine Object', 'quarantine-object', [...TO_ACT, 'Quarantine Object']],
  ['Delete Object', 'delete-object', QUARANTINED],
] as const)('%s', (state, task, states) => {
  it.each(retried(state))('is tried again after %s', async (error, maxAttempts) => {
    failing([task], error, maxAttempts);
    const { result, tags, messages } = await airlock.upload('eicar.txt', eicar());
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      states: [...QUARANTINED, 'Notify'],
      retries: { [state]: maxAttempts },
    });
    expect(tags).toBeNull();
    expect(messages).toMatchObject([{ body: { action: 'quarantine' } }]);
  });

  it.each([...retried(state), ['AccessDenied', 0], ['ObjectUnreadable', 0]] as const)(
    'that keeps failing with %s leaves the tag, tells, and fails',
    async (error, maxAttempts) => {
      failing([task], error, Number.POSITIVE_INFINITY);
      const { result, tags, messages, events } = await airlock.upload('eicar.txt', eicar());
      expect(result).toMatchObject({ status: 'FAILED', error, states: [...states, ...FAILED] });
      expect(result.retries).toEqual(maxAttempts === 0 ? {} : { [state]: maxAttempts });
      expect(tags).toMatchObject({ 'scan-status': 'INFECTED' });
      const told = { status: 'INFECTED', action: 'tag', tagged: true };
      expect(messages).toMatchObject([{ body: told }]);
      expect(events).toMatchObject([{ detail: told }]);
    },
  );
});

describe('Notify Of Failed Action', () => {
  it.each(retried('Notify Of Failed Action'))('is tried again after %s', async (error, maxAttempts) => {
    airlock.beforeInvocation(undefined);
    let attempts = 0;
    airlock.beforeInvocation(({ task }) => {
      if (task === 'quarantine-object') throw Object.assign(new Error('scripted'), { name: 'AccessDenied' });
      if (task !== 'notify') return;
      attempts += 1;
      if (attempts <= maxAttempts) throw Object.assign(new Error('scripted'), { name: error });
    });
    const { result, messages } = await airlock.upload('eicar.txt', eicar());
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'AccessDenied',
      retries: { [FAILED[0] ?? '']: maxAttempts },
    });
    expect(messages).toMatchObject([{ body: { status: 'INFECTED' } }]);
  });

  it('that fails too changes nothing about the fault that is reported', async () => {
    failing(['quarantine-object', 'notify'], 'AccessDenied', Number.POSITIVE_INFINITY);
    const { result, tags, messages } = await airlock.upload('eicar.txt', eicar());
    expect(result).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expect(result.states.slice(-2)).toEqual(FAILED);
    expect(tags).toMatchObject({ 'scan-status': 'INFECTED' });
    expect(messages).toEqual([]);
  });
});
