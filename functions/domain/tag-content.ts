import { isSameContent, restsOnSize, withStoredHeaders } from './confirmed-verdict.ts';
import type { Dialect } from './dialects/index.ts';
import { ObjectReplaced, ObjectUnreadable } from './errors.ts';
import type { ObjectReference } from './object-reference.ts';
import type { ObjectStore } from './ports.ts';
import { mergeVerdictTags, sameTags, withoutVerdictTags } from './tags.ts';
import type { Verdict } from './verdict.ts';

type TagStore = Pick<ObjectStore, 'head' | 'readTags' | 'writeTags'>;

export interface Tagging {
  /** Whether there was room for the verdict beside the owner's tags. */
  readonly tagged: boolean;
  /** The verdict as S3's answers confirm it. */
  readonly verdict: Verdict;
}

/**
 * Tags the content that was scanned with its verdict. A version's content never changes, so that it is looked at only
 * for a verdict that nobody has read a byte for. Content that can be overwritten in place is checked before and after:
 * PutObjectTagging has no precondition.
 * @throws ObjectReplaced when S3 has other content there than the reference names; a tag written to it by mistake is
 * removed first
 */
export async function tagContent(
  store: TagStore,
  dialect: Dialect,
  object: ObjectReference,
  verdict: Verdict,
): Promise<Tagging> {
  const overwritable = object.versionId === undefined;

  const current = await store.readTags(object);
  const confirmed = overwritable || restsOnSize(verdict) ? await confirm(store, dialect, object, verdict) : verdict;
  const { tags, tagged } = mergeVerdictTags(current, dialect.tags(confirmed), dialect.tagKeys);
  if (!sameTags(current, tags)) await store.writeTags(object, tags);
  if (overwritable) await confirm(store, dialect, object, confirmed);
  return { tagged, verdict: confirmed };
}

async function confirm(store: TagStore, dialect: Dialect, object: ObjectReference, verdict: Verdict) {
  const confirmed = await askForIt(store, object, verdict);
  if (confirmed !== undefined) return confirmed;
  // Of a version, an earlier attempt has tagged nothing but what it names.
  if (object.versionId === undefined) await takeBack(store, dialect, object, verdict);
  throw new ObjectReplaced(`${object.key} does not hold ${object.size} bytes with ETag ${object.etag}`);
}

/** Undefined when S3 has other content there. */
async function askForIt(store: TagStore, object: ObjectReference, verdict: Verdict): Promise<Verdict | undefined> {
  try {
    const current = await store.head(object);
    return isSameContent(current, object) ? withStoredHeaders(verdict, current.headers) : undefined;
  } catch (fault) {
    if (!(fault instanceof ObjectUnreadable)) throw fault;
    // With a customer's key (SSE-C), HeadObject returns nothing; such content may get any verdict but CLEAN.
    if (verdict.status !== 'CLEAN') return verdict;
    return restsOnSize(verdict) ? { ...verdict, status: 'UNSCANNABLE', finding: fault.finding } : undefined;
  }
}

async function takeBack(store: TagStore, dialect: Dialect, object: ObjectReference, verdict: Verdict): Promise<void> {
  const current = await store.readTags(object);
  const ours = mergeVerdictTags(current, dialect.tags(verdict), dialect.tagKeys).tags;
  // An earlier attempt may have left a tag: before ERROR, all our tags are removed.
  if (verdict.status !== 'ERROR' && !sameTags(current, ours)) return;
  const owners = withoutVerdictTags(current, dialect.tagKeys);
  if (!sameTags(current, owners)) await store.writeTags(object, owners);
}
