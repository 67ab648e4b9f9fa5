import { overLimit } from '../unaccounted.ts';
import { firstFrom } from './index-of-pdf.ts';
import { PdfLexer } from './lexer.ts';
import type { ObjectHeader, PdfFile } from './pdf-file.ts';
import { PdfDictionary } from './values.ts';

/** A stream as it stands in the file. */
export interface PdfStream extends ObjectHeader {
  /** Of its object's `obj`; null where the stream has no object that could be read. */
  readonly object: number | null;
  readonly dictionary: PdfDictionary;
  /** Text of the dictionary: from `obj` up to `stream`. */
  readonly text: string;
  /** Of the word `stream`. */
  readonly keyword: number;
  /** Of the data. */
  readonly start: number;
}

/** What may be a stream's data: from its start up to here. */
export interface StreamEnd {
  readonly end: number;
  /** Whether the stream's own length says so. */
  readonly told: boolean;
}

/** clamd's own MaxFiles. */
const MAX_STREAMS = 100_000;
const MAX_DICTIONARY_BYTES = 1024 * 1024;
/** Words `obj` before a stream that may stand in its own dictionary. */
const MAX_OBJECTS_BACK = 4;

/** Every stream, also one inside another's data. @throws Unaccounted over 100,000 */
export async function findStreams(file: PdfFile): Promise<PdfStream[]> {
  const streams: PdfStream[] = [];
  for (const keyword of file.index.streams) {
    const stream = (await ownedStream(file, keyword)) ?? (await strayStream(file, keyword));
    if (stream !== null) streams.push(stream);
    if (streams.length > MAX_STREAMS) throw overLimit('files');
  }
  return streams;
}

async function ownedStream(file: PdfFile, keyword: number): Promise<PdfStream | null> {
  const last = file.objectBefore(keyword);
  for (let back = 0; back < MAX_OBJECTS_BACK; back++) {
    const object = file.index.objects[last - back];
    if (object === undefined || keyword - object > MAX_DICTIONARY_BYTES) return null;
    // With the word itself and a little more: it may be in a comment.
    const lexer = new PdfLexer(await file.bytes(object + 3, keyword + 8));
    const dictionary = lexer.value();
    file.spend(lexer.position + 64);
    lexer.skip();
    if (!(dictionary instanceof PdfDictionary) || lexer.position !== keyword - object - 3) continue;
    const header = (await file.header(object)) ?? { number: 0, generation: 0 };
    const text = (await file.bytes(object + 3, keyword)).toString('latin1');
    return { ...header, object, dictionary, text, keyword, start: await dataStart(file, keyword) };
  }
  return null;
}

/** A stream whose dictionary cannot be read; most such words are text. */
async function strayStream(file: PdfFile, keyword: number): Promise<PdfStream | null> {
  const before = (await file.bytes(keyword - 16, keyword)).toString('latin1');
  const start = await dataStart(file, keyword);
  if (!/>>[\0\t\n\f\r ]*$/.test(before) || start === keyword + 6) return null;
  return { number: 0, generation: 0, object: null, dictionary: new PdfDictionary(), text: '', keyword, start };
}

async function dataStart(file: PdfFile, keyword: number): Promise<number> {
  const after = (await file.bytes(keyword + 6, keyword + 40)).toString('latin1');
  return keyword + 6 + (/^ *(?:\r\n|\n|\r)/.exec(after)?.[0].length ?? 0);
}

/** Where the data end: as their length says if `endstream` follows there, else at the next `endstream`, or either. */
export async function streamEnds(file: PdfFile, { dictionary, start }: PdfStream): Promise<StreamEnd[]> {
  const { size } = file.source;
  const lengths: number[] = [];
  for (const value of dictionary.all('Length')) {
    for (const meant of await file.meanings(value)) {
      if (typeof meant === 'number' && meant >= 0 && start + meant <= size) lengths.push(Math.trunc(meant));
    }
  }
  for (const length of lengths) {
    const after = (await file.bytes(start + length, start + length + 32)).toString('latin1');
    if (/^[\0\t\n\f\r ]*endstream/.test(after)) return [{ end: start + length, told: true }];
  }
  const next = firstFrom(file.index.streamEnds, start) ?? firstFrom(file.index.objectEnds, start) ?? size;
  const tail = (await file.bytes(Math.max(start, next - 2), next)).toString('latin1');
  const end = next - (/(?:\r\n|\n|\r)$/.exec(tail)?.[0].length ?? 0);
  const others = lengths.filter((length) => length > 0);
  return [...new Set([end, ...others.map((length) => start + length)])].map((at) => ({ end: at, told: false }));
}
