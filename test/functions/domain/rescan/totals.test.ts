import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { SKIPPED } from '../../../../functions/domain/rescan/strategy.ts';
import {
  Applied,
  afterApplying,
  failures,
  NOTHING,
  type Row,
  skipped,
  sum,
  Totals,
  totalOf,
} from '../../../../functions/domain/rescan/totals.ts';

const row: fc.Arbitrary<Row> = fc.oneof(
  fc.record({
    kind: fc.constant('skipped' as const),
    reason: fc.constantFrom('not-due', 'gone', 'archived', 'replaced'),
  }),
  fc.constant({ kind: 'failed' as const }),
  fc.record({
    kind: fc.constant('scanned' as const),
    bytes: fc.nat(1000),
    infected: fc.boolean(),
    changed: fc.boolean(),
  }),
);
const adding = ({ listed, scanned, skipped: by, failed }: typeof NOTHING) =>
  listed === scanned + failed + Object.values(by).reduce((a, b) => a + b, 0);

test('totals add up whatever became of the objects, and of what was to be written', () => {
  fc.assert(
    fc.property(
      fc.array(row),
      fc.array(fc.constantFrom('gone', 'replaced', 'not-tagged', 'not-removed', 'not-notified', null)),
      (rows, problems) => {
        const totals = rows.map(totalOf).reduce(sum, NOTHING);
        expect(totals.listed).toBe(rows.length);
        expect(adding(totals)).toBe(true);
        const changed = rows.filter((one) => one.kind === 'scanned' && one.changed);
        const applied = changed.map(
          (one, index): Applied => ({
            problem: problems[index] ?? null,
            infected: one.kind === 'scanned' && one.infected,
            size: one.kind === 'scanned' ? one.bytes : 0,
          }),
        );
        const after = afterApplying(totals, applied);
        expect(adding(after)).toBe(true);
        const numbers = [after.scanned, after.failed, after.changed, after.infected, after.bytes, after.due];
        expect(numbers.every((count) => count >= 0)).toBe(true);
      },
    ),
  );
});

test.each([
  ['not-due', 0],
  ['has-verdict', 0],
  ['up-to-date', 0],
  ['filtered', 0],
  ['not-started', 0],
  ['archived', 3],
  ['gone', 3],
  ['replaced', 3],
  ['customer-key', 3],
  ['no-key-access', 3],
])('of three objects skipped as %s, %d were due: what the strategy left out was not', (reason, due) => {
  expect(skipped(reason, 3)).toEqual({ ...NOTHING, listed: 3, due, skipped: { [reason]: 3 } });
  expect(skipped(reason, 0)).toEqual(NOTHING);
});

test('every reason to skip is one that the documentation names', () => {
  expect(Object.values(SKIPPED)).toEqual([
    'not-due',
    'has-verdict',
    'up-to-date',
    'filtered',
    'trusted',
    'archived',
    'gone',
    'replaced',
    'not-started',
  ]);
});

test('objects that failed were due, and nothing is known of them', () => {
  expect(failures(3)).toEqual({ ...NOTHING, listed: 3, due: 3, failed: 3 });
  expect(failures(0)).toEqual(NOTHING);
});

test('Totals has every number and no other, and none of them is negative', () => {
  const totals = { ...NOTHING, skipped: { gone: 1 } };
  expect(Totals.parse(totals)).toEqual(totals);
  for (const [name, value] of Object.entries(totals)) {
    const wrong = name === 'skipped' ? { gone: -1 } : -1;
    for (const other of [
      { ...totals, [name]: undefined },
      { ...totals, [name]: wrong },
      { ...totals, more: value },
    ]) {
      expect([other, Totals.safeParse(other).success]).toEqual([other, false]);
    }
  }
});

describe('totalOf', () => {
  const scanned = { ...NOTHING, listed: 1, due: 1, scanned: 1, bytes: 7 };
  it.each<[Row, Totals]>([
    [
      { kind: 'skipped', reason: 'gone' },
      { ...NOTHING, listed: 1, due: 1, skipped: { gone: 1 } },
    ],
    [
      { kind: 'skipped', reason: 'not-due' },
      { ...NOTHING, listed: 1, skipped: { 'not-due': 1 } },
    ],
    [{ kind: 'failed' }, { ...NOTHING, listed: 1, due: 1, failed: 1 }],
    [{ kind: 'scanned', bytes: 7, infected: false, changed: false }, scanned],
    [
      { kind: 'scanned', bytes: 7, infected: false, changed: true },
      { ...scanned, changed: 1 },
    ],
    [
      { kind: 'scanned', bytes: 7, infected: true, changed: false },
      { ...scanned, infected: 1 },
    ],
    [
      { kind: 'scanned', bytes: 7, infected: true, changed: true },
      { ...scanned, changed: 1, infected: 1 },
    ],
  ])('of %j', (one, totals) => expect(totalOf(one)).toEqual(totals));
});

