import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { named } from '../../../functions/domain/named-up-to.ts';

it('names the first ones that have room together, and counts all others', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 })), fc.nat(200), (keys, bytes) => {
      const all = keys.map((key) => ({ key }));
      const { objects, more } = all.reduce((before, each) => named(before, each, bytes), {
        objects: [] as readonly { key: string }[],
        more: 0,
      });
      expect(objects).toEqual(all.slice(0, objects.length));
      expect(objects.length + more).toBe(all.length);
      const size = (list: readonly object[]) => Buffer.byteLength(JSON.stringify(list));
      if (objects.length > 0) expect(size(objects)).toBeLessThanOrEqual(bytes);
      if (more > 0) expect(size(all.slice(0, objects.length + 1))).toBeGreaterThan(bytes);
    }),
  );
});
