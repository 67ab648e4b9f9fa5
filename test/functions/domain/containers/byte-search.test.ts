import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { byteSearch } from '../../../../functions/domain/containers/byte-search.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['instrText', 'xxinstrTextinstrText', 0, 2],
  ['instrText', 'xxinstrTextinstrText', 3, 11],
  ['instrText', 'Text', 0, -1],
  ['instrText', 'strTextinstrTex', 0, -1],
  ['MSCF\0\0\0\0', 'MSCF\0\0\0MSCF\0\0\0\0', 0, 7],
  ['eGF', 'eGFeGF', 1, 3],
  ['7av', '77av', 0, 1],
])('%j in %j from %i: at %i', (pattern, content, from, expected) => {
  expect(byteSearch(latin1(pattern))(latin1(content), from)).toBe(expected);
});

test('finds what indexOf finds, wherever the rare byte of the pattern stands', () => {
  const bytes = (minLength: number, maxLength: number) =>
    fc
      .array(fc.constantFrom('a', '0', '\0', '\xff', 'A', '-'), { minLength, maxLength })
      .map((all) => latin1(all.join('')));
  fc.assert(
    fc.property(bytes(1, 12), bytes(0, 60), fc.nat(20), (pattern, content, from) => {
      expect(byteSearch(pattern)(content, from)).toBe(content.indexOf(pattern, from));
    }),
    { numRuns: 2000 },
  );
});
