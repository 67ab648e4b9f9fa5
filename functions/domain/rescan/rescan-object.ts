import type { Dialect } from '../dialects/index.ts';
import { AirlockError, ObjectGone, ObjectReplaced, ObjectUnreadable } from '../errors.ts';
import { FINDINGS } from '../findings.ts';
import { type ObjectReference, toEventObject, unquotedEtag } from '../object-reference.ts';
import type { ObjectStore } from '../ports.ts';
import type { Verdict } from '../verdict.ts';
import type { BatchSettings, ChangedVerdict, ListedObject } from './payloads.ts';
import type { CurrentTags } from './ports.ts';
import { confirms, readsTagsFirst, SKIPPED, skipByListing, skipByTags } from './strategy.ts';
import type { Row } from './totals.ts';

export interface RescanPorts {
  readonly store: Pick<ObjectStore, 'head'> & CurrentTags;
  readonly dialect: Dialect;
  /** Everything an upload's content goes through. Throws as the store and the engine do. */
  check(object: ObjectReference, policy: BatchSettings['policy']): Promise<Verdict>;
  /** Version of the signatures in use; asked for `stale` only. */
  definitionsVersion(): Promise<string>;
}

export interface RescannedObject {
  readonly row: Row;
  readonly changed?: ChangedVerdict;
  /** Why it failed. */
  readonly fault?: AirlockError;
}

/** Verdicts that say something of our access to the object and nothing of its content. */
const OUT_OF_REACH: ReadonlySet<string | null> = new Set([
  FINDINGS.archived,
  FINDINGS.customerKey,
  FINDINGS.noKeyAccess,
]);

/**
 * Looks at one listed object and says what became of it. A fault is tried once more if that can help and then
 * is a row like any other: one bad object never costs its batch, and never takes an earlier verdict away.
 */
export async function rescanObject(
  ports: RescanPorts,
  settings: BatchSettings,
  item: ListedObject,
  attempts = 2,
): Promise<RescannedObject> {
  try {
    return await look(ports, settings, item);
  } catch (fault) {
    if (fault instanceof ObjectGone) return skip(SKIPPED.gone);
    if (fault instanceof ObjectReplaced) return skip(SKIPPED.replaced);
    if (fault instanceof ObjectUnreadable) return skip(fault.finding);
    if (!(fault instanceof AirlockError)) throw fault;
    if (fault.transient && attempts > 1) return rescanObject(ports, settings, item, attempts - 1);
    return { row: { kind: 'failed' }, fault };
  }
}

async function look(ports: RescanPorts, settings: BatchSettings, item: ListedObject): Promise<RescannedObject> {
  const { store, dialect } = ports;
  const { bucket, strategy, filters } = settings;
  const window = { from: Date.parse(settings.window.from), to: Date.parse(settings.window.to) };
  const { Key: key, Size: size, StorageClass: storageClass } = item;
  const listed = { key, lastModified: item.LastModified * 1000, size, storageClass };
  const untouched = skipByListing(strategy, listed, window, filters);
  if (untouched !== null) return skip(untouched);

  const { tags, versionId } = await store.currentTags({ bucket, key });
  if (readsTagsFirst(strategy)) {
    const definitions = strategy === 'stale' ? await ports.definitionsVersion() : '';
    const reason = skipByTags(strategy, listed, tags, dialect, definitions);
    if (reason !== null) return skip(reason);
  }

  const etag = unquotedEtag(item.Etag);
  const current = { bucket, key, size, etag, ...(versionId !== undefined && { versionId }) };
  // Reading it says whether this is what was listed; what is not read is looked at.
  const unread = size === 0 || size > settings.policy.maxObjectBytes;
  if (unread && (await store.head(current)).etag !== etag) return skip(SKIPPED.replaced);
  const verdict = await ports.check(current, settings.policy);
  if (OUT_OF_REACH.has(verdict.finding)) return skip(verdict.finding ?? '');
  const infected = verdict.status === 'INFECTED';
  const changed = !confirms(tags, verdict, dialect);
  const row: Row = { kind: 'scanned', bytes: current.size, infected, changed };
  return changed ? { row, changed: { object: toEventObject(current), verdict, infected } } : { row };
}

function skip(reason: string): RescannedObject {
  return { row: { kind: 'skipped', reason } };
}
