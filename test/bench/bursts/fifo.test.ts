import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFifo } from './fifo.ts';

it('gives back ids in the order in which they were added, however full it was', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (steps) => {
      const fifo = createFifo(2);
      const expected: number[] = [];
      steps.forEach((adds, id) => {
        if (adds) {
          fifo.add(id, id * 10);
          expected.push(id);
        } else if (fifo.size > 0) {
          expect(fifo.time).toBe((expected[0] ?? 0) * 10);
          expect(fifo.take()).toBe(expected.shift());
        }
        expect(fifo.size).toBe(expected.length);
      });
      if (fifo.size === 0) expect(fifo.time).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});
