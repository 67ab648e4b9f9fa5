import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Bill, LINES, sumOf, times, totalOf } from '../../../../functions/domain/cost/bill.ts';
import { CONTENTS, ENDINGS, SIZES } from '../../../../functions/domain/cost/measurement.ts';
import { type CostSettings, DEFAULT_SETTINGS } from '../../../../functions/domain/cost/settings.ts';
import { cleanBill, engineStartUsd, overflowBill, uploadBill } from '../../../../functions/domain/cost/upload.ts';

const MILLION = 1_000_000;
const EXPRESS: CostSettings = { ...DEFAULT_SETTINGS, workflow: 'EXPRESS' };
const million = (bill: Bill) => times(bill, MILLION);

const settings = fc.record({
  workflow: fc.constantFrom('STANDARD' as const, 'EXPRESS' as const),
  versioned: fc.boolean(),
  logLevel: fc.constantFrom('ALL' as const, 'ERROR' as const, 'OFF' as const),
  tracing: fc.boolean(),
  tags: fc.constantFrom('full' as const, 'status' as const),
  architecture: fc.constantFrom('x86_64' as const, 'arm64' as const),
});
const applied = ({ logLevel, architecture, ...others }: typeof settings extends fc.Arbitrary<infer T> ? T : never) => ({
  ...DEFAULT_SETTINGS,
  ...others,
  logLevel: { STANDARD: logLevel, EXPRESS: logLevel },
  functions: { ...DEFAULT_SETTINGS.functions, 'scan-object': { memoryMb: 3008, architecture } },
});

describe('the bill of an upload', () => {
  it('of STANDARD has its transitions, its message, and its reads and writes', () => {
    const bill = million(uploadBill('clean', DEFAULT_SETTINGS));
    expect(bill['Step Functions']).toBeCloseTo(150);
    expect(bill.SQS).toBeCloseTo(1.2);
    expect(bill['S3 requests']).toBeCloseTo(3 * 0.4 + 5);
    expect(bill['X-Ray'] ?? 0).toBe(0);
    expect(uploadBill('clean', { ...DEFAULT_SETTINGS, tracing: true })['X-Ray']).toBeCloseTo(5e-6);
    expect(bill['tags, one month']).toBeCloseTo(1.95);
    expect(bill['SNS, EventBridge']).toBeCloseTo(1.5);
  });

  it('of EXPRESS has a request and its time, and no message', () => {
    const bill = million(uploadBill('clean', EXPRESS));
    expect(bill['Step Functions']).toBeGreaterThan(1);
    expect(bill['Step Functions']).toBeLessThan(3);
    expect(bill.SQS ?? 0).toBe(0);
  });

  it('has no scanner where none is asked, and no tags where the object is gone', () => {
    for (const ending of ['empty', 'rejected', 'too large'] as const) {
      expect(uploadBill(ending, DEFAULT_SETTINGS)).toMatchObject({ scanner: 0, SQS: 0 });
    }
    expect(uploadBill('infected, delete', DEFAULT_SETTINGS)['tags, one month']).toBe(0);
  });

  it('follows the settings: nothing that is switched off is billed, and nothing gets dearer by it', () => {
    fc.assert(
      fc.property(settings, fc.constantFrom(...ENDINGS), (changes, ending) => {
        const bill = uploadBill(ending, applied(changes));
        const dearest = { ...changes, logLevel: 'ALL', tracing: true, tags: 'full', architecture: 'x86_64' } as const;
        const most = uploadBill(ending, applied(dearest));
        for (const line of LINES) expect(bill[line] ?? 0).toBeLessThanOrEqual((most[line] ?? 0) + 1e-15);
        if (changes.logLevel === 'OFF') expect(bill['execution log']).toBe(0);
        if (!changes.tracing) expect(bill['X-Ray']).toBe(0);
        expect(totalOf(bill)).toBeGreaterThan(0);
      }),
    );
  });

  it('of arm64 is four fifths of the scanner time', () => {
    const scanner = (architecture: 'x86_64' | 'arm64') => {
      const functions = { ...DEFAULT_SETTINGS.functions, 'scan-object': { memoryMb: 3008, architecture } };
      return (cleanBill({ ...DEFAULT_SETTINGS, functions }, '1 MB').scanner ?? 0) - 0.2 / MILLION;
    };
    expect(scanner('arm64') / scanner('x86_64')).toBeCloseTo(0.8, 3);
  });

  it('asks S3 twice more for a bucket without versions', () => {
    const more = (versioned: boolean) => million(uploadBill('clean', { ...DEFAULT_SETTINGS, versioned }));
    expect((more(false)['S3 requests'] ?? 0) - (more(true)['S3 requests'] ?? 0)).toBeCloseTo(2 * 0.4);
  });

  it('grows with the size of every kind of content', () => {
    for (const content of CONTENTS) {
      const totals = SIZES.map((size) => totalOf(uploadBill('clean', EXPRESS, { content, size })));
      expect(totals).toEqual(totals.toSorted((a, b) => a - b));
    }
  });

  it('of what overflows is more than that of either workflow', () => {
    const overflowed = totalOf(overflowBill(EXPRESS));
    expect(overflowed).toBeGreaterThan(totalOf(uploadBill('clean', DEFAULT_SETTINGS)));
    expect(overflowed).toBeLessThan(
      totalOf(sumOf([uploadBill('clean', DEFAULT_SETTINGS), uploadBill('clean', EXPRESS)])),
    );
  });
});

it('the start of an engine is eleven seconds of a scanner', () => {
  expect(engineStartUsd(DEFAULT_SETTINGS)).toBeCloseTo(10.9 * (3008 / 1024) * 0.000_016_666_7, 8);
});
