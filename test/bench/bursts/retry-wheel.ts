/**
 * How many try again in which second, by the number of tries before. Uploads that wait are all alike, so counting them is
 * enough: a hundred million retries take seconds.
 */
export interface RetryWheel {
  readonly waiting: number;
  /** @param second at most `AHEAD` after the last one taken */
  add(second: number, tries: number): void;
  /** How many are due in this second. */
  due(second: number): number;
  /** Empties the second; seconds must be taken in order. */
  take(second: number, each: (tries: number) => void): void;
  /** The first second from this one on with something due; Infinity when nothing waits. */
  next(second: number): number;
}

const SLOTS = 1024;
/** The longest wait, seconds. */
export const AHEAD = SLOTS - 1;

export function createRetryWheel(maxTries: number): RetryWheel {
  const width = maxTries + 1;
  const counts = new Int32Array(SLOTS * width);
  const totals = new Int32Array(SLOTS);
  const taken = new Int32Array(width);
  let waiting = 0;
  return {
    get waiting() {
      return waiting;
    },
    add(second, tries) {
      const slot = second % SLOTS;
      counts[slot * width + tries] = (counts[slot * width + tries] as number) + 1;
      totals[slot] = (totals[slot] as number) + 1;
      waiting += 1;
    },
    due: (second) => totals[second % SLOTS] as number,
    take(second, each) {
      const slot = second % SLOTS;
      const total = totals[slot] as number;
      if (total === 0) return;
      // What `each` adds may be in the same place of the ring.
      taken.set(counts.subarray(slot * width, (slot + 1) * width));
      counts.fill(0, slot * width, (slot + 1) * width);
      totals[slot] = 0;
      waiting -= total;
      for (let tries = 0; tries < width; tries += 1) {
        for (let left = taken[tries] as number; left > 0; left -= 1) each(tries);
      }
    },
    next(second) {
      if (waiting === 0) return Number.POSITIVE_INFINITY;
      let found = second;
      while (totals[found % SLOTS] === 0) found += 1;
      return found;
    },
  };
}
