import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeText } from '../../../../../functions/domain/file-type/text/text.ts';

const whole = (bytes: Uint8Array) => decodeText([{ start: 0, bytes }], bytes.length)?.text ?? null;
/** Those in which browsers still read pages, but for the stateful one. */
const ENCODINGS = [
  ...['windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254', 'windows-1255', 'windows-1256'],
  ...['iso-8859-2', 'iso-8859-5', 'iso-8859-7', 'iso-8859-15', 'koi8-r', 'macintosh', 'ibm866', 'windows-874'],
  ...['shift_jis', 'euc-jp', 'gbk', 'gb18030', 'big5', 'euc-kr', 'utf-8'],
];

/** The bytes of the characters that an encoding has in one or two bytes. */
function lettersOf(encoding: string): Uint8Array[] {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const single = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const double = Array.from({ length: 300 }, (_, index) =>
    Uint8Array.of(0x81 + (index % 125), 0x40 + ((index * 7) % 188)),
  );
  return [...single, ...double].filter((bytes) => {
    try {
      return decoder.decode(bytes).length === 1;
    } catch {
      return false;
    }
  });
}

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
    ['half a mark of UTF-16 little-endian', Buffer.from([0xff, 0x41, 0x41, 0x41]), 'ÿAAA'],
    ['half a mark of UTF-16 big-endian', Buffer.from([0xfe, 0x41, 0x41, 0x41]), 'þAAA'],
    ['the other half of a mark of UTF-16 little-endian', Buffer.from([0x41, 0xfe, 0x41, 0x41]), 'AþAA'],
    ['the other half of a mark of UTF-16 big-endian', Buffer.from([0x41, 0xff, 0x41, 0x41]), 'AÿAA'],
    // No browser decodes it any more.
    ['UTF-7', Buffer.from('+/v8-+ADw-script+AD4-'), '+/v8-+ADw-script+AD4-'],
    ['Latin-1', Buffer.from('Straße', 'latin1'), 'Straße'],
    ['windows-1252', Buffer.from([0x80, 0x20, 0x35]), '€ 5'],
    ['overlong UTF-8', Buffer.from([0x41, 0xc0, 0x80]), 'AÀ€'],
    ['a cut character at the end of the object', Buffer.from('ü').subarray(0, 1), 'Ã'],
    ['Latin-1 with a NUL', Buffer.from('ß\0', 'latin1'), null],
    ['Latin-1 with another control', Buffer.from('ß\x0e', 'latin1'), null],
    ['a NUL', Buffer.from('a\0b'), null],
    ['a backspace', Buffer.from('a\bb'), null],
  ])('%s', (_name, bytes, text) => expect(whole(bytes)).toBe(text));

  it('keeps samples apart, so that nothing is read across a gap', () => {
    const parts = ['<scr', 'ipt>'].map((text, index) => ({ start: index * 100, bytes: Buffer.from(text) }));
    expect(decodeText(parts, 104)).toEqual({ text: '<scr\nipt>', unicode: true });
  });

  it('says whether it is in some code page, which one part decides for all', () => {
    const parts = [
      { start: 0, bytes: Buffer.from('Grüße') },
      { start: 100, bytes: Buffer.from('Grüße', 'latin1') },
    ];
    expect(decodeText(parts, 105)).toEqual({ text: 'GrÃ¼ÃŸe\nGrüße', unicode: false });
    expect(decodeText(parts.slice(0, 1), 100)).toEqual({ text: 'Grüße', unicode: true });
  });

  it('is in any code page, for any letters', () => {
    const control = /\p{Cc}/u;
    for (const encoding of ENCODINGS) {
      const letters = lettersOf(encoding).filter((bytes) => !control.test(new TextDecoder(encoding).decode(bytes)));
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...letters), { minLength: 1 }), (bytes) => {
          expect(whole(Buffer.concat(bytes))).not.toBeNull();
        }),
        { numRuns: 20 },
      );
    }
  });

  it('is nothing that random bytes would be', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 128, maxLength: 512 }), (bytes) => {
        // fast-check likes equal bytes, which are not random.
        fc.pre(new Set(bytes).size > bytes.length / 4);
        expect(bytes.some((byte) => byte < 9) ? whole(bytes) : null).toBeNull();
      }),
    );
    let seed = 1;
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return seed >>> 24;
    };
    for (let run = 0; run < 1_000; run += 1) {
      const bytes = Buffer.from(Array.from({ length: 128 }, random));
      bytes[0] = 0x80 | random();
      expect(whole(bytes)).toBeNull();
    }
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
