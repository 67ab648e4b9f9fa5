/**
 * Text that others wrote, as it may appear in a terminal: neither a new line nor a control sequence in a key or in a
 * message passes for output of ours.
 */
export function oneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
