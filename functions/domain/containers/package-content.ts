import { type ByteSource, CHUNK_BYTES, piecesOf, sliceOf } from './byte-source.ts';
import { type ContainerFormat, containerFormat, FORMAT_HEAD_BYTES } from './container-format.ts';
import { encryptionMarker } from './encryption-markers.ts';
import { packagedFile } from './ole-package.ts';
import { visitPlain } from './plain-content.ts';
import { ambiguous, encrypted, isOverLimit, overLimit } from './unaccounted.ts';
import type { Place, Walk } from './walk.ts';
import { findZipAtEnd } from './zip-at-end.ts';

/** A compound file: an Office document of old, an installer, a mail. */
export async function visitPackage(
  walk: Walk,
  source: ByteSource,
  format: ContainerFormat,
  head: Buffer,
  { depth, reached }: Place,
): Promise<void> {
  if (await encryptionMarker(null, source)) throw encrypted();
  const through = await walk.passOn(source, reached);
  const { leaves, opened, problem } = await walk.unpacker.extract(source, { ...format, type: 'compound' });
  if (!opened) return visitPlain(walk, source, head, { depth, reached: through });
  const heavy = walk.heavy;
  // Office is as tolerant as the engine: what else 7-Zip says about it is noise.
  if (problem !== null && isOverLimit(problem)) walk.report(problem);
  for (const leaf of leaves) {
    const file = await packagedFile(leaf);
    if (file !== leaf) walk.foundActive(['office-ole-package'], depth);
    await walk.visit(file, depth + 1, through && file === leaf, true);
  }
  await visitZipInFile(walk, source, leaves, depth);
  if (!through && !walk.apart) await scanWhole(walk, source, walk.heavy > heavy);
}

/** Macros are compressed in its streams, in a way that only the engine knows, which needs all of it. */
async function scanWhole(walk: Walk, source: ByteSource, isHeavy: boolean): Promise<void> {
  if (isHeavy) walk.report(overLimit('memory'));
  else await walk.unpacker.scan(source);
}

/**
 * Documents hold zips, whose last bytes may be those of the file, in as many pieces as a file system has them. Then
 * their directory is that of a zip which was visited.
 */
async function visitZipInFile(walk: Walk, source: ByteSource, leaves: readonly ByteSource[], depth: number) {
  const zip = await findZipAtEnd(source);
  if (zip === null) return;
  const { start, directoryStart, end } = zip;
  const head = await source.read(start, start + FORMAT_HEAD_BYTES);
  if (start > 0 && containerFormat(head) !== null) return walk.visit(sliceOf(source, start, end), depth + 1, false);
  const directory = await source.read(directoryStart, Math.min(end, directoryStart + CHUNK_BYTES));
  for (const leaf of leaves) if (await holds(leaf, directory)) return;
  throw ambiguous('zip-behind-content');
}

async function holds(source: ByteSource, bytes: Buffer): Promise<boolean> {
  for await (const piece of piecesOf(source, { overlap: bytes.length })) if (piece.bytes.includes(bytes)) return true;
  return false;
}
