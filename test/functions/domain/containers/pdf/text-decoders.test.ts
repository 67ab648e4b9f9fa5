import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  Ascii85Decoder,
  AsciiHexDecoder,
  RunLengthDecoder,
} from '../../../../../functions/domain/containers/pdf/text-decoders.ts';
import { decodeInPieces } from '../../../../support/decode-in-pieces.ts';
import { ascii85Of, hexOf, runLengthOf } from '../../../../support/pdf-files.ts';

const bytes = fc.uint8Array({ maxLength: 600, size: 'max' }).map((array) => Buffer.from(array));
const zeros = fc.integer({ min: 0, max: 9 }).map((count) => Buffer.alloc(count));
const data = fc.array(fc.oneof(bytes, zeros), { maxLength: 4 }).map((parts) => Buffer.concat(parts));
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 });

describe.each([
  ['AsciiHexDecoder', AsciiHexDecoder, hexOf],
  ['Ascii85Decoder', Ascii85Decoder, ascii85Of],
  ['RunLengthDecoder', RunLengthDecoder, runLengthOf],
] as const)('%s', (_, Decoder, encode) => {
  it('decodes what is encoded, up to its end and no further', () => {
    fc.assert(
      fc.property(data, sizes, (content, pieces) => {
        const encoded = encode(content);
        const result = decodeInPieces(new Decoder(), Buffer.concat([encoded, Buffer.from('>tail')]), pieces);
        expect(result.consumed).toBe(encoded.length);
        expect(result.content.equals(content)).toBe(true);
      }),
    );
  });

  it('throws nothing for any bytes', () => {
    fc.assert(fc.property(bytes, (content) => void decodeInPieces(new Decoder(), content, [5])));
  });
});

const decoded = (decoder: AsciiHexDecoder | Ascii85Decoder | RunLengthDecoder, text: string) => {
  const { content, consumed } = decodeInPieces(decoder, Buffer.from(text, 'latin1'), [1]);
  return [content.toString('latin1'), consumed];
};

it.each([
  ['4a4B>', 'JK', 5],
  ['4 a\n4-b>x', 'JK', 8],
  ['4a4>', 'J@', 4],
  ['4a4', 'J@', null],
  ['4a', 'J', null],
  ['4aGg5:>', 'JP', 7],
  ['>', '', 1],
  ['fF0A9>', '\xff\x0a\x90', 6],
])('hexadecimal digits: %j', (text, content, consumed) => {
  expect(decoded(new AsciiHexDecoder(), text)).toEqual([content, consumed]);
});

it.each([
  // Of the PDF reference's own alphabet: `87cURD]i,"Ebo80` is "Hello World!".
  ['87cURD]i,"Ebo80~>', 'Hello World!', 17],
  ['<~87cURD]i,"Ebo80~>', 'Hello World!', 19],
  [' 87c\nUR\0D]i\t,"E\rbo80 ~ > tail', 'Hello World!', 24],
  ['87cURD]i,"Ebo80', 'Hello World!', null],
  ['87cURDZ~>', 'Hello', 9],
  ['87cURDZ', 'Hello', null],
  ['z~>', '\0\0\0\0', 3],
  ['zz87cURz~>', '\0\0\0\0\0\0\0\0Hell\0\0\0\0', 10],
  // In a group z is no digit, nor is anything behind u.
  ['87zcURvw{\x7f~>', 'Hell', 12],
  ['uuuuu~>', '\x08\x78\x0e\xc4', 7],
  ['!!!!!~>', '\0\0\0\0', 7],
  ['!!~>', '\0', 4],
  ['!~>', '', 3],
  ['s8W-!~>', '\xff\xff\xff\xff', 7],
  ['~>', '', 2],
  ['<~~>', '', 4],
  ['~', '', null],
  ['~x', '', 2],
  ['87cUR~x87cUR~>', 'Hell', 7],
  // `<~` begins nowhere else.
  ['!!!!!<~>', '\0\0\0\0', 8],
  ['!<~>', '\x01', 4],
  ['<<~>', '\x55', 4],
])('ASCII85: %j', (text, content, consumed) => {
  expect(decoded(new Ascii85Decoder(), text)).toEqual([content, consumed]);
});

it.each([
  ['\x02abc\x80tail', 'abc', 5],
  ['\x00a\xfeb\x80', 'abbb', 5],
  ['\xffa\x81b\x80', `aa${'b'.repeat(128)}`, 5],
  [`\x7f${'x'.repeat(128)}\x80`, 'x'.repeat(128), 130],
  ['\x02\x80\x80\x80\x80', '\x80\x80\x80', 5],
  ['\x02ab', 'ab', null],
  ['\xfe', '', null],
  ['\x80', '', 1],
])('run lengths: %j', (text, content, consumed) => {
  expect(decoded(new RunLengthDecoder(), text)).toEqual([content, consumed]);
});
