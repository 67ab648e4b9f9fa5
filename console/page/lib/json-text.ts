import { escapeInvisible } from './visible-text.ts';

/** A token of JSON, and what it is. */
export interface Token {
  readonly text: string;
  readonly kind: 'name' | 'string' | 'word' | 'plain';
}

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Indented JSON of a text that is JSON, or the text; whatever is invisible in it as an escape. */
export function prettyJson(text: string): string {
  try {
    return escapeInvisible(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return escapeInvisible(text);
  }
}

/** For colors. */
export function tokensOf(json: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  const add = (text: string, kind: Token['kind']) => {
    if (text !== '') tokens.push({ text, kind });
  };
  for (const match of json.matchAll(TOKENS)) {
    const [whole, string, colon] = match;
    add(json.slice(end, match.index), 'plain');
    if (string === undefined) add(whole, 'word');
    else add(string, colon === undefined ? 'string' : 'name');
    add(colon ?? '', 'plain');
    end = match.index + whole.length;
  }
  add(json.slice(end), 'plain');
  return tokens;
}
