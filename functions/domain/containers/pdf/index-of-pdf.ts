import type { ByteSource } from '../byte-source.ts';
import { overLimit } from '../unaccounted.ts';

/** Where PDF's keywords stand in a file, in whichever revision, ascending. */
export interface PdfIndex {
  /** `obj`; what stands before it may be no number. */
  readonly objects: readonly number[];
  readonly objectEnds: readonly number[];
  readonly streams: readonly number[];
  readonly streamEnds: readonly number[];
  readonly trailers: readonly number[];
}

const CHUNK = 1024 * 1024;
/** Enough to see `end` before a word and the whole of it. */
const OVERLAP = 16;
/** Honest files of 1 GB have some hundred thousand objects. */
const MAX_WORDS = 4_000_000;

/**
 * Finds the keywords without believing any table of them.
 *
 * @throws Unaccounted `limits-exceeded:files` over 4 million keywords
 */
export async function indexPdf(source: ByteSource): Promise<PdfIndex> {
  const index = { objects: [], objectEnds: [], streams: [], streamEnds: [], trailers: [] } as {
    [Key in keyof PdfIndex]: number[];
  };
  let words = 0;
  for (let start = 0; start < source.size; start += CHUNK) {
    const from = Math.max(0, start - OVERLAP);
    const bytes = await source.read(from, start + CHUNK + OVERLAP);
    const collect = (word: string, found: number[], ends: number[]) => {
      for (let at = bytes.indexOf(word, start - from, 'latin1'); at >= 0; at = bytes.indexOf(word, at + 1, 'latin1')) {
        if (from + at >= start + CHUNK) break;
        if (++words > MAX_WORDS) throw overLimit('files');
        if (at >= 3 && bytes.toString('latin1', at - 3, at) === 'end') ends.push(from + at - 3);
        else found.push(from + at);
      }
    };
    collect('obj', index.objects, index.objectEnds);
    collect('stream', index.streams, index.streamEnds);
    collect('trailer', index.trailers, []);
  }
  return index;
}

/** How many of the ascending offsets lie before this one. */
export function countBefore(offsets: readonly number[], offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first of the ascending offsets that is not before this one; undefined when there is none. */
export const firstFrom = (offsets: readonly number[], offset: number): number | undefined =>
  offsets[countBefore(offsets, offset)];
