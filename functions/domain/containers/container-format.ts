import { startsAsTar } from './tar-structure.ts';

/** Who opens a container: a strict reader of ours, 7-Zip, or nobody. */
export type ContainerReader = 'zip' | 'tar' | 'gzip' | 'lzip' | 'compound' | 'seven-zip' | 'nobody';

export interface ContainerFormat {
  /** As findings name it. */
  readonly name: string;
  readonly reader: ContainerReader;
  /** 7-Zip's name for it, where its own guess might be another. */
  readonly type?: string;
  /** False where a few bytes are no proof: then it is a container only if 7-Zip can open it. */
  readonly certain: boolean;
}

interface Magic {
  readonly name: string;
  readonly reader: ContainerReader;
  readonly type?: string;
  readonly offset?: number;
  readonly bytes: string;
  readonly certain?: false;
}

/** What follows bzip2's first four bytes: a block, or the end of an empty file. */
const BZIP2_BLOCKS = new Set(['314159265359', '177245385090']);

const sevenZip = (name: string, bytes: string, more: Partial<Magic> = {}): Magic => ({
  name,
  reader: 'seven-zip',
  bytes,
  ...more,
});
const nobody = (name: string, bytes: string, more: Partial<Magic> = {}): Magic => ({
  name,
  reader: 'nobody',
  bytes,
  ...more,
});

