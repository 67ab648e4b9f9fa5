import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linkTo, parseRoute } from '../../../../console/page/lib/route.ts';
import { HOSTILE_KEYS, ODD_KEYS } from '../../../support/odd-keys.ts';

const back = (segments: readonly string[], query: Record<string, string> = {}) => {
  const route = parseRoute(linkTo(segments, query));
  return { segments: route.segments, query: Object.fromEntries(route.query) };
};

it.each([...ODD_KEYS, ...HOSTILE_KEYS])('leads back to %j', (key) => {
  expect(back(['buckets', key], { text: key })).toEqual({ segments: ['buckets', key], query: { text: key } });
});

it('leads back to any text', () => {
  const words = fc.string({ unit: 'binary', minLength: 1 });
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 4 }), words, (segments, value) => {
      expect(back(segments, { value })).toEqual({ segments, query: { value } });
    }),
  );
});

it.each(['', '#', '#/', '#/%', '#/a?%E0%A4%A=1'])('takes %j for the start or a place, and does not fail', (hash) => {
  expect(() => parseRoute(hash)).not.toThrow();
});

it('leaves out what is empty', () => {
  expect(linkTo(['executions'], { status: '', text: undefined, machine: 'a' })).toBe('#/executions?machine=a');
});
