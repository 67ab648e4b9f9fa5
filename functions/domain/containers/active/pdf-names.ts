import type { ActiveContent } from '../../active-content.ts';
import { type ByteSource, CHUNK_BYTES } from '../byte-source.ts';

/** Names without which nothing of that kind is there. */
const NAMES: Readonly<Record<string, ActiveContent>> = {
  JS: 'pdf-javascript',
  OnInstantiate: 'pdf-javascript',
  Launch: 'pdf-launch',
  EF: 'pdf-embedded-file',
  EmbeddedFile: 'pdf-embedded-file',
};

/** Longer than the longest of these names, every letter of which is written as `#45`. */
const OVERLAP_BYTES = 64;
const NAME_END = '(?![^\\0\\t\\n\\f\\r ()<>[\\]{}/%])';
const ANY_NAME = new RegExp(`/(?:${Object.keys(NAMES).map(spellings).join('|')})${NAME_END}`, 'g');

/** Each letter as it is, or by its code. */
function spellings(name: string): string {
  const letters = [...name].map((letter) => {
    const code = letter.charCodeAt(0).toString(16);
    const digits = [...code].map((digit) => (/\d/.test(digit) ? digit : `[${digit}${digit.toUpperCase()}]`));
    return `(?:${letter}|#${digits.join('')})`;
  });
  return letters.join('');
}

/** A name that may be part of something active, and where it stands. */
export interface NameFound {
  readonly at: number;
  readonly kind: ActiveContent;
}

/** Every such name in a text, whether it means something there or not. */
export async function* namesIn(source: ByteSource): AsyncIterable<NameFound> {
  for (let start = 0; start < source.size; start += CHUNK_BYTES) {
    const text = (await source.read(start, start + CHUNK_BYTES + OVERLAP_BYTES)).toString('latin1');
    for (const { index, 0: found } of text.matchAll(ANY_NAME)) {
      if (index >= CHUNK_BYTES) break;
      const name = found
        .slice(1)
        .replace(/#(..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
      const kind = NAMES[name];
      if (kind !== undefined) yield { at: start + index, kind };
    }
  }
}
