import { isSameContent, withStoredHeaders } from '../confirmed-verdict.ts';
import type { Dialect } from '../dialects/index.ts';
import { AirlockError, ObjectGone, ObjectReplaced, ObjectUnreadable } from '../errors.ts';
import { OUT_OF_REACH } from '../findings.ts';
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
  /** Runs all checks of an upload. Throws what the store and the engine throw. */
  check(object: ObjectReference, policy: BatchSettings['policy']): Promise<Verdict>;
  /** Version of the definitions in use; only called for `stale`. */
  definitionsVersion(): Promise<string>;
}

export interface Said extends Pick<Verdict, 'status' | 'finding'> {
  /** null without a tag. */
  readonly was: string | null;
  readonly versionId?: string;
  readonly etag: string;
}

export interface RescannedObject {
  readonly row: Row;
  readonly changed?: ChangedVerdict;
  /** The verdict, also when it did not change, and what the status tag said before. */
  readonly said?: Said;
  /** Why it failed. */
  readonly fault?: AirlockError;
}

/**
 * Processes one listed object and returns the result. A transient fault is retried once and then becomes an ordinary
 * row: one bad object never fails its batch or removes an earlier verdict.
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
  const { bucket, strategy, filters, ages } = settings;
  const window = { from: Date.parse(settings.window.from), to: Date.parse(settings.window.to) };
  const { Key: key, Size: size, StorageClass: storageClass } = item;
  const listed = { key, lastModified: item.LastModified * 1000, size, storageClass };
  const untouched = skipByListing(strategy, listed, window, filters, ages);
  if (untouched !== null) return skip(untouched);

  const { tags, versionId } = await store.currentTags({ bucket, key });
  if (readsTagsFirst(strategy)) {
    const definitions = strategy === 'stale' ? await ports.definitionsVersion() : '';
    const reason = skipByTags(strategy, listed, tags, dialect, definitions);
    if (reason !== null) return skip(reason);
  }

  const etag = unquotedEtag(item.Etag);
  const current = { bucket, key, size, etag, ...(versionId !== undefined && { versionId }) };
  // Reading it shows whether this is the listed content; content that is not read is checked separately.
  const unread = size === 0 || size > settings.policy.maxObjectBytes;
  const head = unread ? await store.head(current) : undefined;
  if (head !== undefined && !isSameContent(head, current)) return skip(SKIPPED.replaced);
  const checked = await ports.check(current, settings.policy);
  const verdict = head === undefined ? checked : withStoredHeaders(checked, head.headers);
  if (OUT_OF_REACH.has(verdict.finding)) return skip(verdict.finding ?? '');
  const infected = verdict.status === 'INFECTED';
  const changed = !confirms(tags, verdict, dialect);
  const row: Row = { kind: 'scanned', bytes: current.size, infected, changed };
  const { status, finding } = verdict;
  const said = {
    ...{ status, finding, was: tags[dialect.statusTag.key] ?? null, etag },
    ...(versionId !== undefined && { versionId }),
  };
  return { row, said, ...(changed && { changed: { object: toEventObject(current), verdict, infected } }) };
}

function skip(reason: string): RescannedObject {
  return { row: { kind: 'skipped', reason } };
}
