import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeText } from '../../../../functions/domain/file-type/text.ts';

const whole = (bytes: Uint8Array) => decodeText([{ start: 0, bytes }], bytes.length);
const bom = (name: 'utf16le' | 'utf8', text: string) => Buffer.from(`\ufeff${text}`, name);

describe('text', () => {
  it.each<[string, Buffer, string | null]>([
    ['ASCII', Buffer.from('abc\t\r\n\f'), 'abc\t\r\n\f'],
    ['UTF-8', Buffer.from('Grüße 🎉'), 'Grüße 🎉'],
    ['UTF-8 behind a byte order mark', bom('utf8', 'Grüße'), 'Grüße'],
    ['UTF-16 little-endian', bom('utf16le', 'Grüße'), 'Grüße'],
    ['UTF-16 big-endian', bom('utf16le', 'Grüße').swap16(), 'Grüße'],
    ['terminal colours', Buffer.from('\x1b[1mbold'), '\x1b[1mbold'],
    ['UTF-16 without a mark', Buffer.from('abc', 'utf16le'), null],
    ['UTF-16 with a lone surrogate', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]), null],
    ['UTF-16 of odd length', Buffer.from([0xff, 0xfe, 0x41]), null],
    ['UTF-16 with a NUL', bom('utf16le', 'a\0b'), null],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]), null],
    ['half a mark of UTF-16 little-endian', Buffer.from([0xff, 0x41, 0x41, 0x41]), null],
    ['half a mark of UTF-16 big-endian', Buffer.from([0xfe, 0x41, 0x41, 0x41]), null],
    ['the other half of a mark of UTF-16 little-endian', Buffer.from([0x41, 0xfe, 0x41, 0x41]), null],
    ['the other half of a mark of UTF-16 big-endian', Buffer.from([0x41, 0xff, 0x41, 0x41]), null],
    ['UTF-7', Buffer.from('+/v8-+ADw-script+AD4-'), null],
    ['Latin-1', Buffer.from('Straße', 'latin1'), null],
    ['overlong UTF-8', Buffer.from([0x41, 0xc0, 0x80]), null],
    ['a cut character at the end of the object', Buffer.from('ü').subarray(0, 1), null],
    ['a NUL', Buffer.from('a\0b'), null],
    ['a backspace', Buffer.from('a\bb'), null],
  ])('%s', (_name, bytes, text) => expect(whole(bytes)).toBe(text));

  it('keeps samples apart, so that nothing is read across a gap', () => {
    const parts = ['<scr', 'ipt>'].map((text, index) => ({ start: index * 100, bytes: Buffer.from(text) }));
    expect(decodeText(parts, 104)).toBe('<scr\nipt>');
  });

  it('is nothing without its beginning', () => {
    expect(decodeText([], 10)).toBeNull();
    expect(decodeText([{ start: 1, bytes: Buffer.from('abc') }], 4)).toBeNull();
  });

  it('never takes bytes with a NUL for text, outside of UTF-16', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        expect(whole(Buffer.from(`${before}\0${after}`))).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (before, after) => {
        const bytes = Buffer.concat([before, Buffer.from([0]), after]);
        fc.pre(!(bytes[0] === 0xff && bytes[1] === 0xfe) && !(bytes[0] === 0xfe && bytes[1] === 0xff));
        expect(whole(bytes)).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), (before, after, big) => {
        const bytes = bom('utf16le', `${before}\0${after}`);
        expect(whole(big ? bytes.swap16() : bytes)).toBeNull();
      }),
    );
  });

  it('takes any sample of a text for text, wherever it is cut', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 8 }).filter((value) => !/\p{Cc}/u.test(value));
    fc.assert(
      fc.property(
        text,
        fc.constantFrom('utf8' as const, 'utf16le' as const),
        fc.nat(),
        fc.nat(),
        (value, name, a, b) => {
          const bytes = bom(name, value);
          const cut = 3 + (a % (bytes.length - 3));
          const start = cut + (b % (bytes.length - cut));
          const parts = [
            { start: 0, bytes: bytes.subarray(0, cut) },
            { start, bytes: bytes.subarray(start) },
          ];
          expect(decodeText(parts, bytes.length)).not.toBeNull();
        },
      ),
    );
  });
});
