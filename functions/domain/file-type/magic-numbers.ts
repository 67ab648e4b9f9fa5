import { viewOf } from './office/stream-bytes.ts';

/**
 * Formats that `file-type` does not know, or names too broadly. Each row: offset, bytes or ASCII, media type.
 */
type Row = readonly [offset: number, magic: string | Uint8Array, type: string];

const bytes = (...values: readonly number[]) => Uint8Array.from(values);

const MAGIC: readonly Row[] = [
  [0, bytes(0xd7, 0xcd, 0xc6, 0x9a), 'image/wmf'],
  [0, bytes(1, 0, 9, 0, 0, 3), 'image/wmf'],
  [0, bytes(2, 0, 9, 0, 0, 3), 'image/wmf'],
  [0, 'xar!', 'application/x-xar'],
  // Mail stores, which `file-type` takes for single messages.
  [0, '!BDN', 'application/x-outlook-store'],
  // A segment of a stream, which begins with its own kind of file type box.
  [4, 'styp', 'video/mp4'],
];

/** Major brands of HEIF and AVIF that `file-type` takes for video: https://mp4ra.org/registered-types/brands */
const BRANDS: Readonly<Record<string, string>> = {
  heim: 'image/heic',
  heis: 'image/heic',
  hevm: 'image/heic-sequence',
  hevs: 'image/heic-sequence',
  mif2: 'image/heif',
  miaf: 'image/heif',
  avio: 'image/avif',
};

/** The type by the table above; null when no row fits. */
export function magicTypeOf(head: Uint8Array): string | null {
  // A metafile's first record has no magic number; its header does, 40 bytes in.
  if (holds(head, 0, bytes(1, 0, 0, 0)) && holds(head, 40, ' EMF')) return 'image/emf';
  if (holds(head, 4, 'ftyp')) {
    const brand = String.fromCharCode(...head.subarray(8, 12));
    if (Object.hasOwn(BRANDS, brand)) return BRANDS[brand] ?? null;
  }
  return MAGIC.find(([offset, magic]) => holds(head, offset, magic))?.[2] ?? null;
}

const STL_HEADER_BYTES = 84;
const STL_TRIANGLE_BYTES = 50;

/**
 * Binary STL has no magic number: 80 bytes of anything, then the number of triangles, which must explain the whole
 * length. Only for content that nothing else claims.
 */
export function isBinaryStl(head: Uint8Array, size: number): boolean {
  if (head.length < STL_HEADER_BYTES) return false;
  const triangles = viewOf(head).getUint32(80, true);
  return triangles > 0 && size === STL_HEADER_BYTES + triangles * STL_TRIANGLE_BYTES;
}

function holds(head: Uint8Array, offset: number, magic: string | Uint8Array): boolean {
  const wanted = typeof magic === 'string' ? Uint8Array.from(magic, (letter) => letter.charCodeAt(0)) : magic;
  return wanted.every((byte, index) => head[offset + index] === byte);
}
