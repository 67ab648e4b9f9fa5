import type { ByteSource } from './byte-source.ts';

const MAGIC = Buffer.from('APK Sig Block 42', 'latin1');
const MAX_BYTES = 16 * 1024 * 1024;
/** Of the header before a member. */
const HEADER_BYTES = 30;
/** Records that a reader of a zip looks for. */
const RECORDS = ['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07', 'PK\x07\x08'];

/**
 * Whether the bytes between the last member of a zip and its directory are the signatures of an Android app, perhaps
 * behind zeros that align them, and hold nothing that a reader which looks for records could take for one.
 *
 * @see https://source.android.com/docs/security/features/apksigning/v2#apk-signing-block
 */
export async function isApkSignature(source: ByteSource, start: number, end: number): Promise<boolean> {
  if (end - start < 32 || end - start > MAX_BYTES) return false;
  const bytes = await source.read(start, end);
  if (!bytes.subarray(-16).equals(MAGIC)) return false;
  // The size stands at both ends, and does not count the first of the two.
  const size = bytes.readBigUInt64LE(bytes.length - 24);
  const block = bytes.length - 8 - Number(size);
  if (size < 24n || block < 0 || bytes.readBigUInt64LE(block) !== size) return false;
  return bytes.subarray(0, block).every((byte) => byte === 0) && !RECORDS.some((record) => bytes.includes(record));
}

/**
 * Length of a record that Android's build tools write where nothing is: the header of a member without name, size and
 * checksum, all of its extra field zeros. 0 where there is none.
 *
 * @see https://cs.android.com/android-studio/platform/tools/base/+/mirror-goog-studio-main:zipflinger/
 */
export async function emptyRecordLength(source: ByteSource, start: number): Promise<number> {
  const header = await source.read(start, start + HEADER_BYTES);
  if (header.length < HEADER_BYTES || header.readUInt32LE(0) !== 0x04034b50) return 0;
  const extraBytes = header.readUInt16LE(28);
  const numbers = Buffer.concat([header.subarray(6, 10), header.subarray(14, 28)]);
  const extra = await source.read(start + HEADER_BYTES, start + HEADER_BYTES + extraBytes);
  const isEmpty = extra.length === extraBytes && [...numbers, ...extra].every((byte) => byte === 0);
  return isEmpty ? HEADER_BYTES + extraBytes : 0;
}
