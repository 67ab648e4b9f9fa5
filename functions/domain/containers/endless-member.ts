import { type ByteSource, CHUNK_BYTES } from './byte-source.ts';
import type { Crc32 } from './embedded-archive.ts';
import type { ZipMember } from './zip-structure.ts';

const DESCRIPTOR = Buffer.from('PK\x07\x08', 'latin1');
/** Its signature, the checksum and the compressed size. */
const DESCRIPTOR_BYTES = 12;

/**
 * Whether a reader that looks for the end of stored data by itself, as one does that reads a zip from a pipe, would
 * see one within them: a descriptor that fits what stands before it.
 *
 * @see https://github.com/libarchive/libarchive/blob/v3.7.7/libarchive/archive_read_support_format_zip.c (zip_read_data_none)
 */
export async function seemsToEnd(source: ByteSource, member: ZipMember, crc32: Crc32): Promise<boolean> {
  const { start, compressedSize } = member;
  let checksum = 0;
  for (let done = 0; done < compressedSize; done += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, compressedSize - done);
    // The data's own descriptor follows it: the last seeming one may share bytes with it.
    const bytes = await source.read(start + done, start + done + length + DESCRIPTOR_BYTES);
    let summed = 0;
    for (let at = bytes.indexOf(DESCRIPTOR); at >= 0 && at < length; at = bytes.indexOf(DESCRIPTOR, at + 1)) {
      checksum = crc32(bytes.subarray(summed, at), checksum);
      summed = at;
      if (bytes.readUInt32LE(at + 4) === checksum || bytes.readUInt32LE(at + 8) === done + at) return true;
    }
    checksum = crc32(bytes.subarray(summed, length), checksum);
  }
  return false;
}
