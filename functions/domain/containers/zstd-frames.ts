import { type ByteSource, sliceOf } from './byte-source.ts';
import { ambiguous } from './unaccounted.ts';

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const MAX_FRAMES = 100_000;

/**
 * What stands in the skippable frames of a zstd file, which decoders pass over; up to what is no frame.
 *
 * @throws Unaccounted `ambiguous-archive:zstd-broken` when a frame is cut off
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 */
export async function skippedByZstd(source: ByteSource): Promise<ByteSource[]> {
  const skipped: ByteSource[] = [];
  let position = 0;
  for (let frames = 0; position < source.size; frames += 1) {
    const head = await source.read(position, position + 18);
    if (head.length < 8 || frames > MAX_FRAMES) throw ambiguous('zstd-broken');
    const magic = head.readUInt32LE(0);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      const end = position + 8 + head.readUInt32LE(4);
      if (end > source.size) throw ambiguous('zstd-broken');
      skipped.push(sliceOf(source, position + 8, end));
      position = end;
    } else if (magic === MAGIC) position = await endOfFrame(source, position, head);
    else return skipped;
  }
  return skipped;
}

async function endOfFrame(source: ByteSource, start: number, head: Buffer): Promise<number> {
  const descriptor = head[4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  let position = start + 5 + (single ? 0 : 1) + dictionary + contentSize;
  for (;;) {
    const block = await source.read(position, position + 3);
    if (block.length < 3) throw ambiguous('zstd-broken');
    const header = block.readUIntLE(0, 3);
    // One byte stands for a repeated block, whatever its size.
    const size = ((header >> 1) & 3) === 1 ? 1 : header >> 3;
    position += 3 + size;
    if (position > source.size) throw ambiguous('zstd-broken');
    if (header & 1) return position + ((descriptor & 4) !== 0 ? 4 : 0);
  }
}
