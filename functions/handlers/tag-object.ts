import { type Environment, requiredDialect } from '../adapters/environment.ts';
import { createObjectStore } from '../adapters/object-store.ts';
import type { Dialect } from '../domain/dialects/index.ts';
import { ObjectReplaced, ObjectUnreadable } from '../domain/errors.ts';
import { type ObjectReference, toObjectReference } from '../domain/object-reference.ts';
import { type Outcome, TagObjectInput } from '../domain/payloads.ts';
import type { ObjectStore } from '../domain/ports.ts';
import { mergeVerdictTags, sameTags, withoutVerdictTags } from '../domain/tags.ts';
import type { Verdict } from '../domain/verdict.ts';
import { onColdStart, task } from './task.ts';

/**
 * Writes the verdict on the content it was reached for.
 *
 * A version's content never changes, so its tag needs no more. Content that can be overwritten in
 * place is looked at before and after: PutObjectTagging takes no precondition.
 *
 * @throws ObjectReplaced when the key holds other content by now; a tag put there by mistake is taken back first
 */
export const tagObject = (store: ObjectStore, dialect: Dialect) =>
  task(TagObjectInput, async ({ bucket, object, verdict }): Promise<Outcome> => {
    const reference = toObjectReference(bucket, object);
    const overwritable = reference.versionId === undefined;

    const current = await store.readTags(reference);
    if (overwritable) await confirmContent(store, dialect, reference, verdict);
    const { tags, tagged } = mergeVerdictTags(current, dialect.tags(verdict), dialect.tagKeys);
    if (!sameTags(current, tags)) await store.writeTags(reference, tags);
    if (overwritable) await confirmContent(store, dialect, reference, verdict);

    return { tagged, action: tagged ? 'tag' : 'none' };
  });

async function confirmContent(store: ObjectStore, dialect: Dialect, expected: ObjectReference, verdict: Verdict) {
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

async function holds(store: ObjectStore, expected: ObjectReference, verdict: Verdict): Promise<boolean> {
  try {
    const { etag, size } = await store.head(expected);
    return etag === expected.etag && size === expected.size;
  } catch (fault) {
    // What is encrypted with a customer's key tells nothing but that; such content can be called anything but CLEAN.
    if (fault instanceof ObjectUnreadable) return verdict.status !== 'CLEAN';
    throw fault;
  }
}

export const create = (env: Environment) => tagObject(createObjectStore(env), requiredDialect(env));

export const handler = onColdStart(create);
