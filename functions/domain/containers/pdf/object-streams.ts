import { overLimit } from '../unaccounted.ts';
import type { PdfStream } from './find-streams.ts';
import { PdfLexer } from './lexer.ts';
import { PdfName, type PdfValue } from './values.ts';

/** All object streams of one file are held in memory, since any of them may hold a length or a filter. */
const MAX_BYTES = 64 * 1024 * 1024;

export const isObjectStream = ({ dictionary }: PdfStream): boolean =>
  dictionary.all('Type').some((type) => type instanceof PdfName && type.name === 'ObjStm');

/** Reads values of object streams, which are decoded when the first one is asked for. */
export function objectStreams(
  streams: readonly PdfStream[],
  decode: (stream: PdfStream) => Promise<readonly Buffer[]>,
): { contents(): Promise<readonly Buffer[]>; value(number: number): Promise<PdfValue | undefined> } {
  let values: Map<number, { bytes: Buffer; position: number }> | null = null;
  const decoded: Buffer[] = [];

  async function load() {
    // While they are decoded, they cannot refer to each other.
    values = new Map();
    let size = 0;
    for (const stream of streams.filter(isObjectStream)) {
      for (const bytes of await decode(stream)) {
        size += bytes.length;
        if (size > MAX_BYTES) throw overLimit('memory');
        decoded.push(bytes);
        for (const [number, position] of numbersIn(bytes, stream)) values.set(number, { bytes, position });
      }
    }
  }

  return {
    async contents() {
      if (values === null) await load();
      return decoded;
    },
    async value(number) {
      if (values === null) await load();
      const found = values?.get(number);
      return found === undefined ? undefined : new PdfLexer(found.bytes, found.position).value();
    },
  };
}

/** Numbers of the objects, and where each of them begins. */
function numbersIn(bytes: Buffer, { dictionary }: PdfStream): [number, number][] {
  const first = dictionary.get('First');
  if (typeof first !== 'number') return [];
  const lexer = new PdfLexer(bytes);
  const pairs: [number, number][] = [];
  while (lexer.position < first) {
    const number = lexer.value();
    const offset = lexer.value();
    if (typeof number !== 'number' || typeof offset !== 'number' || offset < 0) break;
    pairs.push([number, first + offset]);
  }
  return pairs;
}
