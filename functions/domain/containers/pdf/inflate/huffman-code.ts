import { Broken } from './broken.ts';

/**
 * For the next bits, the lowest first, as many as the longest code has: the symbol, times 16, plus how long its code
 * is. 0 where no code begins so.
 */
export type HuffmanCode = Uint16Array;

/**
 * The code whose symbols, in order, have codes of these lengths: up to 15, 0 for a symbol that has none.
 *
 * @throws Broken where there cannot be so many codes of these lengths
 * @see https://www.rfc-editor.org/rfc/rfc1951#section-3.2.2
 */
export function huffmanCode(lengths: readonly number[]): HuffmanCode {
  const longest = Math.max(1, ...lengths);
  const table = new Uint16Array(1 << longest);
  let code = 0;
  for (let length = 1; length <= longest; length++, code <<= 1) {
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue;
      if (code >= 1 << length) throw new Broken();
      for (let at = reversed(code, length); at < table.length; at += 1 << length) table[at] = symbol * 16 + length;
      code++;
    }
  }
  return table;
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result = (result << 1) | ((code >> bit) & 1);
  return result;
}
