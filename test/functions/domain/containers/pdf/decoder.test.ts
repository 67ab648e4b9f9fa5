import { describe, expect, it } from '@jest/globals';
import { ByteCollector, ByteDecoder } from '../../../../../functions/domain/containers/pdf/decoder.ts';
import { decodeInPieces } from '../../../../support/decode-in-pieces.ts';

describe('a collector', () => {
  const noise = (count: number, from = 0) =>
    Buffer.from(Array.from({ length: count }, (_, index) => ((from + index) * 7919) >> 3));

  it.each([0, 1, 4095, 4096, 4097, 70_000, 140_000])('gives back %d bytes, once, in any number of turns', (count) => {
    const collector = new ByteCollector();
    const all = noise(count);
    for (const step of [1, 3]) {
      const taken: Buffer[] = [];
      for (let turn = 0; turn < step; turn++) {
        for (const byte of all) collector.add(byte);
        taken.push(...collector.take());
      }
      expect(Buffer.concat(taken).equals(Buffer.concat(Array(step).fill(all)))).toBe(true);
      expect(Buffer.concat(collector.take())).toHaveLength(0);
    }
  });

  it('does not write over what it has given back', () => {
    const collector = new ByteCollector();
    const given: Buffer[] = [];
    for (let turn = 0; turn < 10_000; turn++) {
      collector.add(turn & 0xff);
      given.push(...collector.take());
    }
    expect(Buffer.concat(given).every((byte, index) => byte === (index & 0xff))).toBe(true);
  });
});

describe('a decoder of single bytes', () => {
  /** Doubles bytes up to a dot; without one, it adds a question mark. */
  class Doubling extends ByteDecoder {
    protected override take(byte: number): boolean {
      if (byte === 0x2e) return false;
      this.out.add(byte);
      this.out.add(byte);
      return true;
    }
    protected override finish(): void {
      this.out.add(0x3f);
    }
  }

  it.each([
    ['ab.', 'aabb', 3],
    ['ab.cd', 'aabb', 3],
    ['ab', 'aabb?', null],
    ['.', '', 1],
    ['', '?', null],
  ])('decodes %j up to its end', (text, content, consumed) => {
    for (const size of [1, 2, 100]) {
      const result = decodeInPieces(new Doubling(), Buffer.from(text), [size]);
      expect([result.content.toString(), result.consumed]).toEqual([content, consumed]);
    }
  });

  it('gives at once what it has', () => {
    expect(Buffer.concat(new Doubling().push(Buffer.from('ab'))).toString()).toBe('aabb');
  });
});
