import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { quotasOf } from '../../infra/limits/aws-quotas.ts';
import { backfillOf } from '../bench/bursts/backfill.ts';
import { RAISED } from '../bench/bursts/cases.ts';
import { billOf, totalOf } from '../bench/bursts/cost.ts';
import { overflowOf, simulateOverflow } from '../bench/bursts/express.ts';
import { parameters } from '../bench/bursts/fixture.ts';
import { SCANS } from '../bench/bursts/load.ts';
import { simulateQueue } from '../bench/bursts/simulate-queue.ts';

const page = readFileSync('docs/scale.md', 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(' | '));
const cells = (...begin: string[]) => rows.find((row) => begin.every((cell, index) => row[index] === cell)) ?? [];
const number = (text = '') => Number(text.replaceAll(/[^\d.]/g, ''));

/** What runs in a second; the larger bursts are left to `npm run bench -- bursts`. */
describe.each([
  ['2,000', '0.15 s', SCANS.short],
  ['2,000', '1.5 s', SCANS.long],
  ['20,000', '0.15 s', SCANS.short],
] as const)('docs/scale.md, %s uploads of %s', (uploads, scan, scans) => {
  const load = { uploads: number(uploads), overSeconds: 0, scans, seed: 20_261_126, deaths: 0 };
  const outcome = simulateQueue(parameters, quotasOf('us-east-1'), load);
  const [, , last, busy, errors, cost, , open] = cells(uploads, scan);

  it('has the figures of the simulation', () => {
    expect(last).toBe(`${outcome.lastVerdict.toFixed(0)} s`);
    expect(number(busy)).toBe(Math.round(outcome.busyShare * 100));
    expect(number(errors)).toBe(outcome.errors);
    expect(number(cost)).toBeCloseTo(totalOf(billOf(outcome, parameters)), 2);
    expect(number(open)).toBe(outcome.peakOpen);
  });
});

it.each(['2,000', '20,000', '100,000'])('docs/scale.md has where %s uploads at once go under EXPRESS', (uploads) => {
  const overflow = overflowOf(JSON.parse(readFileSync('statemachines/scan-upload-express.asl.json', 'utf8')));
  const load = { uploads: number(uploads), overSeconds: 0, scans: SCANS.short, seed: 1, deaths: 0 };
  const outcome = simulateOverflow(parameters, quotasOf('us-east-1'), load, overflow);
  const { direct, overflowed, unchecked, errors } = outcome;
  const row = rows.find(([first, ...others]) => first === uploads && others.length === 4) ?? [];
  expect(row.slice(1).map(number)).toEqual([direct, overflowed, unchecked, errors]);
});

it.each(['10 (default)', '20', '80'])('docs/scale.md has the backfill by %s batches at once', (batches) => {
  const [, time, , cost] = rows.find(([first, , , usd]) => first === batches && usd?.startsWith('$')) ?? [];
  const { seconds, usd } = backfillOf(1_000_000_000, number(batches), quotasOf('us-east-1'));
  expect([number(time), number(cost)]).toEqual([Number((seconds / 86_400).toFixed(1)), Math.round(usd)]);
});

it('docs/scale.md has the settings of the simulated hour', () => {
  expect(number(cells('`engine.reservedConcurrency`')[1])).toBe(RAISED.engines);
  expect(number(cells('StartExecution (STANDARD), bucket and refill')[1])).toBe(RAISED.starts);
  expect(number(cells('StateTransition (STANDARD), bucket and refill')[1])).toBe(RAISED.transitions);
  expect(number(cells('SendTaskSuccess, bucket and refill')[1])).toBe(RAISED.answers);
});

it('docs/scale.md has the quotas of the table', () => {
  const quota = (name: 'us-east-1' | 'small') => {
    const { startStandardExecution, sendTaskResult, eventInvocations, putEvents, snsPublishes } = quotasOf(name);
    return [startStandardExecution.perSecond, sendTaskResult.perSecond, snsPublishes, eventInvocations, putEvents];
  };
  const lines = [
    'StartExecution',
    'SendTaskSuccess',
    'SNS Publish',
    'EventBridge, deliveries',
    'EventBridge, PutEvents',
  ];
  expect(lines.map((line) => number(cells(line)[1]))).toEqual(quota('us-east-1'));
  expect(lines.map((line) => number(cells(line)[2]))).toEqual(quota('small'));
});
