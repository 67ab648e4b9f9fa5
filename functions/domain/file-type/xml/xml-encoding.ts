import { SaxesParser } from 'saxes';

/** Stateful, or a page's own: markup can hide in them. TextDecoder knows no others of this kind. */
const REFUSED = new Set(['iso-2022-jp', 'x-user-defined', 'replacement']);

/**
 * The encodings in which these bytes are read as XML, null for one that is not read: by the byte order mark; else by the
 * charset of the stored Content-Type, as browsers do, and by the declaration, as programs do that open the file.
 * @see https://www.rfc-editor.org/rfc/rfc7303#section-3
 */
export function xmlEncodings(head: Uint8Array, charset: string | null): (string | null)[] {
  const marked = encodingByMark(head);
  if (marked !== null) return [marked];
  const stored = charset === null ? undefined : nameOf(charset);
  return [...new Set([...(stored === undefined ? [] : [readable(stored)]), declaredEncoding(head)])];
}

function encodingByMark([first, second, third]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : null;
}

/** Many programs write `utf-16` into what they store as UTF-8, and browsers read it so. */
function declaredEncoding(head: Uint8Array): string | null {
  const label = declaration(new TextDecoder('latin1').decode(head));
  const name = label === null ? undefined : nameOf(label);
  if (name === undefined) return null;
  return name.startsWith('utf-16') ? 'utf-8' : readable(name);
}

/** The declared encoding, UTF-8 without one; null when the declaration does not end. */
function declaration(text: string): string | null {
  if (!/^<\?xml\s/.test(text)) return 'utf-8';
  const parser = new SaxesParser();
  let ended = false;
  const end = () => {
    ended = true;
    throw new Error('the declaration has ended, rightly or not');
  };
  parser.on('xmldecl', end);
  parser.on('error', end);
  try {
    parser.write(text);
  } catch {
    // As it was meant to.
  }
  return ended ? (parser.xmlDecl.encoding ?? 'utf-8') : null;
}

/** The WHATWG's name for a label; undefined for one it does not know, such as EBCDIC's and UTF-7. */
function nameOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    // Browsers do not know the label either.
    return undefined;
  }
}

const readable = (name: string): string | null => (REFUSED.has(name) ? null : name);