/** First bytes of containers, as latin1 text. */
const MAGIC: readonly Magic[] = [
  { name: 'zip', reader: 'zip', bytes: 'PK\x03\x04' },
  { name: 'zip', reader: 'zip', bytes: 'PK\x05\x06' },
  { name: 'zip', reader: 'zip', bytes: 'PK\x06\x06' },
  { name: 'zip', reader: 'zip', bytes: 'PK\x07\x08PK' },
  { name: 'zip', reader: 'zip', bytes: 'PK00PK\x03\x04' },
  { name: 'gzip', reader: 'gzip', bytes: '\x1f\x8b' },
  { name: 'ole', reader: 'compound', bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  sevenZip('7z', '7z\xbc\xaf\x27\x1c', { type: '7z' }),
  sevenZip('rar', 'Rar!\x1a\x07\x00', { type: 'rar' }),
  sevenZip('rar', 'Rar!\x1a\x07\x01\x00', { type: 'rar5' }),
  sevenZip('bzip2', 'BZh', { type: 'bzip2', certain: false }),
  sevenZip('xz', '\xfd7zXZ\x00', { type: 'xz' }),
  sevenZip('zstd', '\x28\xb5\x2f\xfd', { type: 'zstd' }),
  { name: 'lzip', reader: 'lzip', bytes: 'LZIP\x01' },
  sevenZip('compress', '\x1f\x9d', { type: 'z' }),
  sevenZip('cab', 'MSCF\x00\x00\x00\x00', { type: 'cab' }),
  sevenZip('arj', '\x60\xea', { type: 'arj', certain: false }),
  sevenZip('cpio', '070701'),
  sevenZip('cpio', '070702'),
  sevenZip('cpio', '070707'),
  sevenZip('cpio', '\xc7\x71', { certain: false }),
  sevenZip('cpio', '\x71\xc7', { certain: false }),
  sevenZip('ar', '!<arch>\n'),
  sevenZip('rpm', '\xed\xab\xee\xdb', { type: 'rpm' }),
  sevenZip('xar', 'xar!', { type: 'xar' }),
  sevenZip('wim', 'MSWIM\x00\x00\x00', { type: 'wim' }),
  sevenZip('chm', 'ITSF', { type: 'chm' }),
  sevenZip('squashfs', 'hsqs', { type: 'squashfs' }),
  sevenZip('squashfs', 'sqsh', { type: 'squashfs' }),
  sevenZip('cramfs', '\x45\x3d\xcd\x28', { type: 'cramfs' }),
  sevenZip('vmdk', 'KDMV', { type: 'vmdk' }),
  sevenZip('vhd', 'conectix', { type: 'vhd' }),
  sevenZip('vhdx', 'vhdxfile', { type: 'vhdx' }),
  sevenZip('qcow', 'QFI\xfb', { type: 'qcow' }),
  sevenZip('vdi', '\x7f\x10\xda\xbe', { offset: 64, type: 'vdi' }),
  sevenZip('iso', 'CD001', { offset: 0x8001, type: 'iso' }),
  sevenZip('udf', 'BEA01', { offset: 0x8001, type: 'udf' }),
  sevenZip('ntfs', 'NTFS    ', { offset: 3, type: 'ntfs' }),
  sevenZip('ext', '\x53\xef', { offset: 0x438, certain: false, type: 'ext' }),
  // Passed over by readers of zstd; those of LZ4 pass over the same.
  sevenZip('zstd-skippable', '*M\x18', { offset: 1, type: 'zstd' }),
  ...['\x1e', '\x22', '\x23', '\x24', '\x25', '\x26', '\x27'].map((version) =>
    nobody('zstd-old', `${version}\xb5\x2f\xfd`),
  ),
  nobody('lz4', '\x04\x22\x4d\x18'),
  nobody('lz4', '\x02\x21\x4c\x18'),
  nobody('lzop', '\x89LZO\x00\x0d\x0a\x1a\x0a'),
  nobody('lrzip', 'LRZI'),
  nobody('rzip', 'RZIP'),
  nobody('ace', '**ACE**', { offset: 7 }),
  nobody('zpaq', '7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3'),
  nobody('zpaq', 'zPQ'),
  nobody('stuffit', 'SIT!\x00'),
  nobody('stuffit', 'StuffIt (c)1997'),
  nobody('alz', 'ALZ\x01'),
  nobody('egg', 'EGGA'),
  nobody('freearc', 'ArC\x01'),
  nobody('zoo', '\xdc\xa7\xc4\xfd', { offset: 20 }),
  nobody('snappy', '\xff\x06\x00\x00sNaPpY'),
];

/** How many first bytes `containerFormat` looks at. */
export const FORMAT_HEAD_BYTES = 0x8006;

/**
 * The format of a container that begins with these bytes, null when they begin none that is known.
 *
 * @param excluded names of formats that it is not
 */
export function containerFormat(head: Buffer, excluded: readonly string[] = []): ContainerFormat | null {
  const fits = ({ name, offset = 0, bytes }: Magic) =>
    startsWith(head, offset, bytes) && plausible(name, head) && !excluded.includes(name);
  const told = MAGIC.find(fits) ?? byStructure(head);
  if (told === undefined || excluded.includes(told.name)) return null;
  const { name, reader, type, certain = true } = told;
  return { name, reader, certain, ...(type !== undefined && { type }) };
}

function byStructure(head: Buffer): Magic | undefined {
  if (startsAsTar(head)) return { name: 'tar', reader: 'tar', bytes: '' };
  if (/^-l[hz][0-9ds]-$|^-pm[0-2]-$/.test(head.toString('latin1', 2, 7))) {
    return sevenZip('lzh', '', { type: 'lzh', certain: false });
  }
  return startsAsLzma(head) ? sevenZip('lzma', '', { type: 'lzma', certain: false }) : undefined;
}

/** LZMA's old format has no magic: properties, a dictionary size that encoders use, and the size of the content. */
function startsAsLzma(head: Buffer): boolean {
  if (head.length < 14 || (head[0] ?? 255) >= 9 * 5 * 5) return false;
  const dictionary = head.readUInt32LE(1);
  const size = head.readBigUInt64LE(5);
  const powers = [dictionary, dictionary / 3, dictionary + 1].some((part) => Number.isInteger(Math.log2(part)));
  const usual = dictionary >= 4096 && powers;
  return usual && head[13] === 0 && (size === 0xffff_ffff_ffff_ffffn || size < 1n << 40n);
}

/** Further bytes of magic numbers that are too short to go by. */
function plausible(name: string, head: Buffer): boolean {
  switch (name) {
    case 'gzip':
      return head[2] === 8 && ((head[3] ?? 0xff) & 0xe0) === 0;
    case 'bzip2':
      return /^BZh[1-9]$/.test(head.toString('latin1', 0, 4)) && BZIP2_BLOCKS.has(head.toString('hex', 4, 10));
    case 'zstd-skippable':
      return ((head[0] ?? 0) & 0xf0) === 0x50;
    case 'compress':
      return ((head[2] ?? 0) & 0x60) === 0 && ((head[2] ?? 0) & 0x1f) >= 9 && ((head[2] ?? 0) & 0x1f) <= 16;
    default:
      return true;
  }
}

/** The first byte decides nearly always, and this is asked of every file for every magic number. */
const startsWith = (head: Buffer, offset: number, bytes: string) =>
  head[offset] === bytes.charCodeAt(0) && head.toString('latin1', offset, offset + bytes.length) === bytes;
