import { expect, test } from '@jest/globals';
import { rescanProgress } from '../../../local/output/rescan-lines.ts';

test('the progress bar fills, and tells rate and time left', () => {
  let now = 0;
  const shown: string[] = [];
  const progress = rescanProgress(() => now);
  progress.start(4000, (text) => shown.push(text));
  now = 2000;
  progress.add({ items: 500 });
  progress.add({ items: 500 });
  expect(shown).toEqual([
    `[${'░'.repeat(24)}] 0 of 4,000 objects`,
    `[███${'░'.repeat(21)}] 500 of 4,000 objects, 250/s, 14.0 s left`,
    `[██████${'░'.repeat(18)}] 1,000 of 4,000 objects, 500/s, 6.0 s left`,
  ]);
});

test('the progress bar bears nothing to do', () => {
  const shown: string[] = [];
  const progress = rescanProgress(() => 0);
  progress.start(0, (text) => shown.push(text));
  progress.add({ items: 0 });
  expect(shown.at(-1)).toBe(`[${'░'.repeat(24)}] 0 of 0 objects`);
});
