import type { ByteSource } from './byte-source.ts';
import { ambiguous, overLimit } from './unaccounted.ts';

/** A file in a tar: where its bytes are. */
export interface TarMember {
  readonly start: number;
  readonly size: number;
}

export interface TarStructure {
  readonly members: readonly TarMember[];
  /** False where a member is of a kind that the engine may not know. */
  readonly ordinary: boolean;
}

const BLOCK = 512;
const NULS = Buffer.alloc(BLOCK);
/** Regular files by every name they have had: NUL and `0`, and `7`, which nobody keeps apart. */
const FILES = new Set(['\0', '0', '7']);
/** Links, devices, folders, FIFOs: no content follows. */
const WITHOUT_CONTENT = new Set(['1', '2', '3', '4', '5', '6']);
/** A folder of GNU tar's incremental dumps, with a list of names as content: some readers make a file of it. */
const DUMPED_FOLDER = 'D';
/** Long names of GNU, headers of pax, a volume label: they describe the member that follows. */
const DESCRIPTIONS = new Set(['L', 'K', 'x', 'g', 'X', 'V']);
/** An archive is padded to records of 20 blocks; some writers choose larger ones. */
const MAX_PADDING = 1024 * 1024;

/** Whether these are the first bytes of a tar: the checksum of the header is right. */
export function startsAsTar(head: Uint8Array): boolean {
  return head.length >= BLOCK && head.subarray(0, BLOCK).some((byte) => byte !== 0) && checksumFits(toBuffer(head));
}

/**
 * Reads a tar in the way in which all readers agree: known types, plain sizes, nothing after the end but zeros.
 *
 * @throws Unaccounted `ambiguous-archive:<rule>` or `limits-exceeded:files`
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
 */
export async function readTarStructure(source: ByteSource, maxMembers: number): Promise<TarStructure> {
  const members: TarMember[] = [];
  let position = 0;
  let count = 0;
  let ordinary = true;
  for (;;) {
    const header = await source.read(position, position + BLOCK);
    // Some writers leave the two blocks of zeros out.
    if (header.length === 0) return { members, ordinary };
    if (header.length < BLOCK) throw ambiguous('tar-truncated');
    if (header.equals(NULS)) break;
    if (!checksumFits(header)) throw ambiguous('tar-header');
    count += 1;
    if (count > maxMembers) throw overLimit('files');
    const type = header.toString('latin1', 156, 157);
    const size = WITHOUT_CONTENT.has(type) ? sizeWithoutContent(header) : sizeOf(header);
    const start = position + BLOCK;
    if (start + size > source.size) throw ambiguous('tar-truncated');
    if (type === DUMPED_FOLDER) ordinary = false;
    if (FILES.has(type) || type === DUMPED_FOLDER) members.push({ start, size });
    else if (DESCRIPTIONS.has(type)) await checkDescription(source, type, start, size);
    else if (!WITHOUT_CONTENT.has(type)) throw ambiguous(`tar-type-${printable(type)}`);
    position = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  await onlyZeros(source, position);
  return { members, ordinary };
}

/** GNU tar writes sizes over 8 GiB in binary, which others read otherwise. */
function sizeOf(header: Buffer): number {
  const text = header
    .toString('latin1', 124, 136)
    .replace(/[\0 ]+$/, '')
    .replace(/^ +/, '');
  if (!/^[0-7]*$/.test(text)) throw ambiguous('tar-size');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

/** Hard links of some writers give the size of their target: readers disagree whether content follows. */
function sizeWithoutContent(header: Buffer): number {
  const size = sizeOf(header);
  if (size !== 0) throw ambiguous('tar-size');
  return size;
}

/** A pax header may give another size, or make the member sparse. */
async function checkDescription(source: ByteSource, type: string, start: number, size: number): Promise<void> {
  if (size > MAX_PADDING) throw ambiguous('tar-header');
  if (type !== 'x' && type !== 'g' && type !== 'X') return;
  const records = (await source.read(start, start + size)).toString('latin1');
  if (/(?:^|\n)\d+ (?:size|GNU\.sparse|SCHILY\.realsize|hdrcharset=BINARY\n\d+ size)/.test(records)) {
    throw ambiguous('tar-pax-size');
  }
}

async function onlyZeros(source: ByteSource, position: number): Promise<void> {
  const rest = source.size - position;
  if (rest > MAX_PADDING) throw ambiguous('tar-suffix');
  const bytes = await source.read(position, source.size);
  if (bytes.some((byte) => byte !== 0)) throw ambiguous('tar-suffix');
}

/** The sum of all bytes, the checksum's own taken as spaces; old writers summed them as signed numbers. */
function checksumFits(header: Buffer): boolean {
  const told = Number.parseInt(header.toString('latin1', 148, 156).trimStart(), 8);
  if (Number.isNaN(told)) return false;
  let unsigned = 8 * 0x20;
  let signed = unsigned;
  for (let at = 0; at < BLOCK; at += 1) {
    if (at >= 148 && at < 156) continue;
    const byte = header[at] ?? 0;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return told === unsigned || told === signed;
}

const printable = (type: string) =>
  /[\x21-\x7e]/.test(type) ? type : `0x${Buffer.from(type, 'latin1').toString('hex')}`;

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
