import type { RescanWindow } from './payloads.ts';

const DAY = 86_400_000;

/**
 * The window from the end of the last run's window, however long ago, to `to`; the first one is `firstDays` long.
 * Both in milliseconds. A clock that moved backward gives an empty window.
 */
export function nextWindow(lastEnd: number | undefined, to: number, firstDays: number): RescanWindow {
  const from = lastEnd === undefined ? to - firstDays * DAY : Math.min(lastEnd, to);
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
