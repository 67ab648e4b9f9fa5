import { byteSearch } from './byte-search.ts';
import type { ByteSource } from './byte-source.ts';

const MAGIC = Buffer.from('PK\x03\x04', 'latin1');
const HEADER_BYTES = 30;
const search = byteSearch(MAGIC);

/** Those that some program unpacks. */
const METHODS = new Set([0, 1, 6, 8, 9, 12, 14, 93, 95, 98, 99]);

/** Writers that know no date leave zeros. */
const isDay = (date: number) => date === 0 || ((date & 31) > 0 && ((date >> 5) & 15) > 0 && ((date >> 5) & 15) <= 12);

/**
 * Whether it is a member's header by more than its magic number: a version and a method that exist, a day of the
 * calendar, a name. A constant may also stand among zeros.
 *
 * @param bytes from the magic number on, at least 30 of them
 */
export function beginsZipMember(bytes: Buffer): boolean {
  return (
    bytes.subarray(4, 26).some((byte) => byte !== 0) &&
    bytes.readUInt16LE(4) <= 63 &&
    METHODS.has(bytes.readUInt16LE(8)) &&
    isDay(bytes.readUInt16LE(12)) &&
    bytes.readUInt16LE(26) > 0 &&
    bytes.readUInt16LE(26) <= 1024
  );
}

/**
 * A program without the magic numbers of zip that its library holds as constants. The engine takes each for a member
 * of an archive and the code behind it for its size, which is most often one that no limit allows.
 */
export function withoutZipConstants(program: ByteSource): ByteSource {
  return {
    size: program.size,
    async read(start, end) {
      const from = Math.max(0, start - MAGIC.length);
      const bytes = Buffer.from(await program.read(from, Math.min(program.size, end + HEADER_BYTES)));
      const masked = Buffer.from(bytes);
      for (let at = search(bytes); at >= 0; at = search(bytes, at + 1)) {
        const header = bytes.subarray(at, at + HEADER_BYTES);
        if (header.length < HEADER_BYTES || !beginsZipMember(header)) masked.fill(0, at, at + MAGIC.length);
      }
      return masked.subarray(start - from, end - from);
    },
  };
}
