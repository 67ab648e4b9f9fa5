import type { ActiveContent } from '../../active-content.ts';
import type { ByteSource } from '../byte-source.ts';
import type { DocumentReader } from './document-reader.ts';
import { CONTENT_TYPES, OfficeDocument } from './office-document.ts';
import { OpenDocument } from './open-document.ts';

/** Names by which programs know a zip as OpenDocument; each of them knows another. */
const OPEN_DOCUMENT = ['mimetype', 'meta-inf/manifest.xml', 'content.xml'];

/** Names of members as readers of a document compare them. */
const partName = (name: Buffer): string => name.toString('latin1').replaceAll('\\', '/').toLowerCase();

/** A reader for each kind of document that a zip with these members may be taken for. */
function readersOf(names: ReadonlySet<string>, takeTurn: () => Promise<void>): DocumentReader[] {
  const readers: DocumentReader[] = [];
  if (names.has(CONTENT_TYPES)) readers.push(new OfficeDocument(names, takeTurn));
  if (OPEN_DOCUMENT.some((name) => names.has(name))) readers.push(new OpenDocument(takeTurn));
  return readers;
}

/** Finds what is active in the document that a zip with members of these names is, if it is one. */
export function documentSearch(members: readonly { readonly name: Buffer }[], takeTurn: () => Promise<void>) {
  const readers = readersOf(new Set(members.map(({ name }) => partName(name))), takeTurn);
  return {
    /** @throws Unaccounted when the time is over */
    async read(name: Buffer, content: ByteSource): Promise<void> {
      for (const reader of readers) await reader.read(partName(name), content);
    },
    active: (): ActiveContent[] => readers.flatMap((reader) => [...reader.active()]),
  };
}

export type DocumentSearch = ReturnType<typeof documentSearch>;
