import type { ObjectReference } from '../../functions/domain/object-reference.ts';
import type { ObjectStore } from '../../functions/domain/ports.ts';

/** One object's bytes behind `readRange`, with an account of what was read. */
export function memoryStore(content: Uint8Array | SparseContent) {
  const reads: Array<{ start: number; end: number }> = [];
  const { size, fill } = content instanceof Uint8Array ? sparse(content.length, [[0, content]]) : content;
  const store: Pick<ObjectStore, 'readRange'> = {
    async readRange(_object, start, end) {
      if (start < 0 || end < start || end >= size) throw new RangeError(`bytes=${start}-${end} of ${size}`);
      reads.push({ start, end });
      return fill(start, end - start + 1);
    },
  };
  return {
    store,
    reads,
    bytesRead: () => reads.reduce((sum, { start, end }) => sum + end - start + 1, 0),
    reference: (key: string): ObjectReference => ({ bucket: 'uploads', key, size, etag: 'e' }),
  };
}

export interface SparseContent {
  readonly size: number;
  fill(start: number, length: number): Uint8Array;
}

/** An object of any size that is `filler` but for a few pieces; takes no memory of its own. */
export function sparse(size: number, pieces: ReadonlyArray<readonly [number, Uint8Array]>, filler = 0): SparseContent {
  return {
    size,
    fill(start, length) {
      const bytes = new Uint8Array(length).fill(filler);
      for (const [offset, piece] of pieces) {
        const from = Math.max(start, offset);
        const until = Math.min(start + length, offset + piece.length);
        if (from < until) bytes.set(piece.subarray(from - offset, until - offset), from - start);
      }
      return bytes;
    },
  };
}
