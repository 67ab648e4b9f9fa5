import { expect, test } from '@jest/globals';
import { rescanProgress } from '../../../local/output/rescan-lines.ts';

const bar = (filled: number) => `[${'█'.repeat(filled)}${'░'.repeat(24 - filled)}]`;

test('the progress bar fills as objects are read and batches end, and tells rate and time left', () => {
  let now = 0;
  const shown: string[] = [];
  const progress = rescanProgress(() => now);
  progress.start(4000, (text) => shown.push(text));
  now = 2000;
  for (const key of ['a', 'b', 'b']) progress.read(key);
  progress.add({ items: 500 });
  progress.add({ items: 500 });
  expect(shown).toEqual([
    `${bar(0)} 0 of 4,000 objects`,
    `${bar(0)} 1 of 4,000 objects, 0.5/s, 2 h 13 min left`,
    `${bar(0)} 2 of 4,000 objects, 1.0/s, 1 h 7 min left`,
    `${bar(3)} 500 of 4,000 objects, 250/s, 14.0 s left`,
    `${bar(6)} 1,000 of 4,000 objects, 500/s, 6.0 s left`,
  ]);
  expect(progress.text()).toBe('1,000 of 4,000 objects looked at');
});

test('the progress bar bears nothing to do', () => {
  const shown: string[] = [];
  const progress = rescanProgress(() => 0);
  progress.start(0, (text) => shown.push(text));
  progress.add({ items: 0 });
  expect(shown.at(-1)).toBe(`${bar(0)} 0 of 0 objects`);
});
