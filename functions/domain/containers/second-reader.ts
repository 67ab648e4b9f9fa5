import { type ByteSource, sliceOf } from './byte-source.ts';
import { type ContainerFormat, containerFormat, FORMAT_HEAD_BYTES } from './container-format.ts';
import { findEmbeddedArchive } from './embedded-archive.ts';
import { encryptionMarker } from './encryption-markers.ts';
import { ambiguous, encrypted, isOverLimit, type Unaccounted } from './unaccounted.ts';
import type { Opened } from './unpacker.ts';
import type { Place, Walk } from './walk.ts';
import { findZipAtEnd } from './zip-at-end.ts';
import { skippedByZstd } from './zstd-frames.ts';

/** Formats whose compressed content the engine unpacks in memory. */
const UNPACKED_IN_MEMORY = new Set(['7z', 'rar', 'xz', 'lzma']);

/**
 * LZMA's old format has no magic number, and much begins like it. Nothing is lost: it is one stream, so that nobody
 * reads on where 7-Zip could not.
 */
function isMistaken({ name, certain }: ContainerFormat, { finding }: Unaccounted): boolean {
  return name === 'lzma' && !certain && finding === ambiguous('lzma-broken').finding;
}

/** Whether it is a container of this format; then everything in it is visited. */
export async function opensWithSevenZip(
  walk: Walk,
  source: ByteSource,
  format: ContainerFormat,
  place: Place,
): Promise<boolean> {
  if (await encryptionMarker(null, source)) throw encrypted();
  const { opened, problem } = await leavesOf(walk, source, format, place);
  if (format.type === 'zstd') {
    for (const skipped of await skippedByZstd(source)) await walk.visit(skipped, place.depth + 1, false);
  }
  return opened && (problem === null || !isMistaken(format, problem));
}

/** Hands each leaf to the engine, and the container too unless it would unpack too much of it in memory. */
export async function leavesOf(
  walk: Walk,
  source: ByteSource,
  format: ContainerFormat,
  { depth, reached }: Place,
): Promise<Opened> {
  const result = await walk.unpacker.extract(source, format);
  const { leaves, problem, opened, behind } = result;
  if (!opened) {
    if (format.certain) throw ambiguous(`${format.name}-broken`);
    return result;
  }
  const bytes = leaves.reduce((sum, { size }) => sum + size, 0);
  const endless = problem !== null && isOverLimit(problem);
  const heavy = UNPACKED_IN_MEMORY.has(format.name) && (endless || bytes > walk.limits.wholeBytes);
  if (problem === null) walk.hasOpened(format.name);
  if (heavy) walk.foundHeavy(reached);
  else await walk.passOn(source, reached);
  for (const leaf of leaves) await walk.visit(leaf, depth + 1, false);
  if (problem !== null && !isMistaken(format, problem)) walk.report(problem);
  if (behind.size === 0 && format.name !== 'zip') await visitZipAtEnd(walk, source, depth);
  else await visitBehind(walk, format.name, behind, depth);
  return result;
}

/** Whatever a container is, a zip that ends it is found from its end. */
async function visitZipAtEnd(walk: Walk, source: ByteSource, depth: number): Promise<void> {
  const zip = await findZipAtEnd(source);
  if (zip === null) return;
  if (zip.start === 0) throw ambiguous('zip-behind-content');
  await walk.visit(sliceOf(source, zip.start, zip.end), depth + 1, false);
}

/** What follows an archive, such as a signature: scanned on its own, but it may not be one more archive. */
async function visitBehind(walk: Walk, name: string, rest: ByteSource, depth: number): Promise<void> {
  let start = 0;
  let head = await rest.read(0, FORMAT_HEAD_BYTES);
  while (head.length > 0 && head.every((byte) => byte === 0)) {
    start += head.length;
    head = await rest.read(start, start + FORMAT_HEAD_BYTES);
  }
  if (head.length === 0) return;
  start += head.findIndex((byte) => byte !== 0);
  const archive = sliceOf(rest, start, rest.size);
  const isArchive = containerFormat(await archive.read(0, FORMAT_HEAD_BYTES)) !== null;
  const hidden = isArchive || (await findEmbeddedArchive(rest, 0, walk.unpacker.crc32)) !== null;
  if (hidden) walk.report(ambiguous(`${name}-suffix`));
  // A signature wins over any finding.
  if (isArchive) await walk.visit(archive, depth + 1, false);
  else await walk.unpacker.scan(rest);
}
