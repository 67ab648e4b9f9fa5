import { type SaxesAttributePlain, SaxesParser } from 'saxes';
import { byteSearch } from '../byte-search.ts';
import type { ByteSource } from '../byte-source.ts';

const PART_BYTES = 256 * 1024;
const HEAD_BYTES = 1024;
const UTF_16 = /^(?:\xff\xfe|\xfe\xff|\0[^\0]|[^\0]\0)/s;
const ENTITY = /<!ENTITY\s/;
/** Elements that are not closed in the order in which they were opened. */
const OUT_OF_ORDER = /clos(?:e|ing) tag|only one root/;
/** Of other faults, over which some programs read on. */
const MAX_FAULTS = 100;

/** An element's attributes, by their names without a prefix: several may have the same. */
export type Attributes = (name: string) => readonly string[];

export interface XmlHandler {
  /** Names are without a prefix. */
  open?(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
  /** The document declares entities, which may stand for anything. */
  entities?(): void;
}

/** Whether these are the first bytes of an XML document. */
export const beginsAsXml = (head: Buffer): boolean =>
  /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*</.test(head.toString('latin1', 0, HEAD_BYTES));

/**
 * Reads an XML document from its beginning to its end, or to where no program reads on.
 *
 * @throws what `takeTurn` throws, which is called for each part that is read
 */
export async function readXml(source: ByteSource, handler: XmlHandler, takeTurn: () => Promise<void>): Promise<void> {
  const decoder = new TextDecoder(encodingOf(await source.read(0, 2)));
  const parser = new SaxesParser({ position: false });
  let faults = 0;
  parser.on('error', ({ message }) => {
    faults += 1;
    if (OUT_OF_ORDER.test(message) || faults > MAX_FAULTS) throw new Malformed(message);
  });
  parser.on('doctype', (text) => {
    if (ENTITY.test(`${text} `)) handler.entities?.();
  });
  parser.on('opentag', ({ name, attributes }) => {
    handler.open?.(localName(name), (wanted) => valuesOf(attributes as Record<string, SaxesAttributePlain>, wanted));
  });
  parser.on('text', (text) => handler.text?.(text));
  parser.on('cdata', (text) => handler.text?.(text));
  parser.on('closetag', ({ name }) => handler.close?.(localName(name)));
  try {
    for (let at = 0; at < source.size; at += PART_BYTES) {
      await takeTurn();
      parser.write(decoder.decode(await source.read(at, at + PART_BYTES), { stream: true }));
    }
  } catch (fault) {
    if (!(fault instanceof Malformed)) throw fault;
  }
}

/** Ends the parser; never leaves this module. */
class Malformed extends Error {}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

const valuesOf = (attributes: Readonly<Record<string, unknown>>, wanted: string): string[] =>
  Object.entries(attributes).flatMap(([name, value]) => (localName(name) === wanted ? [String(value).trim()] : []));

/** What is looked for is ASCII: other encodings than UTF-16 write it alike. */
function encodingOf(start: Buffer): string {
  const text = start.toString('latin1');
  if (!UTF_16.test(text)) return 'utf-8';
  return text.startsWith('\xfe') || text.startsWith('\0') ? 'utf-16be' : 'utf-16le';
}

/** Whether a document may hold one of some words. */
export type WordSearch = (source: ByteSource, takeTurn: () => Promise<void>) => Promise<boolean>;

/** @param words of ASCII; a document in UTF-16 may hold any of them, whatever it holds */
export function wordSearch(words: readonly string[]): WordSearch {
  const overlap = Math.max(...words.map(({ length }) => length));
  const searches = words.map((word) => byteSearch(Buffer.from(word)));
  return async (source, takeTurn) => {
    const start = await source.read(0, 2);
    if (UTF_16.test(start.toString('latin1'))) return true;
    for (let at = 0; at < source.size; at += PART_BYTES) {
      await takeTurn();
      const bytes = await source.read(at, at + PART_BYTES + overlap);
      if (searches.some((search) => search(bytes) >= 0)) return true;
    }
    return false;
  };
}
