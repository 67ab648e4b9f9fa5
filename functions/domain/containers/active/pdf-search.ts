import type { ActiveContent } from '../../active-content.ts';
import type { ByteSource } from '../byte-source.ts';
import { PdfLexer } from '../pdf/lexer.ts';
import { overLimit } from '../unaccounted.ts';
import { activeInValue, isLaunchType } from './pdf-actions.ts';
import { namesIn } from './pdf-names.ts';

/** Of an object, around a name in it. */
const WINDOW_BYTES = 64 * 1024;
/** Places before a name where its object, or its dictionary, may begin: strings may hold the same words. */
const MAX_BEGINNINGS = { object: 4, dictionary: 16 };
const OBJECT = Buffer.from('obj');
const DICTIONARY = Buffer.from('<<');
/** How often all of it may be read again, and how much at least. */
const MAX_WORK = { times: 8, bytes: 16 * 1024 * 1024 };
/** Of looking at one name. */
const WORK_OF_A_NAME = 4096;

/**
 * What is active in a PDF outside its streams, in whichever revision: no table of its objects is believed. A name counts
 * only in a dictionary that makes something of it, not in a string or by itself.
 *
 * @throws Unaccounted when the time is over
 */
export async function activeInPdf(source: ByteSource, takeTurn: () => Promise<void>): Promise<Set<ActiveContent>> {
  const found = new Set<ActiveContent>();
  const lexed = new Set<number>();
  let work = MAX_WORK.bytes + MAX_WORK.times * source.size;
  for await (const { at, kind } of namesIn(source)) {
    if (found.has(kind)) continue;
    await takeTurn();
    work -= WORK_OF_A_NAME;
    const start = Math.max(0, at - WINDOW_BYTES);
    const bytes = await source.read(start, at + WINDOW_BYTES);
    for (const beginning of beginningsBefore(bytes, at - start)) {
      if (lexed.has(start + beginning)) continue;
      lexed.add(start + beginning);
      const lexer = new PdfLexer(bytes, beginning);
      const value = lexer.value() ?? null;
      work -= lexer.position - beginning;
      if (work < 0) throw overLimit('time');
      if (isLaunchType(value)) found.add('pdf-launch');
      for (const active of activeInValue(value, lexer.position < bytes.length)) found.add(active);
    }
  }
  return found;
}

/** Where the value that holds this offset may begin, the nearest first. */
function* beginningsBefore(bytes: Buffer, offset: number): Iterable<number> {
  for (const [word, limit, skipped] of [
    [OBJECT, MAX_BEGINNINGS.object, OBJECT.length],
    [DICTIONARY, MAX_BEGINNINGS.dictionary, 0],
  ] as const) {
    let at = offset;
    for (let count = 0; count < limit && at > 0; count += 1) {
      at = bytes.lastIndexOf(word, at - 1);
      if (at < 0) break;
      yield at + skipped;
    }
  }
}
