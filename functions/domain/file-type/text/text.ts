/** A stretch of an object's bytes. */
export interface Part {
  /** Offset in the object. */
  readonly start: number;
  readonly bytes: Uint8Array;
}

export interface Text {
  /** Of a code page only the ASCII characters are certain: it is read as windows-1252, whatever it is. */
  readonly text: string;
  /** UTF-8 or UTF-16; false when it is in some code page. */
  readonly unicode: boolean;
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * The WHATWG's binary data bytes: controls that text never contains.
 * https://mimesniff.spec.whatwg.org/#binary-data-byte
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const BINARY_CONTROL = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f]/;

/**
 * The parts as text, or null when any of them is not: UTF-8, UTF-16 behind a byte order mark, or any other bytes, all
 * without NULs and other binary controls. Which code page it is (windows-1252, Shift_JIS, GBK, …) is not guessed:
 * detectors are wrong too often, and every code page has ASCII where scripts and markup have theirs.
 * A part that is cut within a character is still text.
 */
export function decodeText(parts: readonly Part[], size: number): Text | null {
  const head = parts[0];
  if (head === undefined || head.start !== 0) return null;
  const encoding = encodingOf(head.bytes);
  const unicode = join(parts.map((part) => decodePart(part, size, encoding)));
  if (unicode === null && encoding !== 'utf-8') return null;
  const text = unicode ?? join(parts.map(({ bytes }) => new TextDecoder('windows-1252').decode(bytes)));
  return text === null || BINARY_CONTROL.test(text) ? null : { text, unicode: unicode !== null };
}

function encodingOf([first, second]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return 'utf-8';
}

function join(texts: ReadonlyArray<string | null>): string | null {
  // `Array.join` copies even a single text, and that is mostly the whole object.
  if (texts.length === 1) return texts[0] ?? null;
  return texts.includes(null) ? null : texts.join('\n');
}

function decodePart({ start, bytes }: Part, size: number, encoding: Encoding): string | null {
  const atEnd = start + bytes.length >= size;
  try {
    // ignoreBOM affects only a mark at the very beginning; elsewhere U+FEFF is a character.
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: start !== 0 }).decode(
      bytes.subarray(firstCharacter(bytes, start, encoding)),
      { stream: !atEnd },
    );
  } catch {
    return null;
  }
}

/** Where the first whole character begins in a part that was cut out of the middle. */
function firstCharacter(bytes: Uint8Array, start: number, encoding: Encoding): number {
  if (start === 0) return 0;
  let offset = 0;
  if (encoding === 'utf-8') {
    while (offset < 3 && ((bytes[offset] ?? 0) & 0xc0) === 0x80) offset += 1;
    return offset;
  }
  offset = start % 2;
  const high = bytes[encoding === 'utf-16le' ? offset + 1 : offset] ?? 0;
  return (high & 0xfc) === 0xdc ? offset + 2 : offset;
}
