import { viewOf } from './stream-bytes.ts';

const IN_EXTRA_FIELD = 0xffffffff;
const ZIP64_FIELD = 1;

interface ZipEntrySizes {
  readonly compressedSize: number;
  readonly offset: number;
}

/**
 * Of the directory's entry at `at`. Fields that need 64 bits stand in an extra field, in this order: size, compressed
 * size, offset.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 4.5.3
 */
export function sizesOf(view: DataView, at: number, extra: Uint8Array): ZipEntrySizes {
  const [size = 0, compressedSize = 0, offset = 0] = [24, 20, 42].map((field) => view.getUint32(at + field, true));
  const large = extraField(extra, ZIP64_FIELD);
  let next = 0;
  const widened = (value: number): number => {
    if (value !== IN_EXTRA_FIELD || large === null || next + 8 > large.byteLength) return value;
    next += 8;
    return Number(large.getBigUint64(next - 8, true));
  };
  widened(size);
  return { compressedSize: widened(compressedSize), offset: widened(offset) };
}

function extraField(extra: Uint8Array, id: number): DataView | null {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > extra.length) return null;
    if (view.getUint16(at, true) === id) return viewOf(extra.subarray(at + 4, end));
    at = end;
  }
  return null;
}
