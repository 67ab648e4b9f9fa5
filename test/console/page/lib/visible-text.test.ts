import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeInvisible, visiblePieces } from '../../../../console/page/lib/visible-text.ts';

const shown = (text: string) =>
  visiblePieces(text)
    .map(({ text, escaped }) => (escaped ? `[${text}]` : text))
    .join('');

it.each([
  ['plain.txt', 'plain.txt'],
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['invoice\u202efdp.exe', 'invoice[U+202E]fdp.exe'],
  ['a\nb\tc\0', 'a[U+000A]b[U+0009]c[U+0000]'],
  [' both ', '[U+0020]both[U+0020]'],
  ['in side', 'in side'],
  ['zero\u200bwidth\ufeff', 'zero[U+200B]width[U+FEFF]'],
  ['lone\ud800', 'lone[U+D800]'],
  ['😀/Ü', '😀/Ü'],
])('%j is shown as %s', (text, expected) => expect(shown(text)).toBe(expected));

it('shows every character once, in its order', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const code = (piece: string) => String.fromCodePoint(Number.parseInt(piece.slice(2), 16));
      const again = visiblePieces(text).map(({ text, escaped }) => (escaped ? code(text) : text));
      expect(again.join('')).toBe(text);
    }),
  );
});

it('escapes in JSON what JSON leaves as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeInvisible(JSON.stringify(text));
      expect(JSON.parse(escaped)).toBe(text);
      expect(escaped).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b-\u200f\0]/);
    }),
  );
});
