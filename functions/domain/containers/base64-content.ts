import { byteSearch } from './byte-search.ts';
import { type ByteSource, CHUNK_BYTES, piecesOf } from './byte-source.ts';

/**
 * How containers begin in base64: ZIP (also the first part of a split one), gzip, bzip2, xz, zstd, 7z, RAR, cab, OLE,
 * PDF, LZ4, lzip, RPM, cpio, ar, xar, CHM, WIM. What is attached in base64 begins with its first byte, so these letters
 * are always the same.
 */
const BEGINNINGS = [
  'UEsDB',
  'UEsHCFBL',
  'UEswMFBLAw',
  'H4sI',
  'Qlpo',
  '/Td6WF',
  'KLUv/',
  'N3q8ryc',
  'UmFyIRoH',
  'TVNDRg',
  '0M8R4KGx',
  'JVBERi',
  'BCJNG',
  'TFpJUA',
  '7avu2',
  'MDcwNzA',
  'ITxhcmNoPg',
  'eGFyI',
  'SVRTR',
  'TVNXSU0A',
];
const LETTERS = 3;
/** By the first letters, which some share. */
const SEARCHES = [...new Set(BEGINNINGS.map((beginning) => beginning.slice(0, LETTERS)))].map((letters) =>
  byteSearch(Buffer.from(letters)),
);

/** As long as the longest of them. */
const OVERLAP = 10;
/** In attributes, where Office keeps drawings. */
const LINE_BREAK_OF_XML = /&#(?:x[ad]|10|13);/gi;
/** One whose end is in the next piece, or nothing. */
const CUT_LINE_BREAK = /^(?:&(?:#(?:x[ad]?|1[03]?)?)?)?$/i;

/** A container that stands in a text in base64. */
export interface EncodedContainer {
  readonly start: number;
  /** Behind its last letter; known when all of the content was read. */
  end: number;
  /** Decoded. */
  readonly content: AsyncIterable<Buffer>;
}

/**
 * The parts of a text in which a container stands in base64: attachments of mails, calendars and documents in XML.
 * Whoever reads them bounds the time: one text may seem to begin one at every word.
 */
export async function* base64Containers(source: ByteSource): AsyncIterable<EncodedContainer> {
  let before = 0;
  for await (const { start, bytes } of piecesOf(source, { overlap: OVERLAP })) {
    for (const at of beginnings(bytes)) {
      const begins = !isLetter(at === 0 ? before : (bytes[at - 1] ?? 0));
      if (begins && at < CHUNK_BYTES) yield encodedAt(source, start + at);
    }
    before = bytes[CHUNK_BYTES - 1] ?? 0;
  }
}

function beginnings(bytes: Buffer): number[] {
  const found: number[] = [];
  for (const search of SEARCHES) {
    for (let at = search(bytes); at >= 0; at = search(bytes, at + 1)) {
      const text = bytes.toString('latin1', at, at + OVERLAP);
      if (BEGINNINGS.some((beginning) => text.startsWith(beginning))) found.push(at);
    }
  }
  return found.sort((a, b) => a - b);
}

const isLetter = (byte: number) => /[A-Za-z0-9+/=]/.test(String.fromCharCode(byte));

function encodedAt(source: ByteSource, start: number): EncodedContainer {
  const container: EncodedContainer = {
    start,
    end: start,
    content: decoded(source, start, (end) => {
      container.end = end;
    }),
  };
  return container;
}

/** From there on, over line breaks, to the first byte that is not base64. */
async function* decoded(source: ByteSource, from: number, onEnd: (end: number) => void): AsyncIterable<Buffer> {
  let rest = '';
  let cut = '';
  for await (const { start, bytes } of piecesOf(source, { from })) {
    const text = (cut + bytes.toString('latin1')).replaceAll(LINE_BREAK_OF_XML, (entity) => ' '.repeat(entity.length));
    const end = text.search(/[^A-Za-z0-9+/\s]|$/);
    const letters = rest + text.slice(0, end).replaceAll(/\s/g, '');
    const whole = letters.length - (letters.length % 4);
    onEnd(start - cut.length + end);
    yield Buffer.from(letters.slice(0, whole), 'base64');
    rest = letters.slice(whole);
    cut = text.slice(end);
    if (!CUT_LINE_BREAK.test(cut)) break;
  }
  yield Buffer.from(rest, 'base64');
}
