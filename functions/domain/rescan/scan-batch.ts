import { isNamed, type NamedObject } from './named.ts';
import type { ChangedVerdict, ListedObject } from './payloads.ts';
import type { RescannedObject, Said } from './rescan-object.ts';
import { NOTHING, sum, type Totals, totalOf } from './totals.ts';

export interface BatchLimits {
  /** Objects processed in parallel: while one is scanned, others are downloaded. */
  readonly atOnce: number;
  /**
   * Bytes on the scratch disk at once, which also needs room for what the engine unpacks; one object is always
   * allowed.
   */
  readonly bytesAtOnce: number;
  /** Milliseconds this function still has. */
  remaining(): number;
  /** The most bytes of JSON of changed verdicts in one answer. */
  readonly changedBytes: number;
}

/** `error`: name of a fault, as the state machine would see it. */
export interface ObjectFailure {
  readonly key: string;
  readonly error: string;
  readonly cause: string;
}

export interface ScannedBatch {
  readonly totals: Totals;
  /** Of each object counted as failed. */
  readonly failures: readonly ObjectFailure[];
  /** Those worth a name, in no order. */
  readonly named: readonly NamedObject[];
  readonly changed: readonly ChangedVerdict[];
  /** In the order listed. */
  readonly remaining: readonly ListedObject[];
}

/** Reserved for returning the answer. */
const RESERVE_MS = 15_000;
/** Estimated time for an object, on the high side: a scan that starts should also finish. */
const BYTES_PER_MS = 5_000;
const OVERHEAD_MS = 15_000;
const OUT_OF_TIME = { name: 'States.Timeout', message: 'not finished in the time of a batch' };

/**
 * Processes the items in order, a few at once, while there is time and room in the answer. The first item always
 * starts, so that every call makes progress; if it does not finish in time, it failed. Others may only have waited.
 * @param look throws only for bugs, and when its signal is aborted
 * @param cutOff ends the work when it takes longer than that many milliseconds, and resolves with undefined
 */
export async function scanBatch(
  items: readonly ListedObject[],
  limits: BatchLimits,
  look: (item: ListedObject, signal: AbortSignal) => Promise<RescannedObject>,
  cutOff: <T>(work: (signal: AbortSignal) => Promise<T>, milliseconds: number) => Promise<T | undefined>,
): Promise<ScannedBatch> {
  let totals = NOTHING;
  let changedBytes = 0;
  let next = 0;
  const changed: ChangedVerdict[] = [];
  const failures: ObjectFailure[] = [];
  const named: NamedObject[] = [];
  const unfinished = new Set<ListedObject>();

  const room = bytesGate(limits.bytesAtOnce);

  const mayBegin = (item: ListedObject) =>
    limits.remaining() > RESERVE_MS + OVERHEAD_MS + item.Size / BYTES_PER_MS && changedBytes < limits.changedBytes;

  async function worker(): Promise<void> {
    for (let item = items[next]; item !== undefined; item = items[next]) {
      const first = next === 0;
      const starts = next < limits.atOnce;
      if (!starts && !mayBegin(item)) return;
      next += 1;
      const leave = await room(item.Size);
      const inTime = starts || mayBegin(item);
      const left = limits.remaining() - RESERVE_MS;
      const looked = inTime ? await cutOff((signal) => look(item, signal), left) : undefined;
      leave();
      if (looked === undefined && !first) unfinished.add(item);
      else add(item, looked ?? { row: { kind: 'failed' } });
    }
  }

  function add({ Key: key }: ListedObject, { row, changed: verdict, said, fault }: RescannedObject): void {
    totals = sum(totals, totalOf(row));
    const { name: error, message: cause } = fault ?? OUT_OF_TIME;
    if (row.kind === 'failed') {
      failures.push({ key, error, cause });
      named.push({ key, error, cause });
    }
    if (said !== undefined) name(key, said, verdict);
    if (verdict === undefined) return;
    changed.push(verdict);
    changedBytes += Buffer.byteLength(JSON.stringify(verdict));
  }

  function name(
    key: string,
    { status, finding, was, versionId, etag }: Said,
    verdict: ChangedVerdict | undefined,
  ): void {
    const object = {
      ...{ key, ...(versionId !== undefined && { versionId }), status, finding },
      // To find out at the end whether it is still there.
      ...(status === 'INFECTED' && { etag }),
      ...(verdict !== undefined && { was, change: changed.length }),
    };
    if (isNamed(object)) named.push(object);
  }

  await Promise.all(Array.from({ length: limits.atOnce }, worker));
  const remaining = items.filter((item, index) => index >= next || unfinished.has(item));
  return { totals, failures, named, changed, remaining };
}

/** Admits bytes while they fit beside those admitted; an object over the limit is admitted alone. */
function bytesGate(capacity: number): (bytes: number) => Promise<() => void> {
  let inside = 0;
  let waiting: (() => void)[] = [];
  return async (bytes) => {
    while (inside > 0 && inside + bytes > capacity) await new Promise<void>((resolve) => waiting.push(resolve));
    inside += bytes;
    return () => {
      inside -= bytes;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    };
  };
}
