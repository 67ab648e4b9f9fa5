import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LzwDecoder } from '../../../../../functions/domain/containers/pdf/lzw-decoder.ts';
import { decodeInPieces } from '../../../../support/decode-in-pieces.ts';
import { lzwGrowing } from '../../../../support/pdf-files.ts';

const CLEAR = 256;
const END = 257;
/** Codes of so many bits each. */
const codes = (width: number, ...all: number[]) =>
  Buffer.from(
    (
      all
        .map((code) => code.toString(2).padStart(width, '0'))
        .join('')
        .match(/.{1,8}/g) ?? []
    ).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)),
  );
const decoded = (bytes: Buffer, early: 0 | 1 = 1) => {
  const { content, consumed } = decodeInPieces(new LzwDecoder(early), bytes, [3]);
  return [content.toString('latin1'), consumed];
};

describe.each([1, 0] as const)('early change %d', (early) => {
  it('decodes what is encoded, up to its end and no further', () => {
    const letters = fc
      .array(fc.constantFrom(0, 1, 65, 255), { maxLength: 3000, size: 'max' })
      .map((bytes) => Buffer.from(bytes));
    const any = fc.uint8Array({ minLength: 1, maxLength: 3000, size: 'max' }).map((bytes) => Buffer.from(bytes));
    const repeated = fc
      .tuple(letters, fc.integer({ min: 1, max: 40 }))
      .map(([one, n]) => Buffer.concat(Array(n).fill(one)));
    fc.assert(
      fc.property(
        fc.oneof(letters, any, repeated).filter((bytes) => bytes.length > 0),
        fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 3 }),
        (content, sizes) => {
          const encoded = lzwGrowing(content, early);
          const result = decodeInPieces(new LzwDecoder(early), Buffer.concat([encoded, Buffer.from('tail')]), sizes);
          expect(result.consumed).toBe(encoded.length);
          expect(result.content.equals(content)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('decodes what fills the table again and again', () => {
    const content = Buffer.from(Array.from({ length: 60_000 }, (_, index) => Math.imul(index, 2654435761) >>> 24));
    expect(decoded(lzwGrowing(content, early), early)[0]).toBe(content.toString('latin1'));
  });
});

describe('codes', () => {
  it('mean bytes, and what came before', () => {
    // The example of the PDF reference, 7.4.4.2.
    const example = Buffer.from([0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01]);
    expect(decoded(example)).toEqual(['-----A---B', 9]);
  });

  it.each<[string, number[], string]>([
    ['need no beginning', [65, 66, END], 'AB'],
    ['begin anew', [CLEAR, 65, 66, 258, CLEAR, 67, 68, 258, END], 'ABABCDCD'],
    ['may mean what is just being told', [CLEAR, 65, 258, 259, END], 'AAAAAA'],
    ['end at once', [CLEAR, END], ''],
    ['may begin twice', [CLEAR, CLEAR, 65, END], 'A'],
  ])('%s', (_, all, content) => {
    expect(decoded(codes(9, ...all))).toEqual([content, Math.ceil((9 * all.length) / 8)]);
  });

  it.each<[string, number[], string, number]>([
    ['a word before there is one', [CLEAR, 258, 65], '', 3],
    ['a word too far ahead', [CLEAR, 65, 259, 65], 'A', 4],
    ['the last word first', [CLEAR, 511, 65], '', 3],
  ])('end where they are broken: %s', (_, all, content, consumed) => {
    expect(decoded(codes(9, ...all))).toEqual([content, consumed]);
  });

  it('may end without saying so', () => {
    expect(decoded(codes(9, CLEAR, 65, 66, 258))).toEqual(['ABAB', null]);
  });

  it('keep their 12 bits when the table is full', () => {
    // 254 codes of 9 bits, 512 of 10, 1024 of 11; then of 12 for ever.
    const widths = (index: number) => (index < 254 ? 9 : index < 254 + 512 ? 10 : index < 254 + 512 + 1024 ? 11 : 12);
    let bits = CLEAR.toString(2).padStart(9, '0');
    const letters = Array.from({ length: 5000 }, (_, index) => 65 + (index % 26));
    for (const [index, letter] of letters.entries()) bits += letter.toString(2).padStart(widths(index), '0');
    // 258 is the first two letters, 4095 the last word of the table.
    for (const code of [258, 4095, END]) bits += code.toString(2).padStart(12, '0');
    const bytes = Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
    const last = 4095 - 258;
    const text = String.fromCharCode(...letters);
    const word = text.slice(last, last + 2);
    expect(decoded(bytes)[0]).toBe(`${text}AB${word}`);
  });

  it('throws nothing for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500, size: 'max' }), (bytes) => void decoded(Buffer.from(bytes))));
  });
});
