import { expect, it } from '@jest/globals';
import { Waiters } from '../../../clients/upload/waiters.ts';

const NEVER = 2 ** 30;
const listen = (waiters = new Waiters(), end = new AbortController()) => ({
  waiters,
  end,
  listening: waiters.listen('a', end.signal),
});

it('news that came before anybody waited for them is not lost', async () => {
  const { waiters, listening } = listen();
  waiters.wake('a');
  await listening.next(NEVER);
  // Once.
  let woken = false;
  const next = listening.next(NEVER).then(() => (woken = true));
  await new Promise(setImmediate);
  expect(woken).toBe(false);
  waiters.wake('a');
  await next;
});

it('everybody who waits for a key is woken, and nobody else', async () => {
  const { waiters, listening, end } = listen();
  const second = waiters.listen('a', end.signal);
  const other = waiters.listen('b', end.signal);
  let otherWoken = false;
  const of = other.next(NEVER).then(() => (otherWoken = true));
  const both = Promise.all([listening.next(NEVER), second.next(NEVER)]);
  waiters.wake('a');
  await both;
  expect(otherWoken).toBe(false);
  end.abort();
  await of;
});

it('the time and the signal end the wait', async () => {
  const { listening, end } = listen();
  await listening.next(1);
  const next = listening.next(NEVER);
  end.abort();
  await next;
  await listening.next(NEVER);
});
