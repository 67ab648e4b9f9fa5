import type { ByteSource } from './byte-source.ts';
import { ambiguous, overLimit } from './unaccounted.ts';

/** A file in a tar: where its bytes are. */
export interface TarMember {
  readonly start: number;
  readonly size: number;
}

export interface TarStructure {
  readonly members: readonly TarMember[];
  /** Whether every header is of the form in which ClamAV reads it; it ends at the first other one. */
  readonly uniform: boolean;
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

/** Lower case, or a capital first, as no magic number of another format is; MP4 has its own in lower case. */
const USUAL_NAME = /^(?:[a-z0-9_./-]|[A-Z][a-z]{2}[a-z0-9_./-])[\w./@+-]*\0/;
const BOX = /^....(?:ftyp|moov|mdat|free|skip|wide|pnot)/;

/** Whether nothing takes these first bytes for those of another format, whose signatures win over the one of tar. */
export function isPlainlyTar(head: Buffer): boolean {
  const text = head.toString('latin1', 0, 101);
  return USUAL_NAME.test(text) && !BOX.test(text);
}

/** An empty file, of which a tar may have any number in front. */
export function emptyTarMember(): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write('a', 0);
  header.write('0000644\x000000000\x000000000\x0000000000000\x0000000000000\x00        0', 100, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
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
  let uniform = true;
  for (;;) {
    const header = await source.read(position, position + BLOCK);
    // Some writers leave the two blocks of zeros out.
    if (header.length === 0) return { members, uniform };
    if (header.length < BLOCK) throw ambiguous('tar-truncated');
    if (header.equals(NULS)) break;
    if (!checksumFits(header)) throw ambiguous('tar-header');
    // ClamAV takes a header without a name for the end, others do not.
    if (header[0] === 0) throw ambiguous('tar-name');
    uniform &&= isUstar(header) && checksums(header).unsigned === toldChecksum(header);
    count += 1;
    if (count > maxMembers) throw overLimit('files');
    const type = header.toString('latin1', 156, 157);
    const size = WITHOUT_CONTENT.has(type) ? sizeWithoutContent(header) : sizeOf(header);
    const start = position + BLOCK;
    if (start + size > source.size) throw ambiguous('tar-truncated');
    if (type === DUMPED_FOLDER) uniform = false;
    if (FILES.has(type) || type === DUMPED_FOLDER) members.push({ start, size });
    else if (DESCRIPTIONS.has(type)) await checkDescription(source, type, start, size);
    else if (!WITHOUT_CONTENT.has(type)) throw ambiguous(`tar-type-${printable(type)}`);
    position = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  await onlyZeros(source, position);
  return { members, uniform };
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
  const bytes = await source.read(start, start + size);
  if (type !== 'x' && type !== 'g' && type !== 'X') {
    if (
      bytes
        .subarray(
          0,
          bytes.findLastIndex((byte) => byte !== 0),
        )
        .includes(0)
    )
      throw ambiguous('tar-header');
    return;
  }
  const records = bytes.toString('latin1');
  if (!areRecords(records)) throw ambiguous('tar-header');
  if (/(?:^|\n)\d+ (?:size|GNU\.sparse|SCHILY\.realsize|hdrcharset=BINARY\n\d+ size)/.test(records)) {
    throw ambiguous('tar-pax-size');
  }
}

/** `<length> <key>=<value>\n`, one after another, and nothing else. */
function areRecords(text: string): boolean {
  let position = 0;
  while (position < text.length) {
    const [head = '', digits] = /^(\d{1,7}) [^=\n]+=/.exec(text.slice(position, position + 1024)) ?? [];
    const end = position + Number(digits);
    if (head === '' || end > text.length || end < position + head.length || text[end - 1] !== '\n') return false;
    position = end;
  }
  return true;
}

async function onlyZeros(source: ByteSource, position: number): Promise<void> {
  const rest = source.size - position;
  if (rest > MAX_PADDING) throw ambiguous('tar-suffix');
  const bytes = await source.read(position, source.size);
  if (bytes.some((byte) => byte !== 0)) throw ambiguous('tar-suffix');
}

const isUstar = (header: Buffer) => header.toString('latin1', 257, 262) === 'ustar';

const toldChecksum = (header: Buffer) => Number.parseInt(header.toString('latin1', 148, 156).trimStart(), 8);

function checksumFits(header: Buffer): boolean {
  const told = toldChecksum(header);
  if (Number.isNaN(told)) return false;
  const { unsigned, signed } = checksums(header);
  return told === unsigned || told === signed;
}

/** The sum of all bytes, the checksum's own taken as spaces; old writers summed them as signed numbers. */
function checksums(header: Buffer): { unsigned: number; signed: number } {
  let unsigned = 8 * 0x20;
  let signed = unsigned;
  for (let at = 0; at < BLOCK; at += 1) {
    if (at >= 148 && at < 156) continue;
    const byte = header[at] ?? 0;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return { unsigned, signed };
}

const printable = (type: string) =>
  /[\x21-\x7e]/.test(type) ? type : `0x${Buffer.from(type, 'latin1').toString('hex')}`;

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
