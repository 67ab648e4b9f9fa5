import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MEASURED } from '../../../functions/domain/cost/measured.ts';
import { DEFAULT_SETTINGS } from '../../../functions/domain/cost/settings.ts';
import { uploadBill } from '../../../functions/domain/cost/upload.ts';
import { quotasOf } from '../../../infra/limits/aws-quotas.ts';
import { billOf, SAMPLE, totalOf } from './cost.ts';
import { parameters } from './fixture.ts';
import { SCANS } from './load.ts';
import { simulateQueue } from './simulate-queue.ts';

/** As a stack whose logLevel is ALL. */
const logged = { ...parameters, logsEveryEvent: true };
const outcome = (changes: object = {}) => ({
  verdicts: 1_000_000,
  errors: 0,
  transitions: 8_000_000,
  stateRetries: 0,
  engines: [
    { memoryMb: 3072, architecture: 'x86_64' as const, invocations: 250_000, billedSeconds: 100_000, queued: true },
  ],
  ...changes,
});

describe('the bill of a million uploads', () => {
  const bill = billOf(outcome(), logged);

  it('has the lines that AWS will bill', () => {
    expect(bill.transitions).toBeCloseTo(200);
    const { ALL } = MEASURED.counts.endings.STANDARD.clean.log;
    expect(bill.executionLog).toBeCloseTo(((1e6 * ALL) / 1024 ** 3) * 0.5, 6);
    expect(bill.engines).toBeCloseTo(100_000 * 3 * 0.000_016_666_7 + 0.05, 2);
    expect(bill.queue).toBeCloseTo(1.5 * 0.4);
    expect(bill.s3).toBeCloseTo(1e6 * (uploadBill('clean', DEFAULT_SETTINGS, SAMPLE)['S3 requests'] ?? 0), 6);
    expect(bill.notifications).toBeCloseTo(1.5);
    expect(bill.functions).toBeCloseTo(1.8, 1);
  });

  it('adds up', () => {
    const { transitions, executionLog, engines, functions, queue, s3, notifications, functionLogs } = bill;
    const sum = transitions + executionLog + engines + functions + queue + s3 + notifications + functionLogs;
    expect(totalOf(bill)).toBeCloseTo(sum, 9);
  });

  it('bills each retry, and no queue where there is none', () => {
    const retried = billOf(outcome({ stateRetries: 1_000_000, transitions: 9_000_000 }), logged);
    expect(retried.transitions - bill.transitions).toBeCloseTo(25);
    expect(retried.executionLog).toBeGreaterThan(bill.executionLog);
    const [engine] = outcome().engines;
    expect(billOf(outcome({ engines: [{ ...engine, queued: false }] }), logged).queue).toBe(0);
  });

  it('has no execution log where the level is lower', () => {
    expect(billOf(outcome(), { ...logged, logsEveryEvent: false }).executionLog).toBe(0);
  });
});

it('grows with the uploads: twice as many never cost less, nor more than twice and the starts of the engines', () => {
  const quotas = quotasOf('us-east-1');
  const cost = (uploads: number) =>
    totalOf(
      billOf(
        simulateQueue(parameters, quotas, { uploads, overSeconds: 0, scans: SCANS.short, seed: 1, deaths: 0 }),
        parameters,
      ),
    );
  const starts = 20 * 11 * 3 * 0.000_017;
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 800 }), (uploads) => {
      expect(cost(2 * uploads)).toBeGreaterThan(cost(uploads));
      expect(cost(2 * uploads)).toBeLessThan(2 * cost(uploads) + starts);
    }),
    { numRuns: 10 },
  );
});
