import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addUp } from '../../../../functions/domain/rescan/summary.ts';
import {
  type Applied,
  afterApplying,
  failures,
  NOTHING,
  type Row,
  skipped,
  sum,
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
      fc.array(fc.constantFrom('gone', 'replaced', 'untagged', 'unremoved', 'untold', null)),
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

test('due leaves out what the strategy did', () => {
  expect(skipped('not-due', 3)).toMatchObject({ listed: 3, due: 0, skipped: { 'not-due': 3 } });
  expect(skipped('gone', 3)).toMatchObject({ due: 3 });
  expect(skipped('gone', 0)).toEqual(NOTHING);
});

test('batches that failed or never began count with all their objects', async () => {
  const Items = [{ Key: 'a' }, { Key: 'b' }];
  async function* lines() {
    yield { status: 'SUCCEEDED' as const, line: { totals: failures(1), gbSeconds: 2, applied: [] } };
    yield { status: 'FAILED' as const, line: { Input: JSON.stringify({ Items }), Error: 'X' } };
    yield { status: 'PENDING' as const, line: { Input: JSON.stringify({ Items }) } };
  }
  const { totals, gbSeconds, batches } = await addUp(lines());
  expect(totals).toMatchObject({ listed: 5, failed: 3, skipped: { 'not-started': 2 } });
  expect({ gbSeconds, batches }).toEqual({ gbSeconds: 2, batches: 3 });
});
