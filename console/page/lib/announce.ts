import { createStore } from './store.ts';

/** What a screen reader says next; the page shows it nowhere. */
export const announcement = createStore('');

/** Milliseconds in which only the last announcement counts. */
const PAUSE_MILLISECONDS = 1000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** For what somebody has asked for, or must know: not for what changes by itself every second. */
export function announce(text: string): void {
  clearTimeout(timer);
  timer = setTimeout(() => announcement.set(text), PAUSE_MILLISECONDS);
}
