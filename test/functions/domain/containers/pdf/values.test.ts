import { expect, it } from '@jest/globals';
import { PdfDictionary } from '../../../../../functions/domain/containers/pdf/values.ts';

function dictionary(...entries: [string, number][]): PdfDictionary {
  const made = new PdfDictionary();
  for (const [key, value] of entries) made.set(key, value);
  return made;
}

it('a dictionary has the last value of a key, and the first one, too', () => {
  const twice = dictionary(['A', 1], ['B', 2], ['A', 3], ['A', 4]);
  expect(twice.get('A')).toBe(4);
  expect(twice.all('A')).toEqual([4, 1]);
  expect(twice.all('B')).toEqual([2]);
  expect(twice.keys()).toEqual(['A', 'B']);
});

it('the same value twice is one', () => {
  expect(dictionary(['A', 1], ['A', 1]).all('A')).toEqual([1]);
});

it('a key that is missing is null, and has no values', () => {
  expect(dictionary().get('A')).toBeNull();
  expect(dictionary().all('A')).toEqual([]);
});
