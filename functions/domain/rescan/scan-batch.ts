import type { ChangedVerdict, ListedObject } from './payloads.ts';
import type { RescannedObject } from './rescan-object.ts';
import { NOTHING, sum, type Totals, totalOf } from './totals.ts';

export interface BatchLimits {
  /** Objects looked at side by side: while one is scanned, others are downloaded. */
  readonly atOnce: number;
  /** Bytes on the scratch disk at once, which also needs room for what the engine unpacks; one object always goes. */
  readonly bytesAtOnce: number;
  /** Milliseconds this function still has. */
  remaining(): number;
  /** JSON characters of changed verdicts that one answer may hold. */
  readonly changedCharacters: number;
}

/** `error`: name of a fault, as the state machine would see it. */
export interface ObjectFailure {
  readonly key: string;
  readonly error: string;
  readonly cause: string;
}

export interface ScannedBatch {
  readonly totals: Totals;
  /** Of each object that is counted as failed. */
  readonly failures: readonly ObjectFailure[];
  readonly changed: readonly ChangedVerdict[];
  /** In the order listed. */
  readonly remaining: readonly ListedObject[];
}

/** Kept free to hand in the answer. */
const RESERVE_MS = 15_000;
/** What an object may take, rather too much than too little: one that is begun should also be ended. */
const BYTES_PER_MS = 5_000;
const OVERHEAD_MS = 15_000;
const OUT_OF_TIME = { name: 'States.Timeout', message: 'not done in the time of a batch' };

/**
 * Looks at the items one by one, a few at once, while there is time and room in the answer. What is first in
 * line is begun whatever it may take, so that every call gets on; if it then does not end in time it failed.
 *
 * @param look never throws but for faults in the code
 * @param within settles with undefined when the work takes longer than so many milliseconds
 */
export async function scanBatch(
  items: readonly ListedObject[],
  limits: BatchLimits,
  look: (item: ListedObject) => Promise<RescannedObject>,
  within: <T>(work: Promise<T>, milliseconds: number) => Promise<T | undefined>,
): Promise<ScannedBatch> {
  let totals = NOTHING;
  let characters = 0;
  let next = 0;
  const changed: ChangedVerdict[] = [];
  const failures: ObjectFailure[] = [];
  const unfinished: ListedObject[] = [];

  const room = bytesGate(limits.bytesAtOnce);

  const mayBegin = (item: ListedObject) =>
    limits.remaining() > RESERVE_MS + OVERHEAD_MS + item.Size / BYTES_PER_MS && characters < limits.changedCharacters;

  async function worker(): Promise<void> {
    for (let item = items[next]; item !== undefined; item = items[next]) {
      const first = next < limits.atOnce;
      if (!first && !mayBegin(item)) return;
      next += 1;
      const leave = await room(item.Size);
      const inTime = first || mayBegin(item);
      const looked = inTime ? await within(look(item), limits.remaining() - RESERVE_MS) : undefined;
      leave();
      if (looked === undefined && !first) unfinished.push(item);
      else add(item, looked ?? { row: { kind: 'failed' } });
    }
  }

  function add({ Key: key }: ListedObject, { row, changed: verdict, fault }: RescannedObject): void {
    totals = sum(totals, totalOf(row));
    const { name: error, message: cause } = fault ?? OUT_OF_TIME;
    if (row.kind === 'failed') failures.push({ key, error, cause });
    if (verdict === undefined) return;
    changed.push(verdict);
    characters += JSON.stringify(verdict).length;
  }

  await Promise.all(Array.from({ length: limits.atOnce }, worker));
  return { totals, failures, changed, remaining: [...unfinished, ...items.slice(next)] };
}

/** Lets bytes in while they fit beside those that are in; what is larger than all goes in alone. */
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
