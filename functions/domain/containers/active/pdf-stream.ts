import type { ActiveContent } from '../../active-content.ts';
import { type ByteSource, CHUNK_BYTES } from '../byte-source.ts';
import { PdfLexer } from '../pdf/lexer.ts';
import { overLimit } from '../unaccounted.ts';
import { activeInValue, isLaunchType } from './pdf-actions.ts';
import { namesIn } from './pdf-names.ts';

const HEAD_BYTES = 64 * 1024;
/** As much of the object streams of a file as is held in memory elsewhere. */
const MAX_OBJECT_STREAM_BYTES = 64 * 1024 * 1024;
const WORD_END = /[\0\t\n\f\r ()<>[\]{}/%]/g;
/** Both in the same stream: the namespace of a form's template, and a script. */
const FORM = [/www\.xfa\.org\/schema\/xfa-template/, /<(?:[\w.-]{1,64}:)?script[\s/>]/];
const FORM_OVERLAP_BYTES = 128;

/**
 * What is active in the decoded content of a PDF's stream: the objects of an object stream, or the scripts of a form.
 *
 * @throws Unaccounted when the time is over
 * @see https://pdfa.org/norm-refs/XFA-3_3.pdf
 */
export async function activeInStream(
  content: ByteSource,
  takeTurn: () => Promise<void>,
): Promise<ReadonlySet<ActiveContent>> {
  const head = await content.read(0, HEAD_BYTES);
  if (beginsWithNumbers(head)) return activeInObjectStream(content, takeTurn);
  const isForm = /^[^<]{0,32}</.test(head.toString('latin1', 0, 64)) && (await hasFormScript(content));
  return new Set(isForm ? ['pdf-javascript'] : []);
}

/** Pairs of numbers, behind any white space and comments, say where the objects of an object stream are. */
function beginsWithNumbers(head: Buffer): boolean {
  const lexer = new PdfLexer(head);
  lexer.skip();
  if (lexer.position === head.length) return head.length === HEAD_BYTES;
  const isNumber = () => {
    lexer.skip();
    const character = String.fromCharCode(head[lexer.position] ?? 0);
    return /[\d+.-]/.test(character) && typeof lexer.value() === 'number';
  };
  return isNumber() && isNumber();
}

async function activeInObjectStream(content: ByteSource, takeTurn: () => Promise<void>): Promise<Set<ActiveContent>> {
  const found = new Set<ActiveContent>();
  if (!(await holdsName(content))) return found;
  if (content.size > MAX_OBJECT_STREAM_BYTES) throw overLimit('memory');
  const bytes = await content.read(0, content.size);
  const lexer = new PdfLexer(bytes);
  let numbers = true;
  let isPage = false;
  for (lexer.skip(); lexer.position < bytes.length; lexer.skip()) {
    await takeTurn();
    const value = lexer.value();
    // What draws a page begins with numbers too, has an operator behind them, and uses names of any kind.
    isPage ||= value === undefined && numbers;
    if (typeof value !== 'number') numbers = false;
    if (value === undefined) stepOverWord(lexer, bytes);
    else for (const active of activeInValue(value)) found.add(active);
    if (!isPage && value !== undefined && isLaunchType(value)) found.add('pdf-launch');
  }
  return found;
}

async function holdsName(content: ByteSource): Promise<boolean> {
  for await (const _ of namesIn(content)) return true;
  return false;
}

/** A word that is no value, or what ends something. */
function stepOverWord(lexer: PdfLexer, bytes: Buffer): void {
  lexer.position += 1;
  const rest = bytes.toString('latin1', lexer.position, lexer.position + 1024);
  WORD_END.lastIndex = 0;
  lexer.position += WORD_END.exec(rest)?.index ?? rest.length;
}

async function hasFormScript(content: ByteSource): Promise<boolean> {
  const seen = new Set<RegExp>();
  for (let at = 0; at < content.size && seen.size < FORM.length; at += CHUNK_BYTES) {
    const bytes = await content.read(at, at + CHUNK_BYTES + FORM_OVERLAP_BYTES);
    const text = bytes.toString('latin1').replaceAll('\0', '');
    for (const word of FORM) if (word.test(text)) seen.add(word);
  }
  return seen.size === FORM.length;
}
