import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BitReader } from '../../../../../../functions/domain/containers/pdf/inflate/bit-reader.ts';
import { Broken } from '../../../../../../functions/domain/containers/pdf/inflate/broken.ts';
import { huffmanCode } from '../../../../../../functions/domain/containers/pdf/inflate/huffman-code.ts';

function readerOf(...pieces: number[][]): BitReader {
  const reader = new BitReader();
  for (const piece of pieces) reader.append(Buffer.from(piece));
  return reader;
}

it('takes the lowest bits first', () => {
  const reader = readerOf([0b1010_0110, 0x34], [0x12]);
  expect([reader.take(1), reader.take(3), reader.take(4), reader.take(16)]).toEqual([0, 3, 10, 0x1234]);
});

it('takes any numbers of bits over any pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 6 }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.integer({ min: 0, max: 16 })),
      (pieces, counts) => {
        const reader = readerOf(...pieces.map((piece) => [...piece]));
        let bits = pieces.flatMap((piece) => [...piece]).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
        let left = 8 * pieces.flatMap((piece) => [...piece]).length;
        for (const count of counts) {
          const expected = Number(bits & ((1n << BigInt(count)) - 1n));
          expect(reader.peek(count)).toBe(expected);
          if (count > left) {
            expect(() => reader.take(count)).toThrow(Broken);
            return;
          }
          expect(reader.take(count)).toBe(expected);
          bits >>= BigInt(count);
          left -= count;
        }
        expect(reader.used).toBe(pieces.flatMap((piece) => [...piece]).length - Math.floor(left / 8));
      },
    ),
  );
});

it('sees zeros behind the end, and takes none', () => {
  const reader = readerOf([0xff]);
  expect(reader.peek(16)).toBe(0xff);
  expect(() => reader.take(9)).toThrow(Broken);
  expect(reader.take(8)).toBe(0xff);
});

it('knows how much is ahead, and how much was used', () => {
  const reader = readerOf([1, 2, 3, 4, 5]);
  expect([reader.ahead, reader.used]).toEqual([5, 0]);
  reader.take(1);
  expect([reader.ahead, reader.used]).toEqual([4, 1]);
  reader.peek(15);
  expect([reader.ahead, reader.used]).toEqual([3, 1]);
  reader.append(Buffer.from([6, 7]));
  expect([reader.ahead, reader.used]).toEqual([5, 1]);
  reader.take(16);
  expect([reader.ahead, reader.used]).toEqual([4, 3]);
});

it('goes on where a byte begins', () => {
  const reader = readerOf([0xff, 2, 3]);
  reader.align();
  expect(reader.take(3)).toBe(7);
  reader.align();
  expect(reader.take(8)).toBe(2);
  reader.align();
  expect(reader.take(8)).toBe(3);
});

it('takes the last symbol, but none of which bits are missing', () => {
  const code = huffmanCode([1, 2, 3, 3]);
  expect(readerOf([0b0000_0011]).symbol(code)).toBe(2);
  const reader = readerOf([0b0011_1111]);
  reader.take(6);
  expect([reader.symbol(code), reader.symbol(code)]).toEqual([0, 0]);
  const cut = readerOf([0b1100_0000]);
  cut.take(6);
  expect(() => cut.symbol(code)).toThrow(Broken);
});
