/** Who opens a container: a strict reader of ours, 7-Zip, or nobody. */
export type ContainerReader = 'zip' | 'tar' | 'gzip' | 'lzip' | 'compound' | 'seven-zip' | 'nobody';

/** What a container begins with. */
export interface Magic {
  readonly name: string;
  readonly reader: ContainerReader;
  readonly type?: string;
  readonly offset?: number;
  /** As latin1 text. */
  readonly bytes: string;
  readonly certain?: false;
  /** Further bytes of a magic number that is too short to go by. */
  fits?(head: Buffer): boolean;
}

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

/** What follows bzip2's first four bytes: a block, or the end of an empty file. */
const BZIP2_BLOCKS = new Set(['314159265359', '177245385090']);

const byte = (head: Buffer, at: number) => head[at] ?? -1;

export const MAGIC: readonly Magic[] = [
  { name: 'zip', reader: 'zip', bytes: 'PK\x03\x04' },
  { name: 'zip', reader: 'zip', bytes: 'PK\x05\x06' },
  { name: 'zip', reader: 'zip', bytes: 'PK\x06\x06' },
  { name: 'zip', reader: 'zip', bytes: 'PK\x07\x08PK' },
  { name: 'zip', reader: 'zip', bytes: 'PK00PK\x03\x04' },
  { name: 'gzip', reader: 'gzip', bytes: '\x1f\x8b\x08' },
  { name: 'ole', reader: 'compound', bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  sevenZip('7z', '7z\xbc\xaf\x27\x1c', { type: '7z' }),
  sevenZip('rar', 'Rar!\x1a\x07\x00', { type: 'rar' }),
  sevenZip('rar', 'Rar!\x1a\x07\x01\x00', { type: 'rar5' }),
  sevenZip('bzip2', 'BZh', {
    type: 'bzip2',
    certain: false,
    fits: (head) => /[1-9]/.test(head.toString('latin1', 3, 4)) && BZIP2_BLOCKS.has(head.toString('hex', 4, 10)),
  }),
  sevenZip('xz', '\xfd7zXZ\x00', { type: 'xz' }),
  sevenZip('zstd', '\x28\xb5\x2f\xfd', { type: 'zstd' }),
  { name: 'lzip', reader: 'lzip', bytes: 'LZIP\x01' },
  // The two bits between are reserved: gzip warns of them, and goes on.
  sevenZip('compress', '\x1f\x9d', { type: 'z', fits: (head) => (byte(head, 2) & 0x1f) <= 16 }),
  sevenZip('cab', 'MSCF\x00\x00\x00\x00', { type: 'cab' }),
  sevenZip('arj', '\x60\xea', { type: 'arj', certain: false }),
  // Their types are told, or 7-Zip opens an archive in the archive and leaves out what stands beside it.
  ...['070701', '070702', '070707'].flatMap((bytes) => [
    sevenZip('cpio', bytes, { type: 'cpio', fits: (head) => byte(head, 6) !== 0 }),
    // All of a name: in a tar, rather.
    sevenZip('cpio', `${bytes}\0`, { type: 'cpio', certain: false }),
  ]),
  sevenZip('cpio', '\xc7\x71', { type: 'cpio', certain: false }),
  sevenZip('cpio', '\x71\xc7', { type: 'cpio', certain: false }),
  sevenZip('ar', '!<arch>\n', { type: 'ar' }),
  sevenZip('rpm', '\xed\xab\xee\xdb', { type: 'rpm' }),
  sevenZip('xar', 'xar!', { type: 'xar' }),
  sevenZip('wim', 'MSWIM\x00\x00\x00', { type: 'wim' }),
  sevenZip('chm', 'ITSF', { type: 'chm' }),
  sevenZip('squashfs', 'hsqs', { type: 'squashfs' }),
  sevenZip('squashfs', 'sqsh', { type: 'squashfs' }),
  sevenZip('squashfs', 'shsq', { type: 'squashfs' }),
  sevenZip('squashfs', 'qshs', { type: 'squashfs' }),
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
  sevenZip('fat', 'FAT12   ', { offset: 54, type: 'fat', certain: false }),
  sevenZip('fat', 'FAT16   ', { offset: 54, type: 'fat', certain: false }),
  sevenZip('fat', 'FAT32   ', { offset: 82, type: 'fat', certain: false }),
  sevenZip('gpt', 'EFI PART', { offset: 512, type: 'gpt', certain: false }),
  sevenZip('hfs', 'H+\x00\x04', { offset: 1024, type: 'hfs', certain: false }),
  sevenZip('hfs', 'HX\x00\x05', { offset: 1024, type: 'hfs', certain: false }),
  sevenZip('apfs', 'NXSB', { offset: 32, type: 'apfs', certain: false }),
  sevenZip('szdd', 'SZDD\x88\xf0\x27\x33', { type: 'mslz', certain: false }),
  // Passed over by readers of zstd; those of LZ4 pass over the same.
  sevenZip('zstd-skippable', '*M\x18', {
    offset: 1,
    type: 'zstd',
    fits: (head) => (byte(head, 0) & 0xf0) === 0x50,
  }),
  nobody('zstd-old', '\xb5\x2f\xfd', { offset: 1, fits: (head) => byte(head, 0) >= 0x1e && byte(head, 0) <= 0x27 }),
  nobody('lz4', '\x04\x22\x4d\x18'),
  nobody('lz4', '\x02\x21\x4c\x18'),
  // What gzip has opened since it was written.
  nobody('gzip-old', '\x1f\x9e\x08'),
  nobody('pack', '\x1f\x1e', { fits: (head) => byte(head, 2) < 0x80 && byte(head, 6) >= 1 && byte(head, 6) <= 25 }),
  nobody('lzh-old', '\x1f\xa0'),
  nobody('rar-old', 'RE~^'),
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
