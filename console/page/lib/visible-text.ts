/**
 * What nobody sees, or what turns the text around it: control characters, line ends, bidirectional marks, zero-width
 * characters, lone surrogates, the byte order mark.
 */
const INVISIBLE =
  /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** A piece of a text that can be read, or the code of a character that cannot. */
export interface Piece {
  readonly text: string;
  readonly escaped: boolean;
}

/** The text in pieces: `a\u202eb` as `a`, `U+202E`, `b`. Leading and trailing spaces count as invisible. */
export function visiblePieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  const addCodes = (from: number, to: number) => {
    if (from > end) pieces.push({ text: text.slice(end, from), escaped: false });
    for (const character of text.slice(from, to)) pieces.push({ text: codeOf(character), escaped: true });
    end = to;
  };
  const spaces = /^ +| +$/g;
  const found = [...text.matchAll(INVISIBLE), ...text.matchAll(spaces)].sort((a, b) => a.index - b.index);
  for (const { 0: match, index } of found) if (index >= end) addCodes(index, index + match.length);
  if (end < text.length) pieces.push({ text: text.slice(end), escaped: false });
  return pieces;
}

const codeOf = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** The same in JSON, whose own escapes do: `\u202e`. Line ends and tabs, which indent it, stay. */
export function escapeInvisible(json: string): string {
  return json.replace(INVISIBLE, (character) =>
    character === '\n' || character === '\t'
      ? character
      : [...Array(character.length).keys()]
          .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
          .join(''),
  );
}
