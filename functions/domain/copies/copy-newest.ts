import { CopyRefused, ObjectGone, StorageUnavailable } from '../errors.ts';
import type { ObjectReference } from '../object-reference.ts';
import type { Verdict } from '../verdict.ts';
import { copyMetadata, hasSameBytes, isCopyOf, isMarkedAs } from './copy-mark.ts';
import { type CopiedTo, type CopyTo, type Place, placeOf } from './copy-to.ts';
import { type NewestPorts, newestClean } from './newest-clean.ts';
import type { CleanContent, CopyDestination, HeldContent, WrittenCopy } from './ports.ts';

export interface CopyPorts extends NewestPorts {
  readonly destination: CopyDestination;
}

/** How often the destination or the source may change under the hand of one attempt. */
const ROUNDS = 10;

/**
 * Copies the newest CLEAN content of the key, and looks again until the destination is seen to hold exactly that. So the
 * newest one wins in whatever order executions finish: each looks at the source after its own copy was written, and whoever
 * finds a newer one there copies it. What is there already is not copied again.
 * @returns the copy of this execution's own content; null when it was overtaken, deleted, or is not CLEAN any more
 * @throws CopyRefused, ObjectReplaced as `newestClean`, and what the ports throw
 */
export async function copyNewest(
  ports: CopyPorts,
  object: ObjectReference,
  verdict: Verdict,
  copyTo: CopyTo,
): Promise<CopiedTo | null> {
  const { destination, digest } = ports;
  const place = placeOf(copyTo, object.key);
  let written: (WrittenCopy & { readonly metadata: string }) | undefined;

  for (let round = 0; round < ROUNDS; round += 1) {
    // First the destination: what is newest at the source may only be newer than what is seen here.
    const held = await destination.look(place);
    const newest = await newestClean(ports, object, verdict).catch(goneMeanwhile);
    if (newest === 'gone') return ofOwn(held) ? copied(place, held) : null;
    if (newest === 'not-clean') {
      if (written === undefined) return null;
      throw new CopyRefused(`s3://${place.bucket}/${place.key} was copied, and its original is not CLEAN any more`);
    }
    if (held !== undefined && isThere(held, newest)) {
      return newest.versionId === object.versionId ? copied(place, held) : null;
    }
    const metadata = copyMetadata(newest, ports);
    const copy = await destination.copy(newest, place, metadata, held);
    written = copy && { ...copy, metadata: JSON.stringify(metadata) };
  }
  throw new StorageUnavailable(`s3://${place.bucket}/${place.key} does not come to hold what was copied`);

  function isThere(held: HeldContent, newest: CleanContent): boolean {
    if (isCopyOf(held, newest, ports)) return true;
    // Where the owner's metadata left no room for the mark.
    const justWritten = written?.etag === held.etag && written.versionId === held.versionId;
    const same = written?.metadata === JSON.stringify(copyMetadata(newest, ports));
    return justWritten && same && hasSameBytes(held, newest);
  }

  function ofOwn(held: HeldContent | undefined): held is HeldContent {
    return held !== undefined && isMarkedAs(held, object, digest);
  }
}

/** The copy of what is not CLEAN any more; null where the destination holds none, or another. */
export async function findCopy(
  { destination, digest }: Pick<CopyPorts, 'destination' | 'digest'>,
  object: ObjectReference,
  copyTo: CopyTo,
): Promise<CopiedTo | null> {
  try {
    const place = placeOf(copyTo, object.key);
    const held = await destination.look(place);
    return held !== undefined && isMarkedAs(held, object, digest) ? copied(place, held) : null;
  } catch (fault) {
    if (fault instanceof CopyRefused) return null;
    throw fault;
  }
}

const copied = ({ bucket, key }: Place, { versionId = null }: { readonly versionId?: string | null }): CopiedTo => ({
  bucket,
  key,
  versionId,
});

/** A version that was deleted between the listing and the look at it. */
function goneMeanwhile(fault: unknown): 'gone' {
  if (fault instanceof ObjectGone) return 'gone';
  throw fault;
}
