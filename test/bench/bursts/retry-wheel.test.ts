import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AHEAD, createRetryWheel } from './retry-wheel.ts';

const retry = fc.record({ second: fc.integer({ min: 0, max: AHEAD }), tries: fc.integer({ min: 0, max: 5 }) });

it('gives back what was added, in its second, with its tries', () => {
  fc.assert(
    fc.property(fc.array(retry, { maxLength: 50 }), (added) => {
      const wheel = createRetryWheel(5);
      for (const { second, tries } of added) wheel.add(second, tries);
      const taken: { second: number; tries: number }[] = [];
      for (let second = wheel.next(0); second < Number.POSITIVE_INFINITY; second = wheel.next(second)) {
        const due = wheel.due(second);
        const before = taken.length;
        wheel.take(second, (tries) => taken.push({ second, tries }));
        expect(taken.length - before).toBe(due);
      }
      const order = (a: (typeof taken)[number], b: (typeof taken)[number]) => a.second - b.second || a.tries - b.tries;
      expect(taken).toEqual([...added].sort(order));
      expect(wheel.waiting).toBe(0);
    }),
  );
});

it('takes no retry twice that is added for a whole turn later', () => {
  const wheel = createRetryWheel(1);
  wheel.add(3, 0);
  let taken = 0;
  wheel.take(3, () => {
    taken += 1;
    wheel.add(3 + AHEAD + 1, 1);
  });
  expect([taken, wheel.waiting, wheel.next(4)]).toEqual([1, 1, 3 + AHEAD + 1]);
});
