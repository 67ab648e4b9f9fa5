import { expect, it } from '@jest/globals';
import { type Notices, withNews } from '../../../../console/page/model/notices.ts';
import type { Notice } from '../../../../console/server/operations/table.ts';

const notice = (number: number): Notice => ({
  ...{ number, channel: 'sns', from: 'Topic', time: '2026-11-27T00:00:00Z', subject: undefined, attributes: {} },
  body: String(number),
});
const heard = (numbers: readonly number[], more: { dropped?: number; listener?: string } = {}) => ({
  ...{ listener: 'a', dropped: 0, fault: undefined, ...more },
  notices: numbers.map(notice),
});
const numbersOf = ({ all }: Notices) => all.map(({ number }) => number);

it('what is new comes first, and nothing new makes no new list', () => {
  const first = withNews(undefined, heard([1, 2]));
  const second = withNews(first, heard([3]));
  expect(numbersOf(second)).toEqual([3, 2, 1]);
  expect(withNews(second, heard([])).all).toBe(second.all);
});

it('what the server has dropped is dropped too: it has room for so many bytes', () => {
  const first = withNews(undefined, heard([1, 2, 3]));
  expect(numbersOf(withNews(first, heard([4], { dropped: 2 })))).toEqual([4, 3]);
  expect(numbersOf(withNews(first, heard([], { dropped: 3 })))).toEqual([]);
});

it('a server that was started anew counts from 1 again', () => {
  const first = withNews(undefined, heard([1, 2, 3]));
  expect(numbersOf(withNews(first, heard([1], { listener: 'b' })))).toEqual([1]);
});
