import { describe, expect, it, test } from '@jest/globals';
import { readTemplate } from '../../../../emulator/cloudformation/template.ts';
import { synthesis } from '../../../../local/stack/synthesis.ts';
import { type AlarmState, alarmState, type Measured, told } from '../../../support/alarm-history.ts';

const WEEK = 7 * 24;

async function alarm(word: string, airlock: object = {}) {
  const alarms = readTemplate((await synthesis(airlock)).template).ofType('AWS::CloudWatch::Alarm');
  const found = alarms.find(({ logicalId }) => new RegExp(`Alarms(uploads)?${word}`).test(logicalId));
  if (found === undefined) throw new Error(`no alarm ${word}`);
  return found.properties;
}

/** One every so many hours, from the first hour to the last. */
function every(step: number, from: number, to: number, value = 0): Measured[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => ({
    hour: from + index * step,
    value,
  }));
}

describe.each<[string, number]>([
  ['DefinitionsOld', 24],
  ['SignaturesOld', 48],
])('%s', (word, maxHours) => {
  it('is quiet after the first deployment while the first update runs, and as long as updates succeed', async () => {
    for (const updateHours of [1, 4, 12]) {
      const rule = await alarm(word, { definitions: { updateHours } });
      expect([updateHours, told(rule, every(updateHours, 0.5, WEEK), WEEK)]).toEqual([updateHours, []]);
    }
  });

  it('goes off after a day when no update has ever worked', async () => {
    expect(told(await alarm(word), [], WEEK)).toEqual([{ hour: 24, state: 'ALARM' }]);
  });

  it('goes off when the age passes its limit', async () => {
    const aging = every(4, 0.5, WEEK).map(({ hour }) => ({ hour, value: hour * 3600 }));
    const rung = told(await alarm(word), aging, WEEK);
    expect(rung).toHaveLength(1);
    expect(rung[0]?.hour).toBeGreaterThan(maxHours);
    expect(rung[0]?.hour).toBeLessThan(maxHours + 5);
  });

  it('goes off within a day when updates are no longer started', async () => {
    const rung = told(await alarm(word), every(4, 0.5, 72.5), WEEK);
    expect(rung).toEqual([{ hour: expect.any(Number), state: 'ALARM' }]);
    expect(rung[0]?.hour).toBeLessThan(72.5 + 24);
  });
});

describe('RescanLate', () => {
  const rescanned = (rescan: object) => alarm('RescanLate', { buckets: [{ rescan }] });

  it('is quiet from the deployment to the first run, and as long as runs succeed', async () => {
    const daily = await rescanned({});
    const nightly = await rescanned({ schedule: 'cron(0 3 * * ? *)' });
    expect(told(daily, every(24, 0.3, WEEK, 1), WEEK)).toEqual([]);
    expect(told(nightly, every(24, 23.9, WEEK, 1), WEEK)).toEqual([]);
  });

  it('is quiet over the longest pause of a schedule that is rarer than daily', async () => {
    // Deployed on a Friday, first run on Monday.
    const rule = await rescanned({ schedule: 'cron(0 3 ? * MON-FRI *)', lateAfterDays: 4 });
    const runs = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11].map((day) => ({ hour: 65 + day * 24, value: 1 }));
    expect(told(rule, runs, 65 + 11 * 24)).toEqual([]);
  });

  it('goes off after its days when no run has ever succeeded', async () => {
    expect(told(await rescanned({}), [], WEEK)).toEqual([{ hour: 48, state: 'ALARM' }]);
    const daily = { schedule: 'rate(12 hours)', lateAfterDays: 1 };
    expect(told(await rescanned(daily), [], WEEK)).toEqual([{ hour: 24, state: 'ALARM' }]);
  });

  test.each<[number, AlarmState]>([
    [2, 'ALARM'],
    [4, 'INSUFFICIENT_DATA'],
  ])('rings within hours of its %i days when runs no longer succeed', async (lateAfterDays, state) => {
    const rung = told(await rescanned({ lateAfterDays }), every(24, 0.3, 72.3, 1), 2 * WEEK);
    expect(rung).toEqual([{ hour: expect.any(Number), state }]);
    expect(rung[0]?.hour).toBeGreaterThanOrEqual(72.3 + lateAfterDays * 24);
    expect(rung[0]?.hour).toBeLessThan(72.3 + lateAfterDays * 24 + 3);
  });
});

describe('alarmState', () => {
  const rule = (needed: number, TreatMissingData: string) => ({
    EvaluationPeriods: 3,
    DatapointsToAlarm: needed,
    TreatMissingData,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
  });

  // The tables of AWS's page, but for `ignore`, which no alarm here uses.
  test.each<[number, string, AlarmState, AlarmState, AlarmState]>([
    [3, '0-X-X', 'OK', 'OK', 'OK'],
    [3, '0----', 'OK', 'OK', 'OK'],
    [3, '-----', 'INSUFFICIENT_DATA', 'ALARM', 'OK'],
    [3, '0XX-X', 'ALARM', 'ALARM', 'ALARM'],
    [3, '--X--', 'ALARM', 'ALARM', 'OK'],
    [2, '0-X-X', 'ALARM', 'ALARM', 'ALARM'],
    [2, '00X0X', 'ALARM', 'ALARM', 'ALARM'],
    [2, '0-X--', 'OK', 'ALARM', 'OK'],
    [2, '----0', 'OK', 'ALARM', 'OK'],
    [2, '---X-', 'ALARM', 'ALARM', 'OK'],
  ])('is what AWS says, %i of 3: %s', (needed, points, missing, breaching, notBreaching) => {
    const range = [...points].map((point) => (point === '-' ? undefined : Number(point === 'X')));
    const states = ['missing', 'breaching', 'notBreaching'].map((treat) =>
      alarmState(rule(needed, treat), range, 'OK'),
    );
    expect(states).toEqual([missing, breaching, notBreaching]);
  });
});

it('the alarms it is about are those that go off without data', async () => {
  const { template } = await synthesis({});
  const heartbeats = Object.entries(template.Resources)
    .filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::CloudWatch::Alarm' && Properties?.TreatMissingData !== 'notBreaching',
    )
    .map(([logicalId]) => /Alarms(?:uploads)?(\w+Old|RescanLate)/.exec(logicalId)?.[1]);
  expect(heartbeats.sort()).toEqual(['DefinitionsOld', 'RescanLate', 'SignaturesOld']);
});
