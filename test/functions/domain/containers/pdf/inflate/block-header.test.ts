import { describe, expect, it } from '@jest/globals';
import { BitReader } from '../../../../../../functions/domain/containers/pdf/inflate/bit-reader.ts';
import { readBlockHeader } from '../../../../../../functions/domain/containers/pdf/inflate/block-header.ts';
import { Broken } from '../../../../../../functions/domain/containers/pdf/inflate/broken.ts';
import { SlidingWindow } from '../../../../../../functions/domain/containers/pdf/inflate/sliding-window.ts';
import { bytesOfBits } from '../../../../../support/decode-in-pieces.ts';

/** A number as deflate writes it: lowest bit first. */
const bits = (value: number, count: number) =>
  Array.from({ length: count }, (_, index) => (value >> index) & 1).join('');

/** Decodes one block, whose header begins the bits. */
function blockOf(text: string): Buffer {
  const reader = new BitReader();
  reader.append(bytesOfBits(text));
  const block = readBlockHeader(reader);
  const window = new SlidingWindow();
  for (let more = true; more; ) more = block.step(reader, window);
  return Buffer.concat(window.take());
}

describe('a stored block', () => {
  const stored = (length: number, complement: number) => bits(length, 16) + bits(complement, 16);

  it('begins with the next byte', () => {
    expect(blockOf(`00 111111 ${stored(2, 0xfffd)} ${bits(0x41, 8)} ${bits(0x42, 8)}`).toString()).toBe('AB');
  });

  it('may be empty', () => {
    expect(blockOf(`00 000000 ${stored(0, 0xffff)}`)).toHaveLength(0);
  });

  it('whose length is not told twice is broken', () => {
    expect(() => blockOf(`00 000000 ${stored(1, 0xffff)} ${bits(0x41, 8)}`)).toThrow(Broken);
  });
});

describe('a block in the fixed codes', () => {
  it('has literals of 8 and 9 bits, and ends by 7', () => {
    // RFC 1951, 3.2.6: 0 to 143 from 00110000, 144 to 255 from 110010000.
    expect(blockOf('10 00110000 10111111 110010000 111111111 0000000')).toEqual(Buffer.from([0, 143, 144, 255]));
  });

  it('repeats: lengths have 7 and 8 bits, distances 5', () => {
    // 257: three bytes; 285: 258 bytes. Distance 0: one byte back.
    expect(blockOf('10 01110001 0000001 00000 0000000').toString()).toBe('AAAA');
    expect(blockOf('10 01110001 11000101 00000 0000000')).toHaveLength(259);
    // 265: 11 bytes and one bit more.
    expect(blockOf('10 01110001 0001001 1 00000 0000000')).toHaveLength(13);
    // Distance 4: five bytes back, and one bit more.
    expect(blockOf(`10 ${'01110001'.repeat(5)}01110010 0000001 00100 1 0000000`).toString()).toBe('AAAAABAAA');
  });

  it.each([
    ['a length that is none', '10 01110001 11000110 00000'],
    ['the other length that is none', '10 01110001 11000111 00000'],
    ['a distance that is none', '10 01110001 0000001 11110'],
    ['the other distance that is none', '10 01110001 0000001 11111'],
    ['what is not there', '10 01110001 0000001 00001'],
  ])('is broken at %s', (_, text) => {
    expect(() => blockOf(`${text} 0000000 0000000`)).toThrow(Broken);
  });
});

describe('a block in codes of its own', () => {
  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  /** Symbols 0, 1, 2, 16, 17 and 18 say how long codes are: in this code. */
  const OWN: Record<number, string> = { 0: '00', 1: '01', 2: '100', 16: '101', 17: '110', 18: '111' };
  const LENGTH: Record<number, number> = { 0: 2, 1: 2, 2: 3, 16: 3, 17: 3, 18: 3 };
  const head = (literals: number, distances: number) =>
    `01 ${bits(literals - 257, 5)} ${bits(distances - 1, 5)} ${bits(18 - 4, 4)} ${ORDER.slice(0, 18)
      .map((symbol) => bits(LENGTH[symbol] ?? 0, 3))
      .join('')}`;
  const own = (...symbols: number[]) => symbols.map((symbol) => OWN[symbol] ?? symbol).join('');
  const zeros = (count: number) => `${own(18)}${bits(count - 11, 7)}`;
  const few = (count: number) => `${own(17)}${bits(count - 3, 3)}`;
  const again = (count: number) => `${own(16)}${bits(count - 3, 2)}`;

  it('tells how long they are', () => {
    // Literals 65 and 66 and the end have codes of one and two bits: A is 0, B is 10, the end is 11.
    const lengths = zeros(65) + own(1, 2) + zeros(138) + zeros(51) + own(2) + own(0);
    expect(blockOf(`${head(257, 1)} ${lengths} 0 10 0 11`).toString()).toBe('ABA');
  });

  it('may repeat them, over the border to the distances, too', () => {
    // 0 to 3 have two bits each, which the distances 0 to 3 share with them.
    const lengths = own(2) + again(3) + zeros(138) + zeros(113) + few(3);
    expect(() => blockOf(`${head(258, 1)} ${lengths} 00 01 10 11`)).toThrow(Broken);
    const border = `${zeros(65)}${own(1)}${zeros(138)}${zeros(51)}${own(0)}${own(2, 2)}${again(3)}${own(2)}`;
    // A is 0, the end is 10, a repetition of three is 11; distances have two bits.
    expect(blockOf(`${head(258, 4)} ${border} 0 11 00 10`).toString()).toBe('AAAA');
    expect(blockOf(`${head(258, 4)} ${border} 0 11 00 11 11 10`).toString()).toBe('AAAAAAA');
  });

  it('may repeat them seldom and often', () => {
    const lengths = own(0) + few(10) + few(3) + zeros(51) + own(1, 2) + zeros(138) + zeros(51) + own(2) + own(0);
    expect(blockOf(`${head(257, 1)} ${lengths} 0 10 11`).toString()).toBe('AB');
  });

  it.each<[string, string]>([
    ['repeats what is not there', `${head(257, 1)} ${again(3)}`],
    ['tells more than it has', `${head(257, 1)} ${zeros(138)} ${zeros(118)} ${own(1)} ${few(3)}`],
    ['has too many literals', `${head(287, 1)} ${zeros(138)} ${zeros(118)} ${own(1)} ${zeros(31)}`],
    ['has too many distances', `${head(257, 31)} ${zeros(138)} ${zeros(118)} ${own(1)} ${zeros(31)}`],
    ['has codes that cannot be', `${head(257, 1)} ${own(1, 1, 1)} ${zeros(138)} ${zeros(116)} ${own(0)}`],
  ])('is broken if it %s', (_, text) => {
    expect(() => blockOf(`${text} ${'0'.repeat(40)}`)).toThrow(Broken);
  });

  it('is told from a type that does not exist', () => {
    const lengths = zeros(138) + zeros(118) + own(1) + own(0);
    expect(blockOf(`${head(257, 1)} ${lengths} 0`)).toHaveLength(0);
    expect(() => blockOf(`11${head(257, 1).slice(2)} ${lengths} 0`)).toThrow(Broken);
  });

  it('may have as many as there are', () => {
    const lengths = zeros(138) + zeros(118) + own(1) + zeros(29) + zeros(30);
    expect(blockOf(`${head(286, 30)} ${lengths} 0`)).toHaveLength(0);
  });
});
