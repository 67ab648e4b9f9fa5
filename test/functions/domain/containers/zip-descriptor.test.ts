import { expect, it } from '@jest/globals';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';
import { descriptorLength } from '../../../../functions/domain/containers/zip-descriptor.ts';
import type { ZipEntry } from '../../../../functions/domain/containers/zip-directory.ts';

const NEXT = Buffer.from('PK\x01\x02 and so on');
const CRC = 0x12345678;
const entryOf = (numbers: Partial<ZipEntry> = {}) => ({ crc: CRC, compressedSize: 5, size: 9, ...numbers }) as ZipEntry;
/** Behind three bytes of data. */
const lengthOf = (bytes: Buffer, entry = entryOf()) =>
  descriptorLength(memorySource(Buffer.concat([Buffer.from('PK\x07'), bytes])), entry, 3);

function descriptor(signed: boolean, width: 4 | 8, [crc, compressed, size]: readonly number[] = [CRC, 5, 9]): Buffer {
  const bytes = Buffer.alloc(4 + 2 * width);
  bytes.writeUInt32LE(crc ?? 0);
  bytes.writeUIntLE(compressed ?? 0, 4, Math.min(width, 6));
  bytes.writeUIntLE(size ?? 0, 4 + width, Math.min(width, 6));
  return signed ? Buffer.concat([Buffer.from('PK\x07\x08'), bytes]) : bytes;
}
const SHAPES: readonly (readonly [signed: boolean, width: 4 | 8, length: number])[] = [
  [true, 4, 16],
  [true, 8, 24],
  [false, 4, 12],
  [false, 8, 20],
];

it.each(SHAPES)('knows one with a signature: %s, of %d bytes a size', async (signed, width, length) => {
  for (const next of ['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', 'PK\x06\x06']) {
    expect(await lengthOf(Buffer.concat([descriptor(signed, width), Buffer.from(next)]))).toBe(length);
  }
});

it.each(SHAPES)('goes by the next record where all sizes are 0: %s, %d', async (signed, width, length) => {
  const empty = entryOf({ crc: 0, compressedSize: 0, size: 0 });
  expect(await lengthOf(Buffer.concat([descriptor(signed, width, [0, 0, 0]), NEXT]), empty)).toBe(length);
});

it('reads a size of more than 32 bits', async () => {
  const large = entryOf({ compressedSize: 2 ** 40 + 1, size: 2 ** 41 + 2 });
  const bytes = descriptor(true, 8, [CRC, 2 ** 40 + 1, 2 ** 41 + 2]);
  expect(await lengthOf(Buffer.concat([bytes, NEXT]), large)).toBe(24);
});

it('takes a checksum for no signature', async () => {
  const entry = entryOf({ crc: 0x08074b50 });
  expect(await lengthOf(Buffer.concat([descriptor(false, 4, [0x08074b50, 5, 9]), NEXT]), entry)).toBe(12);
});

it.each(SHAPES)(
  'refuses one that says otherwise, is cut off, or that nothing follows: %s, %d',
  async (signed, width, _) => {
    const right = descriptor(signed, width);
    const wrong = [
      [CRC + 1, 5, 9],
      [CRC, 6, 9],
      [CRC, 5, 8],
    ].map((numbers) => Buffer.concat([descriptor(signed, width, numbers), NEXT]));
    const unfollowed = ['', 'PK\x01', 'PK\x07\x08', 'PK\x06\x07', 'xPK\x01\x02'].map((next) =>
      Buffer.concat([right, Buffer.from(next)]),
    );
    const cut = Array.from({ length: right.length }, (_, length) => right.subarray(0, length));
    for (const bytes of [...wrong, ...unfollowed, ...cut]) {
      await expect(lengthOf(bytes)).rejects.toMatchObject({ finding: 'ambiguous-archive:zip-descriptor' });
    }
  },
);
