import type { RescanWindow } from './payloads.ts';

const DAY = 86_400_000;

/**
 * The window that goes on where the last run's ended, however long ago that was, up to `to`; the first one is
 * so many days long. Both in milliseconds. A clock that went back gives an empty window.
 */
export function nextWindow(lastEnd: number | undefined, to: number, firstDays: number): RescanWindow {
  const from = lastEnd === undefined ? to - firstDays * DAY : Math.min(lastEnd, to);
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
