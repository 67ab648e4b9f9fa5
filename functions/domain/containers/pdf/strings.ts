const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

/** What a string in hexadecimal digits means: other characters do not count, and a digit that is missing is 0. */
export function fromHexadecimal(text: string): Buffer {
  const digits = text.replace(/[^0-9a-fA-F]/g, '');
  // A digit that has no other is left out.
  return Buffer.from(`${digits}0`, 'hex');
}

/** What a string in parentheses means, its text given in Latin-1. */
export function unescaped(text: string): Buffer {
  const plain = text.replace(/\\([0-7]{1,3}|\r\n|[\s\S])|\r\n?/g, (whole, code?: string) => {
    if (code === undefined) return '\n';
    if (/[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    if (/[\r\n]/.test(code)) return '';
    const meaning = ESCAPES[code];
    return meaning === undefined ? whole.slice(1) : String.fromCharCode(meaning);
  });
  return Buffer.from(plain, 'latin1');
}
