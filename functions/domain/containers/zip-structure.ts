import { emptyRecordLength, isApkSignature } from './android-package.ts';
import type { ByteSource } from './byte-source.ts';
import { ambiguous, overLimit } from './unaccounted.ts';
import { descriptorLength, LOCAL } from './zip-descriptor.ts';
import { FLAGS, FULL_32, fieldsOf, readDirectory, withZip64, type ZipEntry } from './zip-directory.ts';
import { readZipEnd } from './zip-end.ts';

const DECISIVE_FLAGS = FLAGS.encrypted | FLAGS.descriptor | FLAGS.patch | FLAGS.strong | FLAGS.masked;
/** A method under which only a descriptor, or the directory, says where data end. */
const STORED = 0;
/** The shortest gzip file; no other container is shorter. */
const MIN_ARCHIVE = 18;

/** One member of a zip that every reader finds in the same place. */
export interface ZipMember extends Pick<ZipEntry, 'name' | 'method' | 'compressedSize' | 'size' | 'crc'> {
  /** Offset of the data. */
  readonly start: number;
  /** Whether some readers look for the end of the data by themselves: nothing in it may look like one. */
  readonly endless: boolean;
}

export interface ZipStructure {
  readonly members: readonly ZipMember[];
  /** Whether a size or an offset is in ZIP64 fields, which ClamAV does not read. */
  readonly zip64: boolean;
  /** Of the whole archive, at its end. */
  readonly comment: Buffer;
  /** Extra fields and comments of members, where they are long enough to hold an archive. */
  readonly remarks: readonly Buffer[];
  /** Where the signatures of an Android app are: between the members and the directory. Empty in any other zip. */
  readonly signatures: { readonly start: number; readonly end: number };
}

/**
 * Reads a zip in the only way in which no two readers can disagree about it: directory and local headers say the
 * same, and headers, data and directory follow one another without a gap from the first byte to the last.
 *
 * @throws Unaccounted `ambiguous-archive:<rule>`, `encrypted` or `limits-exceeded:files`
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function readZipStructure(source: ByteSource, maxMembers: number): Promise<ZipStructure> {
  const end = await readZipEnd(source);
  if (end.entries > maxMembers) throw overLimit('files');
  const entries = readDirectory(await source.read(end.directoryStart, end.directoryEnd), end.entries);
  const members: ZipMember[] = [];
  const remarks: Buffer[] = [];
  let position = 0;
  let { zip64 } = end;
  for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
    while (position < entry.offset) {
      const empty = await emptyRecordLength(source, position);
      if (empty === 0) break;
      position += empty;
    }
    if (position < entry.offset) throw ambiguous('zip-gap');
    if (position > entry.offset) throw ambiguous('zip-overlap');
    const { member, zip64: local64, extra } = await readLocalHeader(source, entry);
    members.push(member);
    remarks.push(...entry.remarks, ...fieldsOf(extra));
    zip64 ||= entry.zip64 || local64;
    position = member.start + member.compressedSize;
    if (entry.flags & FLAGS.descriptor) position += await descriptorLength(source, entry, position);
  }
  const { directoryStart } = end;
  if (position > directoryStart) throw ambiguous('zip-overlap');
  if (position < directoryStart && !(await isApkSignature(source, position, directoryStart)))
    throw ambiguous('zip-gap');
  const signatures = { start: position, end: directoryStart };
  const long = remarks.filter(({ length }) => length >= MIN_ARCHIVE);
  return { members, zip64, comment: end.comment, remarks: long, signatures };
}

/** Where a member's data begins, if its own header agrees with the directory. */
async function readLocalHeader(
  source: ByteSource,
  entry: ZipEntry,
): Promise<{ member: ZipMember; zip64: boolean; extra: Buffer }> {
  const { offset, flags, ...rest } = entry;
  const header = await source.read(offset, offset + LOCAL.length);
  if (header.length < LOCAL.length || header.readUInt32LE(0) !== LOCAL.signature) throw ambiguous('zip-local-header');
  const nameLength = header.readUInt16LE(26);
  const start = offset + LOCAL.length + nameLength + header.readUInt16LE(28);
  const variable = await source.read(offset + LOCAL.length, start);
  const differs =
    ((header.readUInt16LE(6) ^ flags) & DECISIVE_FLAGS) !== 0 ||
    header.readUInt16LE(8) !== entry.method ||
    !variable.subarray(0, nameLength).equals(entry.name);
  if (differs) throw ambiguous('zip-local-header');
  const claimed = { size: header.readUInt32LE(22), compressedSize: header.readUInt32LE(18) };
  const local = withZip64(claimed, variable.subarray(nameLength));
  // A writer that cannot seek leaves zeros here and puts the numbers behind the data.
  const later = (flags & FLAGS.descriptor) !== 0;
  const agrees = (told: number, known: number) => told === known || (later && told === 0);
  if (
    !agrees(local.size, entry.size) ||
    !agrees(local.compressedSize, entry.compressedSize) ||
    !agrees(header.readUInt32LE(14), entry.crc)
  ) {
    throw ambiguous('zip-local-header');
  }
  const { name, method, compressedSize, size, crc } = rest;
  const zip64 = claimed.size === FULL_32 || claimed.compressedSize === FULL_32;
  const endless = later && method === STORED && local.compressedSize === 0 && compressedSize !== 0;
  const extra = variable.subarray(nameLength);
  return { member: { name, method, start, compressedSize, size, crc, endless }, zip64, extra };
}