describe('sum', () => {
  const a: Totals = {
    listed: 100,
    due: 200,
    scanned: 300,
    skipped: { gone: 1, archived: 2 },
    failed: 400,
    changed: 500,
    infected: 600,
    bytes: 700,
  };
  const b: Totals = {
    listed: 1,
    due: 2,
    scanned: 3,
    skipped: { replaced: 10, gone: 20 },
    failed: 4,
    changed: 5,
    infected: 6,
    bytes: 7,
  };

  it('adds each number to its own, and reasons by their names', () => {
    const both = sum(a, b);
    expect(both).toEqual({
      listed: 101,
      due: 202,
      scanned: 303,
      skipped: { archived: 2, gone: 21, replaced: 10 },
      failed: 404,
      changed: 505,
      infected: 606,
      bytes: 707,
    });
    expect(sum(b, a)).toEqual(both);
    // In an order that does not differ from run to run.
    expect(Object.keys(both.skipped)).toEqual(['archived', 'gone', 'replaced']);
  });

  it('of nothing and something is that', () => {
    expect(sum(NOTHING, a)).toEqual(a);
    expect(sum(NOTHING, NOTHING)).toEqual(NOTHING);
  });
});

describe('afterApplying', () => {
  /** Three objects of 30 bytes in all, two of them infected, were scanned; all three verdicts were to be written. */
  const counted: Totals = {
    ...NOTHING,
    listed: 9,
    due: 8,
    scanned: 3,
    skipped: { archived: 2, gone: 1 },
    failed: 3,
    changed: 3,
    infected: 2,
    bytes: 30,
  };
  const taken = { ...counted, scanned: 2, bytes: 20 };
  const wasSkipped = (reason: string, times: number, infected: boolean): Totals => ({
    ...taken,
    changed: 2,
    infected: infected ? 1 : 2,
    skipped: { archived: 2, gone: 1, [reason]: times },
  });

  it.each<[Applied['problem'], boolean, Totals]>([
    [null, true, counted],
    [null, false, counted],
    ['gone', true, wasSkipped('gone', 2, true)],
    ['gone', false, wasSkipped('gone', 2, false)],
    ['replaced', true, wasSkipped('replaced', 1, true)],
    ['replaced', false, wasSkipped('replaced', 1, false)],
    // Found, and not written: the object still says what it said.
    ['not-tagged', true, { ...taken, changed: 2, failed: 4 }],
    ['not-tagged', false, { ...taken, changed: 2, failed: 4 }],
    // Written, and then something went wrong.
    ['not-removed', true, { ...taken, failed: 4 }],
    ['not-removed', false, { ...taken, failed: 4 }],
    ['not-copied', false, { ...taken, failed: 4 }],
    ['not-notified', true, { ...taken, failed: 4 }],
    ['not-notified', false, { ...taken, failed: 4 }],
  ])('takes back what the problem %s took away, infected: %s', (problem, infected, after) => {
    expect(afterApplying(counted, [{ problem, infected, size: 10 }])).toEqual(after);
    expect(adding(after)).toBe(adding(counted));
    expect(adding(counted)).toBe(true);
  });

  it('takes each of several back, and nothing for none', () => {
    const applied: Applied[] = [
      { problem: 'gone', infected: true, size: 1 },
      { problem: 'gone', infected: false, size: 2 },
      { problem: null, infected: true, size: 4 },
    ];
    expect(afterApplying(counted, applied)).toEqual({
      ...counted,
      scanned: 1,
      skipped: { archived: 2, gone: 3 },
      changed: 1,
      infected: 1,
      bytes: 27,
    });
    expect(afterApplying(counted, [])).toEqual(counted);
  });

  it('knows these endings of the state machine and no other', () => {
    for (const problem of ['gone', 'replaced', 'not-tagged', 'not-removed', 'not-copied', 'not-notified', null]) {
      expect(Applied.parse({ problem, infected: true, size: 0 })).toEqual({ problem, infected: true, size: 0 });
    }
    for (const wrong of [
      { problem: 'lost', infected: true, size: 0 },
      { problem: '', infected: true, size: 0 },
      { infected: true, size: 0 },
      { problem: null, infected: 'no', size: 0 },
      { problem: null, infected: true, size: -1 },
      { problem: null, infected: true, size: 0, more: 1 },
    ]) {
      expect([wrong, Applied.safeParse(wrong).success]).toEqual([wrong, false]);
    }
  });
});
