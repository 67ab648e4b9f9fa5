import type { ByteSource } from './byte-source.ts';

/**
 * How containers begin in base64: ZIP, gzip, bzip2, xz, zstd, 7z, RAR, cab, OLE, PDF, LZ4. What is attached in base64
 * begins with its first byte, so these letters are always the same.
 */
const BEGINNINGS = [
  'UEsDB',
  'H4sI',
  'Qlpo',
  '/Td6WF',
  'KLUv/',
  'N3q8ryc',
  'UmFyIRoH',
  'TVNDRg',
  '0M8R4KGx',
  'JVBERi',
  'BCJNGA',
].map((text) => Buffer.from(text, 'latin1'));

const CHUNK = 4 * 1024 * 1024;
const OVERLAP = 16;
/** In attributes, where Office keeps drawings. */
const LINE_BREAK_OF_XML = /&#(?:x[ad]|10|13);/gi;
/** Shorter ones hold no container. */
const MIN_BYTES = 20;

/** The parts of a text in which a container stands in base64: attachments of mails, calendars and documents in XML. */
export async function* base64Containers(source: ByteSource): AsyncIterable<Buffer> {
  for (let start = 0; start < source.size; start += CHUNK) {
    const bytes = await source.read(start, start + CHUNK + OVERLAP);
    for (const at of positions(bytes)) {
      const before = at === 0 ? await source.read(Math.max(0, start - 1), start) : bytes.subarray(at - 1, at);
      if (at >= CHUNK || isLetter(before[0])) continue;
      const content = await decoded(source, start + at);
      if (content.length >= MIN_BYTES) yield content;
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
async function decoded(source: ByteSource, start: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let rest = '';
  for (let at = start; at < source.size; at += CHUNK) {
    const text = (await source.read(at, at + CHUNK)).toString('latin1').replaceAll(LINE_BREAK_OF_XML, '\n');
    const end = text.search(/[^A-Za-z0-9+/\s]/);
    const letters = rest + (end < 0 ? text : text.slice(0, end)).replaceAll(/\s/g, '');
    const whole = letters.length - (letters.length % 4);
    parts.push(Buffer.from(letters.slice(0, whole), 'base64'));
    rest = letters.slice(whole);
    if (end >= 0) break;
  }
  return Buffer.concat([...parts, Buffer.from(rest, 'base64')]);
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && /[A-Za-z0-9+/=]/.test(String.fromCharCode(byte));
}
