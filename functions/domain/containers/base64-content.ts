import { type ByteSource, CHUNK_BYTES } from './byte-source.ts';

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
].map((text) => Buffer.from(text, 'latin1'));

const OVERLAP = 16;
/** In attributes, where Office keeps drawings. */
const LINE_BREAK_OF_XML = /&#(?:x[ad]|10|13);/gi;
/** One whose end is in the next piece. */
const CUT_LINE_BREAK = /^&(?:#(?:x[ad]?|1[03]?)?)?$/i;

/**
 * The parts of a text in which a container stands in base64, decoded: attachments of mails, calendars and documents in
 * XML. Whoever reads them bounds the time: one text may seem to begin one at every word.
 */
export async function* base64Containers(source: ByteSource): AsyncIterable<AsyncIterable<Buffer>> {
  for (let start = 0; start < source.size; start += CHUNK_BYTES) {
    const bytes = await source.read(start, start + CHUNK_BYTES + OVERLAP);
    for (const at of positions(bytes)) {
      const before = at === 0 ? await source.read(Math.max(0, start - 1), start) : bytes.subarray(at - 1, at);
      if (at >= CHUNK_BYTES || isLetter(before[0])) continue;
      yield decoded(source, start + at);
    }
  }
}

function positions(bytes: Buffer): number[] {
  const found: number[] = [];
  for (const beginning of BEGINNINGS) {
    for (let at = bytes.indexOf(beginning); at >= 0; at = bytes.indexOf(beginning, at + 1)) found.push(at);
  }
  return found.sort((a, b) => a - b);
}

/** From there on, over line breaks, to the first byte that is not base64. */
async function* decoded(source: ByteSource, start: number): AsyncIterable<Buffer> {
  let rest = '';
  let cut = '';
  for (let at = start; at < source.size; at += CHUNK_BYTES) {
    const piece = (await source.read(at, at + CHUNK_BYTES)).toString('latin1');
    const text = (cut + piece).replaceAll(LINE_BREAK_OF_XML, '\n');
    const end = text.search(/[^A-Za-z0-9+/\s]/);
    const letters = rest + (end < 0 ? text : text.slice(0, end)).replaceAll(/\s/g, '');
    const whole = letters.length - (letters.length % 4);
    yield Buffer.from(letters.slice(0, whole), 'base64');
    rest = letters.slice(whole);
    cut = end < 0 ? '' : text.slice(end);
    if (end >= 0 && !CUT_LINE_BREAK.test(cut)) break;
  }
  yield Buffer.from(rest, 'base64');
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && /[A-Za-z0-9+/=]/.test(String.fromCharCode(byte));
}
