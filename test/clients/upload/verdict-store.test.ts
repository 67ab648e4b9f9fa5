import { expect, it } from '@jest/globals';
import { memoryStore } from '../../../clients/upload/verdict-store.ts';

const INFECTED = { status: 'INFECTED', finding: 'Eicar' } as const;

it('keeps the latest verdict, and forgets the oldest beyond ten thousand', async () => {
  const store = memoryStore();
  for (const key of ['first', 'second', 'first']) await store.set(key, INFECTED);
  await store.set('first', { status: 'ERROR', finding: 'x' });
  for (let at = 0; at < 9_999; at += 1) await store.set(`${at}`, INFECTED);
  expect(await store.get('second')).toBeUndefined();
  expect(await store.get('first')).toEqual({ status: 'ERROR', finding: 'x' });
  await store.set('one more', INFECTED);
  expect(await store.get('first')).toBeUndefined();
});
