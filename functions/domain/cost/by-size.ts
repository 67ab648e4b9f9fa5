import { BYTES } from './invocation.ts';
import type { Size } from './measurement.ts';

/** Objects of about one size, together. */
export interface Amount {
  readonly objects: number;
  /** Of all of them. */
  readonly bytes: number;
}

/** Where one line ends and the next begins. */
export const LARGE_FROM_BYTES = BYTES['1 MB'];

/**
 * What a number of objects comes to, from the three sizes that were measured: a line through the first two and one
 * through the last two, which go on before and behind them. All objects are up to 1 MB, or all are from there on.
 */
export function bySize(at: (size: Size) => number): (amount: Amount) => number {
  const line = (from: Size, to: Size) => {
    const slope = (at(to) - at(from)) / (BYTES[to] - BYTES[from]);
    return { slope, start: at(from) - slope * BYTES[from] };
  };
  const [small, large] = [line('100 KB', '1 MB'), line('1 MB', '10 MB')];
  return ({ objects, bytes }) => {
    const { slope, start } = bytes <= objects * LARGE_FROM_BYTES ? small : large;
    return start * objects + slope * bytes;
  };
}
