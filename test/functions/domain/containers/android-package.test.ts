import { describe, expect, it } from '@jest/globals';
import { emptyRecordLength, isApkSignature } from '../../../../functions/domain/containers/android-package.ts';
import { memorySource } from '../../../../functions/domain/containers/byte-source.ts';

/** As Android's tools write it: the size, pairs, the size again, the magic. */
function signatures(content: Buffer | string, { first, last }: { first?: bigint; last?: bigint } = {}): Buffer {
  const pairs = Buffer.from(content as string, 'latin1');
  const size = (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    return bytes;
  };
  const told = BigInt(pairs.length + 24);
  return Buffer.concat([size(first ?? told), pairs, size(last ?? told), Buffer.from('APK Sig Block 42')]);
}
const zeros = (length: number) => Buffer.alloc(length);

/** Between other bytes, as in a zip. */
const isSignature = (...parts: readonly Buffer[]) => {
  const bytes = Buffer.concat(parts);
  return isApkSignature(memorySource(Buffer.concat([zeros(100), bytes, zeros(100)])), 100, 100 + bytes.length);
};

describe('the signatures of an Android app', () => {
  it.each<[string, readonly Buffer[]]>([
    ['with pairs', [signatures('certificates')]],
    ['without any', [signatures('')]],
    ['behind zeros', [zeros(4096), signatures('certificates')]],
    ['with letters that begin no record', [signatures('PK PK\x03\x05 PK\x04\x03 PKPK')]],
    ['of 16 MiB', [signatures(zeros(16 * 1024 * 1024 - 32))]],
  ])('are known: %s', async (_, parts) => {
    expect(await isSignature(...parts)).toBe(true);
  });

  it.each<[string, readonly Buffer[]]>([
    ['nothing', []],
    ['the magic alone', [Buffer.from('APK Sig Block 42')]],
    ['less than two sizes', [signatures('').subarray(1)]],
    ['zeros', [zeros(64)]],
    ['another magic', [signatures('x').fill('3', 32)]],
    ['something before them', [Buffer.from('x'), signatures('x')]],
    ['something among the zeros before them', [zeros(9), Buffer.from('x'), zeros(9), signatures('x')]],
    ['something behind them', [signatures('x'), Buffer.from('x')]],
    ['another first size', [signatures('x', { first: 24n })]],
    ['another last size', [signatures('x', { last: 24n })]],
    ['a size that counts too little', [zeros(50), signatures('', { first: 0n, last: 16n })]],
    ['a size of more than there is', [signatures('x', { first: 26n, last: 26n })]],
    ['a size of no end', [signatures('x', { first: 2n ** 64n - 1n, last: 2n ** 64n - 1n })]],
    ['more than 16 MiB', [signatures(zeros(16 * 1024 * 1024 - 31))]],
    ...['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07', 'PK\x07\x08'].flatMap(
      (record): [string, readonly Buffer[]][] => [
        [`a record: ${JSON.stringify(record)}`, [signatures(`text${record}text`)]],
        [`one behind another letter: ${JSON.stringify(record)}`, [signatures(`PKPK P${record}`)]],
      ],
    ),
  ])('are not: %s', async (_, parts) => {
    expect(await isSignature(...parts)).toBe(false);
  });
});

describe('an empty record', () => {
  function record(extra: Buffer, edit: (header: Buffer) => void = () => undefined): Buffer {
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(extra.length, 28);
    edit(header);
    return Buffer.concat([header, extra]);
  }
  const lengthOf = (bytes: Buffer) => emptyRecordLength(memorySource(Buffer.concat([Buffer.from('xyz'), bytes])), 3);

  it.each<[string, Buffer, number]>([
    ['without an extra field', record(zeros(0)), 30],
    ['with one', record(zeros(20)), 50],
    ['with the longest', record(zeros(0xffff)), 30 + 0xffff],
    ['before something', Buffer.concat([record(zeros(1)), Buffer.from('x')]), 31],
    ['of any version, day and time', record(zeros(0), (header) => header.fill(1, 4, 6).fill(1, 10, 14)), 30],
  ])('is known: %s', async (_, bytes, length) => {
    expect(await lengthOf(bytes)).toBe(length);
  });

  const FIELDS = [
    ['flags', 6],
    ['method', 8],
    ['checksum', 14],
    ['compressed size', 18],
    ['size', 22],
    ['name', 26],
  ] as const;
  it.each<[string, Buffer]>([
    ['that is cut off', record(zeros(0)).subarray(0, 29)],
    ['whose extra field is cut off', record(zeros(9)).subarray(0, 38)],
    ['with something in its extra field', record(Buffer.from('x'))],
    ['with something at its end', record(Buffer.concat([zeros(9), Buffer.from('x')]))],
    ['of another kind', record(zeros(0), (header) => header.writeUInt8(5, 3))],
    ...FIELDS.flatMap(([name, at]): [string, Buffer][] => [
      [`with a ${name}`, record(zeros(0), (header) => header.writeUInt8(1, at))],
      [`with a large ${name}`, record(zeros(0), (header) => header.writeUInt8(1, at + 1))],
    ]),
  ])('is not one %s', async (_, bytes) => {
    expect(await lengthOf(bytes)).toBe(0);
  });
});
