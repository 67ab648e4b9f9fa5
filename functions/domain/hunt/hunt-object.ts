import { AirlockError, ObjectGone, ObjectReplaced, ObjectUnreadable } from '../errors.ts';
import { FINDINGS, OUT_OF_REACH } from '../findings.ts';
import { type ObjectReference, unquotedEtag } from '../object-reference.ts';
import type { ObjectStore } from '../ports.ts';
import type { ListedObject } from '../rescan/payloads.ts';
import { isArchived, SKIPPED } from '../rescan/strategy.ts';
import type { Verdict } from '../verdict.ts';
import type { HuntNamed } from './named.ts';
import type { HuntRow } from './totals.ts';

export interface HuntPorts {
  readonly store: Pick<ObjectStore, 'head'>;
  readonly maxObjectBytes: number;
  /** Scans the content with the given rules alone. Throws what the store and the engine throw. */
  scan(object: ObjectReference): Promise<Pick<Verdict, 'status' | 'finding'>>;
}

export interface HuntedObject {
  readonly row: HuntRow;
  /** Only what an operator wants to know by name. */
  readonly named?: HuntNamed;
  /** Why it failed. */
  readonly fault?: AirlockError;
}

/** What kept the pipeline from reading an object at all. */
const NOT_READ: ReadonlySet<string | null> = new Set([...OUT_OF_REACH, FINDINGS.tooLarge]);

/**
 * Looks at one listed object and returns what was found. A transient fault is retried once and then becomes a row: one
 * bad object never fails its batch.
 */
export async function huntObject(
  ports: HuntPorts,
  bucket: string,
  item: ListedObject,
  attempts = 2,
): Promise<HuntedObject> {
  const { Key: key } = item;
  try {
    return await look(ports, bucket, item);
  } catch (fault) {
    // Nothing is left of it that could match.
    if (fault instanceof ObjectGone) return { row: { what: 'unread', reason: SKIPPED.gone } };
    if (fault instanceof ObjectReplaced) return unread(key, SKIPPED.replaced);
    if (fault instanceof ObjectUnreadable) return unread(key, fault.finding);
    if (!(fault instanceof AirlockError)) throw fault;
    if (fault.transient && attempts > 1) return huntObject(ports, bucket, item, attempts - 1);
    const reason = `${fault.name}: ${fault.message}`;
    return { row: { what: 'failed' }, named: { key, what: 'failed', reason }, fault };
  }
}

async function look(ports: HuntPorts, bucket: string, item: ListedObject): Promise<HuntedObject> {
  const { Key: key, Size: size, Etag, StorageClass } = item;
  if (isArchived(StorageClass)) return unread(key, SKIPPED.archived);
  const listed = { bucket, key, size, etag: unquotedEtag(Etag) };
  try {
    return await lookAt(ports, listed);
  } catch (fault) {
    if (!(fault instanceof ObjectReplaced)) throw fault;
    // No other execution hunts in the new content.
    return lookAt(ports, await ports.store.head({ bucket, key }));
  }
}

async function lookAt({ store, maxObjectBytes, scan }: HuntPorts, object: ObjectReference): Promise<HuntedObject> {
  const { bucket, key, size: bytes } = object;
  if (bytes === 0) return { row: { what: 'looked', bytes } };
  if (bytes > maxObjectBytes) return unread(key, FINDINGS.tooLarge);
  const { status, finding } = await scan(object);
  if (finding !== null && NOT_READ.has(finding)) return unread(key, finding);
  // A scan ends at its first finding: the rules have not seen what comes after one of the engine's own.
  if (finding !== null && (status === 'UNSCANNABLE' || (status === 'INFECTED' && isEngines(finding)))) {
    return { row: { what: 'partly', bytes, reason: finding }, named: { key, what: 'partly', reason: finding } };
  }
  if (status !== 'INFECTED' || finding === null) return { row: { what: 'looked', bytes } };
  // The listing does not say which version it is; it matters only now.
  const { versionId } = await store.head({ bucket, key }).then(
    (current) => (current.etag === object.etag ? current : object),
    () => object,
  );
  const named = { key, ...(versionId !== undefined && { versionId }), what: 'match' as const, reason: finding };
  return { row: { what: 'match', bytes }, named };
}

/** What the engine suspects by itself, whatever the rules: clamd marks names of rules as unofficial. */
const isEngines = (finding: string): boolean => /^Heuristics\./.test(finding) && !finding.endsWith('.UNOFFICIAL');

function unread(key: string, reason: string): HuntedObject {
  return { row: { what: 'unread', reason }, named: { key, what: 'unread', reason } };
}
