import type { Dialect } from './dialects/index.ts';
import { ObjectReplaced, ObjectUnreadable } from './errors.ts';
import type { ObjectReference } from './object-reference.ts';
import type { ObjectStore } from './ports.ts';
import { mergeVerdictTags, sameTags, withoutVerdictTags } from './tags.ts';
import type { Verdict } from './verdict.ts';

type TagStore = Pick<ObjectStore, 'head' | 'readTags' | 'writeTags'>;

/**
 * Writes the verdict on the content it was reached for.
 *
 * A version's content never changes, so its tag needs no more. Content that can be overwritten in
 * place is looked at before and after: PutObjectTagging takes no precondition.
 *
 * @returns whether there was room for it beside the owner's tags
 * @throws ObjectReplaced when the key holds other content by now; a tag put there by mistake is taken back first
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
  // An earlier attempt at a verdict may have left its tag: on the way to ERROR nothing of ours is left standing.
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
    // What is encrypted with a customer's key tells nothing but that; such content can be called anything but CLEAN.
    if (fault instanceof ObjectUnreadable) return verdict.status !== 'CLEAN';
    throw fault;
  }
}
