import type { ByteSource } from './byte-source.ts';
import type { Extent } from './unpacker.ts';

const ZEROS = 'A'.charCodeAt(0);

const LETTER = Uint8Array.from({ length: 256 }, (_, byte) => Number(/[A-Za-z0-9+/]/.test(String.fromCharCode(byte))));

/**
 * A text whose containers in base64 decode to zeros, so that the engine finds nothing of them, and everything else.
 *
 * @param extents in order
 */
export function withoutContainers(text: ByteSource, extents: readonly Extent[]): ByteSource {
  const merged = mergedExtents(extents);
  return {
    size: text.size,
    async read(start, end) {
      const bytes = Buffer.from(await text.read(start, end));
      for (const extent of merged) {
        const from = Math.max(0, extent.start - start);
        const until = Math.min(bytes.length, extent.end - start);
        for (let at = from; at < until; at += 1) if (LETTER[bytes[at] ?? 0]) bytes[at] = ZEROS;
      }
      return bytes;
    },
  };
}

function mergedExtents(extents: readonly Extent[]): Extent[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of extents) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}
