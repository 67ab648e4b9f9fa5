import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createEngineHeap } from './engine-heap.ts';

it('gives back the engines in the order in which they become free', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (ends) => {
      const heap = createEngineHeap<{ readonly end: number }>();
      for (const end of ends) heap.push({ end });
      const popped: number[] = [];
      while (heap.size > 0) {
        const { earliest } = heap;
        popped.push(heap.pop().end);
        expect(popped.at(-1)).toBe(earliest);
      }
      expect(popped).toEqual([...ends].sort((a, b) => a - b));
      expect(heap.earliest).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});
