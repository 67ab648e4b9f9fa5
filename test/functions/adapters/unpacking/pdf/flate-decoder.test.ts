import { randomBytes } from 'node:crypto';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { FlateDecoder } from '../../../../../functions/adapters/unpacking/pdf/flate-decoder.ts';
import { decodeInPieces } from '../../../../support/decode-in-pieces.ts';

const MB = 1024 * 1024;
const TEXT = Buffer.from('some text '.repeat(5000));
const decode = (bytes: Buffer) => {
  const decoder = new FlateDecoder();
  return { ...decodeInPieces(decoder, bytes), intact: decoder.intact };
};

it.each<[string, Buffer, Buffer, boolean]>([
  ['what zlib deflates', deflateSync(TEXT), TEXT, true],
  ['nothing', deflateSync(''), Buffer.alloc(0), true],
  ['data without a header', deflateRawSync(TEXT), TEXT, false],
  ['data with a wrong checksum', Buffer.concat([deflateSync(TEXT).subarray(0, -4), Buffer.alloc(4)]), TEXT, false],
])('decodes %s up to the end, and knows whether the checksum is right', (_, bytes, content, intact) => {
  const result = decode(Buffer.concat([bytes, Buffer.from('tail')]));
  expect(result.content.equals(content)).toBe(true);
  expect([result.consumed, result.intact]).toEqual([bytes.length, intact]);
});

it('is not intact before the end', () => {
  const decoder = new FlateDecoder();
  expect([...decoder.push(deflateSync(TEXT))]).toEqual([]);
  expect([decoder.intact, decoder.consumed]).toEqual([false, null]);
});

it('gives what there is of data that are cut off', () => {
  const noise = randomBytes(100_000);
  const result = decode(deflateSync(noise).subarray(0, 50_000));
  expect(result.content.length).toBeGreaterThan(49_000);
  expect(noise.subarray(0, result.content.length).equals(result.content)).toBe(true);
  expect(result.intact).toBe(false);
});

it('does not hold more than 8 MB, nor decode more than 32 MB in one call', () => {
  const noise = randomBytes(8 * MB);
  const stored = deflateSync(noise, { level: 0 });
  const decoder = new FlateDecoder();
  expect([...decoder.push(stored.subarray(0, 8 * MB))].length).toBe(0);
  const early = Buffer.concat([...decoder.push(stored.subarray(8 * MB, 8 * MB + 1))]);
  expect(early.length).toBeGreaterThan(7 * MB);
  const later = [...decoder.push(stored.subarray(8 * MB + 1)), ...decoder.end()];
  expect(Buffer.concat([early, ...later]).equals(noise)).toBe(true);
  expect([decoder.consumed, decoder.intact]).toEqual([stored.length, false]);
  const zeros = (size: number) => {
    const one = new FlateDecoder();
    const pieces = [...one.push(deflateSync(Buffer.alloc(size))), ...one.end()];
    return [pieces.length === 1, one.intact, Buffer.concat(pieces).length];
  };
  expect(zeros(32 * MB)).toEqual([true, true, 32 * MB]);
  expect(zeros(32 * MB + 1)).toEqual([false, false, 32 * MB + 1]);
});
