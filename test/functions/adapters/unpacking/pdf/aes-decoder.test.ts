import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AesDecoder } from '../../../../../functions/adapters/unpacking/pdf/aes-decoder.ts';
import { decodeInPieces } from '../../../../support/decode-in-pieces.ts';

function encrypted(key: Buffer, content: Buffer, padding = true): Buffer {
  const vector = randomBytes(16);
  const cipher = createCipheriv(`aes-${8 * key.length}-cbc`, key, vector).setAutoPadding(padding);
  return Buffer.concat([vector, cipher.update(content), cipher.final()]);
}
const decode = (key: Buffer, bytes: Buffer, sizes?: number[]) => decodeInPieces(new AesDecoder(key), bytes, sizes);

describe.each([16, 32])('a key of %d bytes', (length) => {
  const key = randomBytes(length);

  it('decrypts content of any length in pieces of any size', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200, size: 'max' }), sizes, (content, pieces) => {
        const bytes = Buffer.from(content);
        expect(decode(key, encrypted(key, bytes), pieces)).toEqual({ content: bytes, consumed: null });
      }),
    );
  });

  it.each<[string, string, string]>([
    ['too long', `${'x'.repeat(15)}\x11`, `${'x'.repeat(15)}\x11`],
    ['none', `${'x'.repeat(15)}\0`, `${'x'.repeat(15)}\0`],
    ['of different bytes', `${'x'.repeat(14)}\x01\x02`, `${'x'.repeat(14)}\x01\x02`],
    ['of one byte', `${'x'.repeat(15)}\x01`, 'x'.repeat(15)],
    ['of a whole block', `${'x'.repeat(16)}${'\x10'.repeat(16)}`, 'x'.repeat(16)],
  ])('takes padding for content where it is wrong: %s', (_, plain, content) => {
    expect(decode(key, encrypted(key, Buffer.from(plain), false)).content.toString()).toBe(content);
  });

  it('decrypts what there is of content that is cut off', () => {
    const content = Buffer.from('0123456789abcdef'.repeat(3));
    const bytes = encrypted(key, content);
    expect(decode(key, bytes.subarray(0, 55), [7]).content).toEqual(content.subarray(0, 32));
    for (const cut of [0, 10, 16, 20]) expect(decode(key, bytes.subarray(0, cut)).content).toHaveLength(0);
  });

  it('hands over what it has at once', () => {
    const decoder = new AesDecoder(key);
    const bytes = encrypted(key, Buffer.alloc(64, 'x'));
    expect(Buffer.concat(decoder.push(bytes)).toString()).toBe('x'.repeat(64));
  });
});
