import { type DocumentSearch, documentSearch } from './active/document-search.ts';
import { type ByteSource, memorySource, sliceOf } from './byte-source.ts';
import { beginsContainer } from './container-format.ts';
import { findEmbeddedArchive } from './embedded-archive.ts';
import { encryptionMarker } from './encryption-markers.ts';
import { seemsToEnd } from './endless-member.ts';
import { leavesOf } from './second-reader.ts';
import { ambiguous, encrypted, isOverLimit, overLimit, Unaccounted } from './unaccounted.ts';
import type { Place, Walk } from './walk.ts';
import { readZipStructure, type ZipMember } from './zip-structure.ts';

const ORDINARY_METHODS = new Set([0, 8]);

export async function visitZip(walk: Walk, source: ByteSource, place: Place): Promise<void> {
  const { depth, reached } = place;
  const { members, zip64, comment, remarks, signatures } = await readZipStructure(source, walk.limits.files);
  walk.hasOpened('zip-directory');
  for (const remark of remarks) {
    const embedded = await findEmbeddedArchive(memorySource(remark), 0, walk.unpacker.crc32);
    if (embedded !== null || beginsContainer(remark)) throw ambiguous('zip-extra');
  }
  if (zip64) walk.hasOpened('zip64');
  // Nothing is unpacked of what says itself that it is too much; what says less than it holds is found out.
  if (members.reduce((sum, { size }) => sum + size, 0) > walk.limits.bytes) throw overLimit('size');
  if (!members.every(({ method }) => ORDINARY_METHODS.has(method))) {
    walk.hasOpened('zip-method');
    await leavesOf(walk, source, { name: 'zip', reader: 'seven-zip', type: 'zip', certain: true }, place);
    return;
  }
  const through = await walk.passOn(source, reached);
  const search = documentSearch(members, () => walk.unpacker.takeTurn());
  for (const member of members)
    await visitMember(walk, source, member, { depth: depth + 1, reached: through && !zip64 }, search);
  walk.foundActive(search.active(), depth);
  // Whatever extractors that look for their own magic number would find there.
  await walk.visit(memorySource(comment), depth + 1, false);
  await walk.visit(sliceOf(source, signatures.start, signatures.end), depth + 1, false);
}

/** What is wrong with one member keeps nobody from the next. */
async function visitMember(
  walk: Walk,
  zip: ByteSource,
  member: ZipMember,
  { depth, reached }: Place,
  search: DocumentSearch,
) {
  try {
    const content = await walk.unpacker.inflate(zip, member);
    await walk.visit(content, depth, reached);
    await search.read(member.name, content);
    if (await encryptionMarker(member.name.toString('latin1'), content)) throw encrypted();
    if (member.endless && (await seemsToEnd(zip, member, walk.unpacker.crc32))) throw ambiguous('zip-descriptor');
  } catch (fault) {
    if (!(fault instanceof Unaccounted) || isOverLimit(fault)) throw fault;
    walk.report(fault);
  }
}
