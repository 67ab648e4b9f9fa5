import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import type { Pipeline } from '../../local/stack/pipeline.ts';
import { PAST_VISIBILITY_MILLISECONDS, WaitingClock } from './waiting-clock.ts';

const clock = new WaitingClock();
const tokens = { waiting: 0 };

afterEach(() => clock.stop());

it('is moved while every execution waits, and not past the time limit of a task that begins meanwhile', async () => {
  const watched = { tokens, stack: { ofType: () => [] }, queues: { all: () => [] }, workers: new Map() };
  const seen: string[] = [];
  const handedOut = Promise.withResolvers<void>();
  clock.running = 1;
  tokens.waiting = 1;
  clock.after(PAST_VISIBILITY_MILLISECONDS / 2, () => {
    seen.push('handed out again');
    clock.running += 1;
    clock.after(120_000, () => seen.push('timed out'));
    handedOut.resolve();
  });
  clock.watch(watched as unknown as Pipeline);
  await handedOut.promise;
  // Time enough for the clock to be moved again, if it were.
  for (let looks = 0; looks < 5; looks += 1) await wait(20);
  expect(seen).toEqual(['handed out again']);

  clock.running -= 1;
  while (seen.length < 2) await wait(1);
});
