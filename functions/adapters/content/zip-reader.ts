import { mainPartIsUnnamed, mainParts } from '../../domain/file-type/office/open-xml.ts';
import {
  type ContentTypes,
  parseContentTypes,
  parseRelationships,
  type Relationship,
} from '../../domain/file-type/office/package-parts.ts';
import type { ZipContent } from '../../domain/file-type/office/zip-content.ts';
import {
  locateZipDirectory,
  parseZipDirectory,
  ZIP_TAIL_BYTES,
  type ZipDirectoryLocation,
} from '../../domain/file-type/office/zip-directory.ts';
import type { ObjectBytes } from './object-bytes.ts';
import { normalized, ZipParts } from './zip-parts.ts';

/** About 50,000 entries. A longer directory is not read: the file counts as a zip, never as a document. */
const DIRECTORY_BYTES = 4 * 1024 * 1024;
const ROOT_RELATIONSHIPS = '_rels/.rels';
/** Of the document, the workbook or the presentation, where every writer puts it. */
const MAIN_RELATIONSHIPS = /^(?:word|xl|ppt|visio)\/_rels\/(?:document\d*|workbook|presentation)\.(?:xml|bin)\.rels$/;
/** A package has one main part; more are not understood. */
const MAX_RELATIONSHIPS = 4;

/**
 * The content of the central directory at the object's end; null when there is none.
 * @throws what the store throws
 */
export async function readZip(bytes: ObjectBytes): Promise<ZipContent | null> {
  const start = Math.max(0, bytes.size - ZIP_TAIL_BYTES);
  const location = locateZipDirectory({ start, bytes: await bytes.read(start, ZIP_TAIL_BYTES) });
  if (location === null) return null;
  const { atEnd } = location;
  const none = { names: [], contentTypes: null, mimetype: null, relationships: [] };
  // Over READ_LIMITS, it is a zip of which nothing else is known.
  const content = await readEntries(bytes, location).catch(() => null);
  if (bytes.fault !== undefined) throw bytes.fault;
  return content ?? { ...none, complete: false, atEnd };
}

async function readEntries(bytes: ObjectBytes, location: ZipDirectoryLocation): Promise<ZipContent | null> {
  if (location.length > DIRECTORY_BYTES) return null;
  const entries = parseZipDirectory(await bytes.read(location.start, location.length));
  if (entries === null) return null;
  const parts = new ZipParts(bytes, entries);
  const text = await parts.text('[content_types].xml');
  const contentTypes = text === null ? null : parseContentTypes(text);
  const relationships = contentTypes === null ? [] : await readRelationships(parts, contentTypes);
  return {
    names: entries.map(({ name }) => name),
    complete: location.aligned && relationships !== null,
    atEnd: location.atEnd,
    contentTypes,
    mimetype: entries.some(({ name }) => name === 'mimetype') ? await parts.text('mimetype') : null,
    relationships: (relationships ?? []).map(({ type }) => type),
  };
}

/** Of the main parts; null when not all can be read. */
async function readRelationships(parts: ZipParts, contentTypes: ContentTypes): Promise<Relationship[] | null> {
  const names = new Set(parts.names.filter((name) => MAIN_RELATIONSHIPS.test(name)));
  for (const part of mainParts(contentTypes)) names.add(relationshipsOf(part));
  if (mainPartIsUnnamed(contentTypes)) {
    const text = await parts.text(ROOT_RELATIONSHIPS);
    for (const { target } of (text === null ? null : parseRelationships(text)) ?? [])
      names.add(relationshipsOf(target));
  }
  const present = [...names].filter((name) => parts.has(name));
  if (present.length > MAX_RELATIONSHIPS) return null;
  const found: Relationship[] = [];
  for (const name of present) {
    const text = await parts.text(name);
    const relationships = text === null ? null : parseRelationships(text);
    if (relationships === null) return null;
    found.push(...relationships);
  }
  return found;
}

/** `word/document.xml` -> `word/_rels/document.xml.rels` */
function relationshipsOf(part: string): string {
  const name = normalized(part.replace(/^\//, ''));
  const slash = name.lastIndexOf('/') + 1;
  return `${name.slice(0, slash)}_rels/${name.slice(slash)}.rels`;
}
