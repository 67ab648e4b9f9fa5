import type { Dialect } from '../dialects/index.ts';
import { statusWord } from '../dialects/status-word.ts';
import { AirlockError, ObjectGone } from '../errors.ts';
import { type NamedUpTo, named } from '../named-up-to.ts';
import { type ObjectReference, unquotedEtag } from '../object-reference.ts';
import type { ObjectStore } from '../ports.ts';
import type { ObjectListing } from '../requests/ports.ts';
import { type NamedObject, namesIn } from './named.ts';
import type { InfectedLeft } from './payloads.ts';
import type { ResultLine } from './ports.ts';

/** Each is looked at again with two requests; a message has no room for more of usual length. */
const MOST_LOOKED_AT = 500;
/** Requests at once, of one page of a listing each. */
const AT_ONCE = 10;

/** Malware that batches named, as long as there is room for it. */
export class InfectedOfRun {
  readonly objects: NamedObject[] = [];

  /** The same lines. */
  async *in(lines: AsyncIterable<ResultLine>): AsyncGenerator<ResultLine> {
    for await (const result of lines) {
      for (const object of namesIn(result.status, result.line).objects) {
        if (object.status === 'INFECTED' && this.objects.length < MOST_LOOKED_AT) this.objects.push(object);
      }
      yield result;
    }
  }
}

export interface LookAgain {
  readonly listing: ObjectListing;
  readonly store: Pick<ObjectStore, 'readTags'>;
  readonly dialect: Dialect;
}

/** Those that are still there: in the bucket, with the content that was scanned and with the tag of malware. */
export async function stillInfected(
  ports: LookAgain,
  bucket: string,
  objects: readonly NamedObject[],
): Promise<NamedUpTo<InfectedLeft>> {
  const left: (InfectedLeft | undefined)[] = [];
  let next = 0;
  async function worker(): Promise<void> {
    for (let at = next++; at < objects.length; at = next++) {
      const object = objects[at] as NamedObject;
      if (!(await isThere(ports, bucket, object))) continue;
      const { key, versionId, finding = null } = object;
      left[at] = { key, ...(versionId !== undefined && { versionId }), finding };
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const nobody: NamedUpTo<InfectedLeft> = { objects: [], more: 0 };
  return left.reduce((all, each) => (each === undefined ? all : named(all, each)), nobody);
}

/** What cannot be looked at counts as there: the run found malware in it. */
async function isThere({ listing, store, dialect }: LookAgain, bucket: string, object: NamedObject): Promise<boolean> {
  const { key, versionId, etag } = object;
  try {
    const found = await listing.find(bucket, key, versionId);
    if (found === undefined) return false;
    const now = unquotedEtag(found.object.etag);
    if (etag !== undefined && etag !== now) return false;
    const reference: ObjectReference = {
      ...{ bucket, key, size: found.object.size, etag: now },
      ...(versionId !== undefined && { versionId }),
    };
    const word = (await store.readTags(reference))[dialect.statusTag.key];
    // Without a tag, it had no room for one, or could not be written: nobody can read it either.
    return word === undefined || word === statusWord(dialect, 'INFECTED');
  } catch (fault) {
    if (fault instanceof ObjectGone) return false;
    if (fault instanceof AirlockError) return true;
    throw fault;
  }
}
