import { crc32 } from 'node:zlib';
import { beginsContainer } from '../../domain/containers/container-format.ts';
import { ambiguous } from '../../domain/containers/unaccounted.ts';

const FIXED_BYTES = 10;
const FLAGS = { checksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/**
 * How long the header is that begins these bytes; more than there are where it does not end in them.
 *
 * zlib, and ClamAV with it, takes no header with a wrong checksum; others do.
 *
 * @throws Unaccounted where readers may disagree, or it holds an archive
 * @see https://www.rfc-editor.org/rfc/rfc1952#section-2.3
 */
export function gzipHeaderLength(bytes: Buffer): number {
  const flags = bytes[3] ?? 0;
  if (bytes[2] !== 8 || flags & FLAGS.reserved) throw ambiguous('gzip-broken');
  let length = FIXED_BYTES;
  const fields: Buffer[] = [];
  if (flags & FLAGS.extra) {
    const start = length + 2;
    const end = start + uint16(bytes, length);
    // The first may come behind the four bytes of a subfield's own header.
    fields.push(bytes.subarray(start, end), bytes.subarray(start + 4, end));
    length = end;
  }
  for (const flag of [FLAGS.name, FLAGS.comment]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, length) + 1 || Number.POSITIVE_INFINITY;
    fields.push(bytes.subarray(length, end));
    length = end;
  }
  if (fields.some(beginsContainer)) throw ambiguous('gzip-header');
  if (flags & FLAGS.checksum) {
    if (uint16(bytes, length) !== (crc32(bytes.subarray(0, length)) & 0xffff)) throw ambiguous('gzip-header');
    length += 2;
  }
  return length;
}

const uint16 = (bytes: Buffer, at: number) => (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
