import type { ListedObject } from './payloads.ts';

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
}

/** Ends the work when it takes longer than that many milliseconds, and resolves with undefined. */
export type CutOff = <T>(work: (signal: AbortSignal) => Promise<T>, milliseconds: number) => Promise<T | undefined>;

export interface Work<Looked> {
  /** Throws only for bugs, and when its signal is aborted. */
  look(item: ListedObject, signal: AbortSignal): Promise<Looked>;
  /** Called once for each item that is done; undefined: the first one, which was not finished in time. */
  add(item: ListedObject, looked: Looked | undefined): void;
  /** Whether the answer has no room for more. */
  isFull?(): boolean;
}

/** Reserved for returning the answer. */
const RESERVE_MS = 15_000;
/** Estimated time for an object, on the high side: a scan that starts should also finish. */
const BYTES_PER_MS = 5_000;
const OVERHEAD_MS = 15_000;

/** Of an object that was not finished in the time of a batch. */
export const OUT_OF_TIME = { name: 'States.Timeout', message: 'not finished in the time of a batch' };

/**
 * Processes the items in order, a few at once, while there is time and room in the answer. The first item always
 * starts, so that every call makes progress; if it does not finish in time, it failed. Others may only have waited.
 * @returns what is left, in the order listed
 */
export async function workThrough<Looked>(
  items: readonly ListedObject[],
  limits: BatchLimits,
  { look, add, isFull = () => false }: Work<Looked>,
  cutOff: CutOff,
): Promise<readonly ListedObject[]> {
  let next = 0;
  const unfinished = new Set<ListedObject>();
  const room = bytesGate(limits.bytesAtOnce);

  const mayBegin = (item: ListedObject) =>
    limits.remaining() > RESERVE_MS + OVERHEAD_MS + item.Size / BYTES_PER_MS && !isFull();

  async function worker(): Promise<void> {
    for (let item = items[next]; item !== undefined; item = items[next]) {
      const current = item;
      const first = next === 0;
      const starts = next < limits.atOnce;
      if (!starts && !mayBegin(current)) return;
      next += 1;
      const leave = await room(current.Size);
      const inTime = starts || mayBegin(current);
      const left = limits.remaining() - RESERVE_MS;
      const looked = inTime ? await cutOff((signal) => look(current, signal), left) : undefined;
      leave();
      if (looked === undefined && !first) unfinished.add(current);
      else add(current, looked);
    }
  }

  await Promise.all(Array.from({ length: limits.atOnce }, worker));
  return items.filter((item, index) => index >= next || unfinished.has(item));
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
