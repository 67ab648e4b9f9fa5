import { inflateRawSync } from 'node:zlib';
import type { ZipContent } from '../../domain/file-type/zip-content.ts';
import {
  locateZipDirectory,
  parseZipDirectory,
  ZIP_TAIL_BYTES,
  type ZipEntry,
} from '../../domain/file-type/zip-directory.ts';
import type { ObjectBytes } from './object-bytes.ts';

/** About 10,000 entries. A longer directory is not read: the file counts as a zip, never as a document. */
const DIRECTORY_BYTES = 1024 * 1024;
const ENTRY_BYTES = 128 * 1024;
const INFLATED_BYTES = 1024 * 1024;
const LOCAL_HEADER_BYTES = 30;
/** Of the document, the workbook or the presentation. */
const MAIN_RELATIONSHIPS = /^(?:word|xl|ppt|visio)\/_rels\/(?:document\d*|workbook|presentation)\.(?:xml|bin)\.rels$/i;
const MAX_RELATIONSHIPS = 4;

/** The content of the central directory at the object's end; null when there is none. */
export async function readZip(bytes: ObjectBytes): Promise<ZipContent | null> {
  const start = Math.max(0, bytes.size - ZIP_TAIL_BYTES);
  const location = locateZipDirectory({ start, bytes: await bytes.read(start, ZIP_TAIL_BYTES) });
  if (location === null) return null;
  const { atEnd, aligned, length } = location;
  const unread: ZipContent = {
    names: [],
    complete: false,
    atEnd,
    contentTypes: null,
    mimetype: null,
    relationships: [],
  };
  if (length > DIRECTORY_BYTES) return unread;
  const entries = parseZipDirectory(await bytes.read(location.start, length));
  if (entries === null) return unread;
  const contentTypes = entries.filter(({ name }) => name.toLowerCase() === '[content_types].xml');
  const mimetypes = entries.filter(({ name }) => name === 'mimetype');
  return {
    names: entries.map(({ name }) => name),
    complete: aligned,
    atEnd,
    contentTypes: await readOnly(bytes, contentTypes),
    mimetype: await readOnly(bytes, mimetypes),
    relationships: contentTypes.length === 0 ? [] : await readRelationships(bytes, entries),
  };
}

/** Of the main parts, as far as they can be read. */
async function readRelationships(bytes: ObjectBytes, entries: readonly ZipEntry[]): Promise<string[]> {
  const parts = entries.filter(({ name }) => MAIN_RELATIONSHIPS.test(name)).slice(0, MAX_RELATIONSHIPS);
  const texts: string[] = [];
  for (const part of parts) texts.push((await readOnly(bytes, [part])) ?? '');
  return texts;
}

/** The text of the only entry with this name; with two, readers disagree. */
async function readOnly(bytes: ObjectBytes, [entry, another]: readonly ZipEntry[]): Promise<string | null> {
  if (entry === undefined || another !== undefined || entry.compressedSize > ENTRY_BYTES) return null;
  const header = Buffer.from(await bytes.read(entry.offset, LOCAL_HEADER_BYTES));
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== 0x04034b50) return null;
  const start = entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const data = await bytes.read(start, entry.compressedSize);
  try {
    const content = entry.method === 0 ? data : inflateRawSync(data, { maxOutputLength: INFLATED_BYTES });
    const encoding = content[0] === 0xff ? 'utf-16le' : content[0] === 0xfe ? 'utf-16be' : 'utf-8';
    return new TextDecoder(encoding, { fatal: true }).decode(content);
  } catch {
    return null;
  }
}
