import type { ByteSource } from './byte-source.ts';
import { ambiguous } from './unaccounted.ts';
import { CENTRAL, type ZipEntry } from './zip-directory.ts';
import { END, END_64 } from './zip-end.ts';

export const LOCAL = { signature: 0x04034b50, length: 30 } as const;
const DESCRIPTOR = Buffer.from('PK\x07\x08', 'latin1');
const RECORDS = new Set<number>([LOCAL, CENTRAL, END, END_64].map(({ signature }) => signature));

/** Length of the descriptor behind a member's data, which comes with or without a signature and in two widths. */
export async function descriptorLength(source: ByteSource, entry: ZipEntry, at: number): Promise<number> {
  const bytes = await source.read(at, at + 24);
  const wide = (from: number) => Number(bytes.readBigUInt64LE(from));
  const narrow = (from: number) => bytes.readUInt32LE(from);
  for (const from of [4, 0]) {
    if (from === 4 && !bytes.subarray(0, 4).equals(DESCRIPTOR)) continue;
    for (const [read, width] of [
      [narrow, 4],
      [wide, 8],
    ] as const) {
      const length = from + 4 + 2 * width;
      if (bytes.length < length || narrow(from) !== entry.crc) continue;
      if (read(from + 4) !== entry.compressedSize || read(from + 4 + width) !== entry.size) continue;
      // Both widths fit only when the sizes are 0: the one that the next record follows is the one.
      if (await recordFollows(source, at + length)) return length;
    }
  }
  throw ambiguous('zip-descriptor');
}

async function recordFollows(source: ByteSource, at: number): Promise<boolean> {
  const next = await source.read(at, at + 4);
  return next.length === 4 && RECORDS.has(next.readUInt32LE(0));
}
