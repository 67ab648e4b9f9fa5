import { type ContainerReader, MAGIC, type Magic } from './container-magic.ts';
import { startsAsTar } from './tar-header.ts';

export interface ContainerFormat {
  /** As findings name it. */
  readonly name: string;
  readonly reader: ContainerReader;
  /** 7-Zip's name for it, where its own guess might be another. */
  readonly type?: string;
  /** False where a few bytes are no proof: then it is a container only if 7-Zip can open it. */
  readonly certain: boolean;
}

/** How many first bytes `containerFormats` looks at. */
export const FORMAT_HEAD_BYTES = 0x8006;

/** By their place and their first byte, which decides nearly always: this is asked of every file, and of its contents. */
const MAGIC_BY_FIRST_BYTE = new Map<number, Map<number, Magic[]>>();
for (const magic of MAGIC) {
  const { offset = 0, bytes } = magic;
  const byByte = MAGIC_BY_FIRST_BYTE.get(offset) ?? new Map<number, Magic[]>();
  MAGIC_BY_FIRST_BYTE.set(offset, byByte);
  byByte.set(bytes.charCodeAt(0), [...(byByte.get(bytes.charCodeAt(0)) ?? []), magic]);
}

/** The formats of containers that begin with these bytes: more than one where the bytes are no proof, or made to fit. */
export function containerFormats(head: Buffer): ContainerFormat[] {
  const found: Magic[] = [];
  for (const [offset, byByte] of MAGIC_BY_FIRST_BYTE) {
    for (const magic of byByte.get(head[offset] ?? -1) ?? []) if (beginsWith(head, magic)) found.push(magic);
  }
  return [...found, ...byStructure(head)].map(({ name, reader, type, certain = true }) => ({
    name,
    reader,
    certain,
    ...(type !== undefined && { type }),
  }));
}

/** The first of them; null when these bytes begin none that is known. */
export function containerFormat(head: Buffer): ContainerFormat | null {
  return containerFormats(head)[0] ?? null;
}

/** Whether these bytes begin one that is told by more than numbers which are usual in it, as old LZMA is. */
export function beginsContainer(head: Buffer): boolean {
  return containerFormats(head).some(({ name }) => name !== 'lzma');
}

function beginsWith(head: Buffer, { offset = 0, bytes, fits }: Magic): boolean {
  return head.toString('latin1', offset, offset + bytes.length) === bytes && fits?.(head) !== false;
}

function byStructure(head: Buffer): Omit<Magic, 'bytes'>[] {
  const found: Omit<Magic, 'bytes'>[] = [];
  if (startsAsTar(head)) found.push({ name: 'tar', reader: 'tar' });
  if (/^-(?:l[hz][0-9ds]|pm[0-2])-$/.test(head.toString('latin1', 2, 7))) {
    found.push({ name: 'lzh', reader: 'seven-zip', type: 'lzh', certain: false });
  }
  if (startsAsLzma(head)) found.push({ name: 'lzma', reader: 'seven-zip', type: 'lzma', certain: false });
  return found;
}

/** LZMA's old format has no magic: properties, a dictionary size that decoders take, and the size of the content. */
function startsAsLzma(head: Buffer): boolean {
  if (head.length < 14 || (head[0] ?? 255) >= 9 * 5 * 5 || head[13] !== 0) return false;
  const dictionary = head.readUInt32LE(1);
  const size = head.readBigUInt64LE(5);
  const powers = [dictionary, dictionary / 3].some((part) => Number.isInteger(Math.log2(part)));
  const usual = powers || (dictionary >= 4096 && Number.isInteger(Math.log2(dictionary + 1)));
  return usual && (size === 0xffff_ffff_ffff_ffffn || size < 1n << 56n);
}
