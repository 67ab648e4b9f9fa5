import { describe, expect, it } from '@jest/globals';
import { quotasOf } from '../../../infra/limits/aws-quotas.ts';
import { type Overflow, overflowOf, simulateOverflow } from './express.ts';
import { parameters } from './fixture.ts';
import { SCANS } from './load.ts';

const QUOTAS = quotasOf('us-east-1');
const load = (uploads: number, overSeconds = 0) => ({ uploads, overSeconds, scans: SCANS.short, seed: 1, deaths: 0 });
const SIX = { to: 'execution' as const, maxAttempts: 6, intervalSeconds: 2, backoffRate: 2, maxDelaySeconds: 60 };

describe('overflowOf', () => {
  const throttled = { Catch: [{ ErrorEquals: ['Lambda.TooManyRequestsException'], Next: 'Start Overflow' }] };
  const tasks = { 'Check File Type': throttled, 'Scan Object': throttled };
  const machine = (state: object, more: object = tasks) =>
    ({ StartAt: 'Start Overflow', States: { ...more, 'Start Overflow': state } }) as never;

  it('reads how the start of a STANDARD execution is retried', () => {
    const Resource = 'arn:aws:states:::states:startExecution';
    const Retry = [{ IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 6, MaxDelaySeconds: 60 }];
    expect(overflowOf(machine({ Resource, Retry }))).toEqual(SIX);
    expect(overflowOf(machine({ Resource, Retry: [{}] })).maxAttempts).toBe(3);
    expect(overflowOf(machine({ Resource })).maxAttempts).toBe(0);
  });

  it.each([
    ['events:putEvents', 'event'],
    ['sqs:sendMessage', 'queue'],
  ])('knows %s', (action, to) => {
    expect(overflowOf(machine({ Resource: `arn:aws:states:::${action}` })).to).toBe(to);
  });

  it('says that there is none', () => {
    expect(() => overflowOf(machine({ Type: 'Task' }))).toThrow('no state Start Overflow');
  });

  it.each(Object.keys(tasks))('says that %s does not overflow', (name) => {
    const Resource = 'arn:aws:states:::sqs:sendMessage';
    for (const other of [{}, { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Give Up' }] }]) {
      expect(() => overflowOf(machine({ Resource }, { ...tasks, [name]: other }))).toThrow(`${name} of`);
    }
  });
});

describe('a burst of EXPRESS executions', () => {
  it.each([1, 2000, 25_000])('of %d: each is called, overflows or fails', (uploads) => {
    const { direct, overflowed, errors } = simulateOverflow(parameters, QUOTAS, load(uploads), SIX);
    expect(direct + overflowed + errors).toBe(uploads);
  });

  it('of 2,000 loses none', () => {
    expect(simulateOverflow(parameters, QUOTAS, load(2000), SIX).errors).toBe(0);
  });

  it('loses fewer with more retries', () => {
    const errors = (maxAttempts: number) =>
      simulateOverflow(parameters, QUOTAS, load(24_000), { ...SIX, maxAttempts }).errors;
    expect(errors(4)).toBeGreaterThan(errors(8));
  });

  it.each<Overflow['to']>(['event', 'queue'])('loses none that overflows to an %s', (to) => {
    expect(simulateOverflow(parameters, QUOTAS, load(25_000), { ...SIX, to }).errors).toBe(0);
  });

  it('overflows nothing at a rate that the engines can take', () => {
    const { direct, overflowed, unchecked, errors } = simulateOverflow(parameters, QUOTAS, load(2000, 2000), SIX);
    expect({ direct, overflowed, unchecked, errors }).toEqual({ direct: 2000, overflowed: 0, unchecked: 0, errors: 0 });
  });

  it('overflows unchecked what the account has no function for, and only while the first ones start', () => {
    const uncheckedOf = (concurrentInvocations: number, uploads: number) =>
      simulateOverflow(parameters, { ...QUOTAS, concurrentInvocations }, load(uploads), { ...SIX, to: 'queue' });
    expect(uncheckedOf(1000, 1000).unchecked).toBe(0);
    const { unchecked, overflowed, direct, errors } = uncheckedOf(1000, 25_000);
    expect(unchecked).toBeGreaterThan(1000);
    expect(unchecked).toBeLessThan(6000);
    expect([overflowed > unchecked, direct + overflowed, errors]).toEqual([true, 25_000, 0]);
    expect(uncheckedOf(1000, 50_000).unchecked).toBe(unchecked);
    expect(uncheckedOf(100, 25_000).unchecked).toBeGreaterThan(unchecked);
    expect(uncheckedOf(10_000, 1000).unchecked).toBe(0);
  });
});
