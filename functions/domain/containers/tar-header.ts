import { ambiguous } from './unaccounted.ts';

/** What a tar's header says about one member. */
export interface TarHeader {
  readonly type: string;
  readonly size: number;
  /** Whether it is of the form in which ClamAV reads it; it ends at the first other one. */
  readonly usual: boolean;
}

export const TAR_BLOCK = 512;

/** Regular files by every name they have had: NUL and `0`, and `7`, which nobody keeps apart. */
export const FILES = new Set(['\0', '0', '7']);
/** Links, devices, folders, FIFOs, volume labels: readers disagree whether content follows if they have a size. */
export const WITHOUT_CONTENT = new Set(['1', '2', '3', '4', '5', '6', 'V']);
const NAME = { start: 0, end: 100 } as const;
const SIZE = { start: 124, end: 136 } as const;
const CHECKSUM = { start: 148, end: 156 } as const;
const TYPE = 156;
const MAGIC = { start: 257, end: 262 } as const;

/** Whether some reader of tars takes these first bytes for one: it has a magic number, or a checksum that is right. */
export function startsAsTar(head: Buffer): boolean {
  if (head.length < TAR_BLOCK) return false;
  const header = head.subarray(0, TAR_BLOCK);
  return hasTarMagic(head) || sums(header).includes(looseNumber(header));
}

/** Whether it is one of POSIX or GNU. */
export function hasTarMagic(head: Buffer): boolean {
  return head.toString('latin1', MAGIC.start, MAGIC.end) === 'ustar';
}

/** @throws Unaccounted where readers may read it otherwise */
export function readTarHeader(header: Buffer): TarHeader {
  const checksum = header.toString('latin1', CHECKSUM.start, CHECKSUM.end);
  const told = Number.parseInt(checksum, 8);
  const [unsigned, signed] = sums(header);
  if (!/^ *[0-7]+[\0 ]*$/.test(checksum) || (told !== unsigned && told !== signed)) throw ambiguous('tar-header');
  const type = header.toString('latin1', TYPE, TYPE + 1);
  const name = header.subarray(NAME.start, NAME.end);
  // ClamAV takes a header without a name for the end, others do not.
  if (name[0] === 0) throw ambiguous('tar-name');
  const size = sizeOf(header);
  // Old archives have folders that are told by their name only.
  const length = name.includes(0) ? name.indexOf(0) : name.length;
  const isFolder = FILES.has(type) && name[length - 1] === 0x2f;
  if (size !== 0 && (WITHOUT_CONTENT.has(type) || isFolder)) throw ambiguous('tar-size');
  return { type, size, usual: hasTarMagic(header) && told === unsigned };
}

/** GNU tar writes sizes over 8 GiB in binary, which others read otherwise; blanks alone are an error to it. */
function sizeOf(header: Buffer): number {
  const [, digits] = /^ *([0-7]*)[\0 ]*$/.exec(header.toString('latin1', SIZE.start, SIZE.end)) ?? [];
  if (digits === undefined || (digits === '' && !header.subarray(SIZE.start, SIZE.end).includes(0))) {
    throw ambiguous('tar-size');
  }
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/** A checksum as the most tolerant reader takes it: octal with anything behind it, or in binary as GNU tar writes it. */
function looseNumber(header: Buffer): number {
  const field = header.subarray(CHECKSUM.start, CHECKSUM.end);
  if (field[0] === 0x80) return field.readUIntBE(2, 6);
  return Number.parseInt(field.toString('latin1').replace(/^[\0\s]+/, ''), 8);
}

/** The sums of all bytes, the checksum's own taken as spaces; old writers summed them as signed numbers. */
function sums(header: Buffer): [unsigned: number, signed: number] {
  let unsigned = (CHECKSUM.end - CHECKSUM.start) * 0x20;
  let signed = unsigned;
  for (let at = 0; at < TAR_BLOCK; at += 1) {
    if (at >= CHECKSUM.start && at < CHECKSUM.end) continue;
    const byte = header[at] ?? 0;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return [unsigned, signed];
}
