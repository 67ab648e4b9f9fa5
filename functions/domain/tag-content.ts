import type { Dialect } from './dialects/index.ts';
import { ObjectReplaced, ObjectUnreadable } from './errors.ts';
import type { ObjectReference } from './object-reference.ts';
import type { ObjectStore } from './ports.ts';
import { mergeVerdictTags, sameTags, withoutVerdictTags } from './tags.ts';
import type { Verdict } from './verdict.ts';

type TagStore = Pick<ObjectStore, 'head' | 'readTags' | 'writeTags'>;

/**
 * Tags the content that was scanned with its verdict. A version's content never changes, so one call is enough.
 * Content that can be overwritten in place is checked before and after: PutObjectTagging has no precondition.
 * @returns whether there was room for it beside the owner's tags
 * @throws ObjectReplaced when the key now holds other content; a tag written to it by mistake is removed first
 */
export async function tagContent(
  store: TagStore,
  dialect: Dialect,
  object: ObjectReference,
  verdict: Verdict,
): Promise<boolean> {
  const overwritable = object.versionId === undefined;

  const current = await store.readTags(object);
  if (overwritable) await confirmContent(store, dialect, object, verdict);
  const { tags, tagged } = mergeVerdictTags(current, dialect.tags(verdict), dialect.tagKeys);
  if (!sameTags(current, tags)) await store.writeTags(object, tags);
  if (overwritable) await confirmContent(store, dialect, object, verdict);
  return tagged;
}

async function confirmContent(store: TagStore, dialect: Dialect, expected: ObjectReference, verdict: Verdict) {
  if (await holds(store, expected, verdict)) return;
  const current = await store.readTags(expected);
  const ours = mergeVerdictTags(current, dialect.tags(verdict), dialect.tagKeys).tags;
  // An earlier attempt may have left a tag: before ERROR, all our tags are removed.
  if (verdict.status === 'ERROR' || sameTags(current, ours)) {
    const owners = withoutVerdictTags(current, dialect.tagKeys);
    if (!sameTags(current, owners)) await store.writeTags(expected, owners);
  }
  throw new ObjectReplaced(`${expected.key} no longer holds the content with ETag ${expected.etag}`);
}

async function holds(store: TagStore, expected: ObjectReference, verdict: Verdict): Promise<boolean> {
  try {
    const { etag, size } = await store.head(expected);
    return etag === expected.etag && size === expected.size;
  } catch (fault) {
    // With a customer's key (SSE-C), HeadObject returns nothing else; such content may get any verdict but CLEAN.
    if (fault instanceof ObjectUnreadable) return verdict.status !== 'CLEAN';
    throw fault;
  }
}
