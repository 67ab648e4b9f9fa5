import type { S3Client } from '@aws-sdk/client-s3';
import { InvalidArgumentError, Option } from 'commander';
import { type CountOptions, countHidden, type HiddenCount } from '../operations/count-hidden.ts';
import { tell } from './output.ts';

/** GetObjectTagging costs $0.40 a million; this many take about a minute. */
const COUNT_AT_MOST = 100_000;
const PROGRESS_EVERY = 10_000;

export const countOption = (): Option =>
  new Option('--count-at-most <number>', 'looks at so many versions and no more')
    .argParser(toCount)
    .default(COUNT_AT_MOST);

/**
 * Counts the versions that the gate hides, and says so: `2 of 3 versions become readable: 1 INFECTED, 1 without a verdict`.
 * @param what what happens to them
 * @throws what the SDK throws
 */
export async function countVersions(
  s3: S3Client,
  options: Omit<CountOptions, 'onProgress'>,
  what: string,
): Promise<{ readonly hidden: number; readonly text: string }> {
  let told = 0;
  const onProgress = ({ seen, more }: HiddenCount) => {
    if (!more || seen - told < PROGRESS_EVERY) return;
    told = seen;
    tell(`looked at ${seen} versions so far`);
  };
  const { seen, hidden, more } = await countHidden(s3, { ...options, onProgress });
  const total = [...hidden.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...hidden]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${count} ${status === '' ? 'without a verdict' : status}`);
  const counted = [`${total} of ${seen} versions ${what}`, parts.join(', ')].filter(Boolean).join(': ');
  const text = `${more ? 'at least ' : ''}${counted}${more ? ' (the bucket has more: --count-at-most)' : ''}`;
  return { hidden: more ? Math.max(1, total) : total, text };
}

function toCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('not a number of versions.');
}
