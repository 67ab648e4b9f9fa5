import { base64Containers } from './base64-content.ts';
import { withoutContainers } from './base64-mask.ts';
import { type ByteSource, sliceOf } from './byte-source.ts';
import type { ContainerFormat } from './container-format.ts';
import { type EmbeddedArchive, findEmbeddedArchive } from './embedded-archive.ts';
import { encryptionMarker } from './encryption-markers.ts';
import { isExecutable } from './executables.ts';
import { visitPdf } from './pdf-content.ts';
import { ambiguous, encrypted, unsupported } from './unaccounted.ts';
import type { Extent } from './unpacker.ts';
import type { Place, Walk } from './walk.ts';
import { withoutZipConstants } from './zip-constants.ts';

/** What is text shows no NUL here. */
const TEXT_HEAD_BYTES = 4096;
const MIN_CONTAINER_BYTES = 20;
/** How many archives in one program are looked at. */
const MAX_EMBEDDED = 64;
/** How many of them may be none before the rest is left: the program is refused already. */
const MAX_DECOYS = 4;
const UNKNOWN_FORMAT: ContainerFormat = { name: 'archive', reader: 'seven-zip', certain: false };

/** Content that is no container, but may have some in it or behind it. */
export async function visitPlain(walk: Walk, source: ByteSource, head: Buffer, place: Place): Promise<void> {
  const { depth, reached, stream } = place;
  if (head.subarray(0, 1024).includes('%PDF-')) {
    if (!reached && !walk.apart) await walk.unpacker.scan(source);
    return visitPdf(walk, source, depth);
  }
  // In binary content nobody looks for base64.
  const encoded = head.subarray(0, TEXT_HEAD_BYTES).includes(0) ? [] : await visitEncoded(walk, source, depth);
  // What the engine says of members in a program may be about constants.
  if (isExecutable(head)) for (const format of ['zip64', 'zip-size']) walk.hasOpened(format);
  if (!reached) await walk.unpacker.scan(walk.apart ? withoutOpened(source, head, encoded) : source);
  const find = (from: number) => findEmbeddedArchive(source, from, walk.unpacker.crc32);
  let found = await find(0);
  // Office keeps themes like this, several in one stream.
  while (found !== null && stream && found.name === 'zip') {
    await walk.unpacker.takeTurn();
    await walk.visit(sliceOf(source, found.start, found.end), depth + 1, false);
    found = await find(found.end);
  }
  let decoys = 0;
  for (let count = 0; found !== null && decoys < MAX_DECOYS; count += 1) {
    if (!isExecutable(head) || count === MAX_EMBEDDED) throw ambiguous(`${found.name}-behind-content`);
    if (walk.limits.unopened?.includes(found.name)) throw unsupported(found.name);
    const length = await visitSelfExtracting(walk, source, found, depth);
    if (length === 0 && found.proven) decoys += 1;
    found = await find(found.start + Math.max(1, length));
  }
}

function withoutOpened(source: ByteSource, head: Buffer, encoded: readonly Extent[]): ByteSource {
  if (encoded.length > 0) return withoutContainers(source, encoded);
  return isExecutable(head) ? withoutZipConstants(source) : source;
}

/** @returns where containers stand in base64, which were visited */
async function visitEncoded(walk: Walk, text: ByteSource, depth: number): Promise<Extent[]> {
  const visited: Extent[] = [];
  for await (const encoded of base64Containers(text)) {
    const content = await walk.unpacker.collect(encoded.content);
    // Shorter ones hold no container.
    if (content.size < MIN_CONTAINER_BYTES) continue;
    await walk.visit(content, depth + 1, false);
    const { start, end } = encoded;
    visited.push({ start, end });
  }
  return visited;
}

/** @returns how long the archive is, 0 where there is none */
async function visitSelfExtracting(walk: Walk, program: ByteSource, found: EmbeddedArchive, depth: number) {
  const archive = sliceOf(program, found.start, found.end);
  if (await encryptionMarker(null, archive)) {
    walk.report(encrypted());
    return 0;
  }
  const { leaves, problem, opened, behind } = await walk.unpacker.extract(archive, UNKNOWN_FORMAT);
  for (const leaf of leaves) await walk.visit(leaf, depth + 1, false);
  if (!opened && !found.proven) return 0;
  const finding = opened ? problem : ambiguous(`${found.name}-behind-content`);
  if (finding !== null) walk.report(finding);
  return opened ? archive.size - behind.size : 0;
}
