import { isSameContent, judgedWith, restsOnSize, withStoredHeaders } from './confirmed-verdict.ts';
import type { Dialect } from './dialects/index.ts';
import { ObjectReplaced, ObjectUnreadable } from './errors.ts';
import type { ObjectReference } from './object-reference.ts';
import type { CurrentObject, Digest, ObjectStore } from './ports.ts';
import { mergeVerdictTags, sameTags, withoutVerdictTags } from './tags.ts';
import type { Verdict } from './verdict.ts';

export interface TagPorts {
  readonly store: Pick<ObjectStore, 'head' | 'readTags' | 'writeTags'>;
  readonly dialect: Dialect;
  readonly digest: Digest;
}

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
 * @throws ObjectReplaced when S3 has other content there than the reference names, or the same with other headers than
 * were judged; a tag written to it by mistake is removed first
 */
export async function tagContent(ports: TagPorts, object: ObjectReference, verdict: Verdict): Promise<Tagging> {
  const { store, dialect } = ports;
  const overwritable = object.versionId === undefined;

  const current = await store.readTags(object);
  const confirmed = overwritable || restsOnSize(verdict) ? await confirm(ports, object, verdict) : verdict;
  const { tags, tagged } = mergeVerdictTags(current, dialect.tags(confirmed), dialect.tagKeys);
  if (!sameTags(current, tags)) await store.writeTags(object, tags);
  if (overwritable) await confirmAgain(ports, object, confirmed);
  return { tagged, verdict: confirmed };
}

/** @param written whether the verdict is on the object already */
async function confirm(ports: TagPorts, object: ObjectReference, verdict: Verdict, written = false): Promise<Verdict> {
  const current = await look(ports, object);
  // With a customer's key (SSE-C), HeadObject returns nothing; such content may get any verdict but CLEAN.
  if (current instanceof ObjectUnreadable) {
    if (verdict.status !== 'CLEAN') return verdict;
    if (restsOnSize(verdict)) return { ...verdict, status: 'UNSCANNABLE', finding: current.finding };
  } else if (isSameContent(current, object)) {
    if (judgedWith(verdict, current.headers, ports.digest)) return withStoredHeaders(verdict, current.headers);
    // A refusal is written first: otherwise whoever keeps changing the headers would keep it away.
    if (verdict.status === 'REJECTED' && written) throw replaced(object);
    if (verdict.status !== 'CLEAN') return verdict;
  }
  // Of a version, an earlier attempt has tagged nothing but what it names.
  if (object.versionId === undefined) await takeBack(ports, object, verdict);
  throw replaced(object);
}

/** A version's content never changes: if an answer denies it, that answer is rather wrong, and the next one counts. */
async function look({ store }: TagPorts, object: ObjectReference): Promise<CurrentObject | ObjectUnreadable> {
  const head = () => store.head(object).catch(unreadable);
  const current = await head();
  if (object.versionId === undefined || current instanceof ObjectUnreadable) return current;
  return isSameContent(current, object) ? current : head();
}

/** After the write: what was confirmed before it may be there no more. */
async function confirmAgain(ports: TagPorts, object: ObjectReference, verdict: Verdict): Promise<void> {
  const confirmed = await confirm(ports, object, verdict, true);
  if (confirmed === verdict) return;
  await takeBack(ports, object, verdict);
  throw replaced(object);
}

const replaced = ({ key, size, etag }: ObjectReference) =>
  new ObjectReplaced(`${key} does not hold ${size} bytes with ETag ${etag} and the headers that were judged`);

function unreadable(fault: unknown): ObjectUnreadable {
  if (fault instanceof ObjectUnreadable) return fault;
  throw fault;
}

async function takeBack({ store, dialect }: TagPorts, object: ObjectReference, verdict: Verdict): Promise<void> {
  const current = await store.readTags(object);
  const ours = mergeVerdictTags(current, dialect.tags(verdict), dialect.tagKeys).tags;
  // An earlier attempt may have left a tag: before ERROR, all our tags are removed.
  if (verdict.status !== 'ERROR' && !sameTags(current, ours)) return;
  const owners = withoutVerdictTags(current, dialect.tagKeys);
  if (!sameTags(current, owners)) await store.writeTags(object, owners);
}
