import type { Part } from '../text/text.ts';
import { viewOf } from './stream-bytes.ts';
import { sizesOf } from './zip64.ts';

/** One entry of the central directory, which readers use. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly compressedSize: number;
  /** Offset of its local header in the object. */
  readonly offset: number;
}

/** Where a zip's central directory lies. */
export interface ZipDirectoryLocation {
  readonly start: number;
  readonly length: number;
  /** False when it is not at the offset it gives: other bytes come before the archive, or readers disagree. */
  readonly aligned: boolean;
  /** Whether its comment ends where the object does. */
  readonly atEnd: boolean;
}

const END_LENGTH = 22;
const LOCATOR_LENGTH = 20;
const END_64_LENGTH = 56;

/** The last bytes an end record may start in: itself, 65,535 bytes of comment, and the Zip64 records before it. */
export const ZIP_TAIL_BYTES = END_LENGTH + 0xffff + LOCATOR_LENGTH + END_64_LENGTH;

/** A local header, or an end record alone, which is an empty zip. */
export function startsAsZip([p, k, third, fourth]: Uint8Array): boolean {
  return p === 0x50 && k === 0x4b && ((third === 3 && fourth === 4) || (third === 5 && fourth === 6));
}

/**
 * Searches from the end, as readers do; some ignore what follows the comment, so it is ignored here.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT sections 4.3.14 to 4.3.16
 */
export function locateZipDirectory({ start, bytes }: Part): ZipDirectoryLocation | null {
  const view = viewOf(bytes);
  for (let at = bytes.length - END_LENGTH; at >= 0; at -= 1) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    const location = fromZip64(view, start, at) ?? fromEnd(view, start, at);
    const atEnd = at + END_LENGTH + view.getUint16(at + 20, true) === bytes.length;
    if (location !== null) return { ...location, atEnd };
  }
  return null;
}

function fromEnd(view: DataView, start: number, at: number) {
  return locationOf(view, start, at, view.getUint32(at + 12, true), view.getUint32(at + 16, true));
}

function fromZip64(view: DataView, start: number, at: number) {
  const end = at - LOCATOR_LENGTH - END_64_LENGTH;
  if (end < 0 || view.getUint32(at - LOCATOR_LENGTH, true) !== 0x07064b50) return null;
  if (view.getUint32(end, true) !== 0x06064b50) return null;
  return locationOf(
    view,
    start,
    end,
    Number(view.getBigUint64(end + 40, true)),
    Number(view.getBigUint64(end + 48, true)),
  );
}

function locationOf(view: DataView, start: number, at: number, length: number, claimed: number) {
  const directory = start + at - length;
  if (length < 46 || directory < 0) return null;
  // Bytes before this part cannot be checked here; within it, the first entry's signature must be present.
  const inside = directory - start;
  if (inside >= 0 && view.getUint32(inside, true) !== 0x02014b50) return null;
  return { start: directory, length, aligned: claimed === directory };
}

/** The directory's entries, null when the bytes are not a directory from end to end. */
export function parseZipDirectory(bytes: Uint8Array): ZipEntry[] | null {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) return null;
    const extra = at + 46 + view.getUint16(at + 28, true);
    const comment = extra + view.getUint16(at + 30, true);
    const next = comment + view.getUint16(at + 32, true);
    if (next > bytes.length) return null;
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, extra)),
      method: view.getUint16(at + 10, true),
      ...sizesOf(view, at, bytes.subarray(extra, comment)),
    });
    at = next;
  }
  return entries;
}
