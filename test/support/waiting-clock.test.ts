import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import type { Pipeline } from '../../local/stack/pipeline.ts';
import { PAST_VISIBILITY_MILLISECONDS, WaitingClock } from './waiting-clock.ts';

const clock = new WaitingClock();
let looks = 0;
const tokens = {
  /** Asked for at each look whether nothing is under way. */
  get waiting() {
    looks += 1;
    return 1;
  },
};

afterEach(() => clock.stop());

it('is moved while every execution waits, and not past the time limit of a task that begins meanwhile', async () => {
  const watched = { tokens, stack: { ofType: () => [] }, queues: { all: () => [] }, workers: new Map() };
  const seen: string[] = [];
  const handedOut = Promise.withResolvers<void>();
  clock.running = 1;
  clock.after(PAST_VISIBILITY_MILLISECONDS / 2, () => {
    seen.push('handed out again');
    clock.running += 1;
    clock.after(120_000, () => seen.push('timed out'));
    handedOut.resolve();
  });
  clock.watch(watched as unknown as Pipeline);
  await handedOut.promise;
  const looked = looks;
  while (looks < looked + 3) await turn();
  expect(seen).toEqual(['handed out again']);

  clock.running -= 1;
  while (seen.length < 2) await turn();
});
