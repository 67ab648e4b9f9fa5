import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { nextWindow } from '../../../functions/domain/rescan/window.ts';
import { readCron } from '../../../infra/config/cron.ts';
import { firstWindowDays, longestPause } from '../../../infra/config/schedule.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

describe('longestPause', () => {
  test.each<[string, number]>([
    ['rate(15 minutes)', 15 / 1440],
    ['rate(1 hour)', 1 / 24],
    ['rate(1 day)', 1],
    ['rate(10 days)', 10],
    ['cron(0 3 * * ? *)', 1],
    ['cron(0 3,15 * * ? *)', 0.5],
    ['cron(0/15 8-17 * * ? *)', 1 - (9 * 60 + 45) / 1440],
    ['cron(0 3 ? * MON-FRI *)', 3],
    ['cron(0 3 ? * 2,5 *)', 4],
    ['cron(30 22 ? * sun *)', 7],
    ['cron(0 3 ? * L *)', 7],
    ['cron(0 3 1/3 * ? *)', 3],
    ['cron(0 3 1,15 * ? *)', 17],
    ['cron(0 3 1 * ? *)', 31],
    ['cron(0 3 L * ? *)', 31],
    ['cron(0 3 15,L * ? *)', 16],
    ['cron(0 3 ? * 6L *)', 35],
    ['cron(0 3 ? * MON#1 *)', 35],
    ['cron(0 3 1 JAN,JUL ? *)', 184],
    ['cron(0 3 31 * ? *)', 61],
    ['cron(0 3 29 2 ? *)', 4 * 365 + 1],
    ['cron(0 3 1 1 ? 2027)', Number.POSITIVE_INFINITY],
    ['cron(0 3 31 2 ? *)', Number.POSITIVE_INFINITY],
  ])('of %s is %d days', (schedule, days) => {
    expect(longestPause(schedule)).toBeCloseTo(days * 1440, 6);
  });

  test.each([
    'daily',
    'rate(0 days)',
    'rate(1 week)',
    'cron(0 3 * * *)',
    'cron(0 3 * * * *)',
    'cron(0 3 ? * ? *)',
    'cron(60 3 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 3 32 * ? *)',
    'cron(0 3 0 * ? *)',
    'cron(0 3 ? * 8 *)',
    'cron(0 3 ? * MOON *)',
    'cron(0 3 ? * MON#6 *)',
    'cron(0 3 ? * 3#1,6#3 *)',
    'cron(0 3 * 13 ? *)',
    'cron(0 3 5-1 * ? *)',
    'cron(0 3 32W * ? *)',
    'cron(0 3 , * ? *)',
    'cron(0 3 */0 * ? *)',
    'cron(0 3 * * ? never)',
    'at(2027-01-01T00:00:00)',
  ])('does not take %s for a schedule', (schedule) => {
    expect(longestPause(schedule)).toBeUndefined();
  });
});

describe('the weekday nearest to a date', () => {
  const runs = (field: string, month: string) => {
    const days = Array.from({ length: 31 }, (_, index) => new Date(`${month}-01T00:00:00Z`).getTime() + index * DAY);
    return days
      .map((day) => new Date(day))
      .filter((day) => day.toISOString().startsWith(month) && readCron(`cron(0 3 ${field} * ? *)`)?.runsOn(day))
      .map((day) => day.getUTCDate());
  };

  it.each([
    ['15W', '2027-05', 14], // a Saturday
    ['15W', '2027-08', 16], // a Sunday
    ['15W', '2027-09', 15],
    ['1W', '2027-05', 3], // a Saturday, and no day before it
    ['31W', '2027-01', 29], // a Sunday, and no day after it
    ['LW', '2027-02', 26],
  ])('%s is in %s the %i.', (field, month, date) => {
    expect(runs(field, month)).toEqual([date]);
  });

  it('is none where the month has no such date', () => {
    expect(runs('31W', '2027-02')).toEqual([]);
  });
});

/** Runs of a schedule after its deployment, milliseconds; a rate begins at once. */
function runsAfter(schedule: string, deployed: number, count: number): number[] {
  const cron = readCron(schedule);
  const runs: number[] = [];
  if (cron === undefined) {
    const step = (longestPause(schedule) ?? 0) * MINUTE;
    return Array.from({ length: count }, (_, index) => deployed + index * step);
  }
  for (let day = Math.floor(deployed / DAY) * DAY; runs.length < count; day += DAY) {
    if (!cron.runsOn(new Date(day))) continue;
    runs.push(...cron.times.map((minutes) => day + minutes * MINUTE).filter((time) => time >= deployed));
  }
  return runs.slice(0, count);
}

describe('the windows of the runs', () => {
  const deployments = fc.integer({ min: Date.UTC(2027, 0, 1), max: Date.UTC(2032, 0, 1) });
  const rates = ['rate(1 hour)', 'rate(1 day)', 'rate(7 days)', 'rate(30 days)'];
  const crons = ['* * ?', '? * MON-FRI', '? * SUN', '1 * ?', '? * 2#1'].map((days) => `cron(0 3,15 ${days} *)`);

  function expectWhole(schedule: string, deployed: number, runs: readonly number[]) {
    let lastEnd: number | undefined;
    for (const run of runs) {
      const window = nextWindow(lastEnd, run, firstWindowDays(schedule));
      if (lastEnd === undefined) expect(Date.parse(window.from)).toBeLessThanOrEqual(deployed);
      else expect(Date.parse(window.from)).toBe(lastEnd);
      lastEnd = Date.parse(window.to);
    }
  }

  it('leave out no moment since the deployment', () => {
    fc.assert(
      fc.property(fc.constantFrom(...rates, ...crons), deployments, (schedule, deployed) =>
        expectWhole(schedule, deployed, runsAfter(schedule, deployed, 6)),
      ),
    );
  });

  it('nor do they when the run at the deployment fails, for lack of definitions', () => {
    fc.assert(
      fc.property(fc.constantFrom(...rates), deployments, (schedule, deployed) =>
        expectWhole(schedule, deployed, runsAfter(schedule, deployed, 6).slice(1)),
      ),
    );
  });
});
