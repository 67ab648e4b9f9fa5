import type { ByteSource } from './byte-source.ts';
import type { ContainerFormat } from './container-format.ts';
import { encryptionMarker } from './encryption-markers.ts';
import { packagedFile } from './ole-package.ts';
import { visitPlain } from './plain-content.ts';
import { visitZipAtEnd } from './second-reader.ts';
import { encrypted, isOverLimit } from './unaccounted.ts';
import type { Place, Walk } from './walk.ts';

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
  if (!opened) return visitPlain(walk, source, head, { depth, reached: true });
  // Office is as tolerant as the engine: what else 7-Zip says about it is noise.
  if (problem !== null && isOverLimit(problem)) walk.report(problem);
  for (const leaf of leaves) {
    const file = await packagedFile(leaf);
    await walk.visit(file, depth + 1, through && file === leaf, true);
  }
  await visitZipAtEnd(walk, source, depth);
}
