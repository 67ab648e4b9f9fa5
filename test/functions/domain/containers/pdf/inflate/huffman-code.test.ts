import { describe, expect, it } from '@jest/globals';
import { BitReader } from '../../../../../../functions/domain/containers/pdf/inflate/bit-reader.ts';
import { Broken } from '../../../../../../functions/domain/containers/pdf/inflate/broken.ts';
import { huffmanCode } from '../../../../../../functions/domain/containers/pdf/inflate/huffman-code.ts';
import { bytesOfBits } from '../../../../../support/decode-in-pieces.ts';

/** Symbols that the bits stand for, as many as there are. */
function symbols(lengths: readonly number[], bits: string, count: number): number[] {
  const reader = new BitReader();
  reader.append(bytesOfBits(bits));
  const code = huffmanCode(lengths);
  return Array.from({ length: count }, () => reader.symbol(code));
}

describe('a code', () => {
  it('is the one of the RFC', () => {
    // RFC 1951, 3.2.2: A to H with lengths 3, 3, 3, 3, 3, 2, 4, 4.
    const lengths = [3, 3, 3, 3, 3, 2, 4, 4];
    expect(symbols(lengths, '00 010 011 100 101 110 1110 1111', 8)).toEqual([5, 0, 1, 2, 3, 4, 6, 7]);
  });

  it('passes over symbols without one', () => {
    expect(symbols([0, 1, 0, 0, 2, 2], '0 10 11 0', 4)).toEqual([1, 4, 5, 1]);
  });

  it('may have one symbol', () => {
    expect(symbols([0, 0, 1], '0 0', 2)).toEqual([2, 2]);
  });

  it('has codes of 15 bits', () => {
    const lengths = [...Array.from({ length: 15 }, (_, index) => index + 1), 15];
    expect(symbols(lengths, '111111111111111 111111111111110 0 10', 4)).toEqual([15, 14, 0, 1]);
  });

  it.each<[string, number[], string]>([
    ['no symbols', [], '0'],
    ['no lengths', [0, 0], '1'],
    ['bits that are none', [0, 1], '1'],
    ['longer bits that are none', [1, 3], '101'],
  ])('is broken at %s', (_, lengths, bits) => {
    expect(() => symbols(lengths, bits, 1)).toThrow(Broken);
  });

  it.each<[string, number[]]>([
    ['three of one bit', [1, 1, 1]],
    ['one too many of two bits', [1, 2, 2, 2]],
    ['one more when all are taken', [1, 1, 2]],
  ])('cannot be: %s', (_, lengths) => {
    expect(() => huffmanCode(lengths)).toThrow(Broken);
  });
});
