import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { grantsOf, unneeded } from '../../emulator/iam/grants.ts';
import { rolesOf } from '../../emulator/iam/principals.ts';
import { Airlock, leftovers, VERSIONED } from '../support/airlock.ts';

/** A report on a schedule with `report.versions`, with the deployed roles. */
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: {
      report: { schedule: 'cron(0 6 * * ? *)', versions: true },
      notify: { sns: ['INFECTED'], events: [] },
      buckets: [{ name: VERSIONED }],
    },
  });
}, 60_000);
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

it('is not stopped by a version that is deleted just before its tags are read, and needs what it is granted', async () => {
  const { s3, schedules, stack, iam } = airlock.pipeline;
  const tags = { 'scan-status': 'INFECTED', 'scan-finding': 'Win.Test' };
  for (const content of ['one', 'two', 'three']) await s3.seed(VERSIONED, 'a.txt', content, { tags });
  let deleted = false;
  airlock.beforeRequest(({ operation, key, versionId }) => {
    if (operation !== 'GetObjectTagging' || deleted) return;
    deleted = true;
    s3.buckets.delete(VERSIONED, key, versionId);
  });
  const name = schedules.names.find((each) => each.startsWith('ReportsSchedule')) ?? '';
  expect(await (await schedules.fire(name, new Date())).result).toMatchObject({ status: 'SUCCEEDED' });
  airlock.beforeRequest(undefined);
  const [told] = (airlock.pipeline.queues.byName('heard')?.messages() ?? []).map(({ body }) =>
    JSON.parse(JSON.parse(body).Message),
  );
  expect(told).toMatchObject({ versions: true, infected: 2, counts: { INFECTED: 2, 'gone meanwhile': 1 } });

  const excess = rolesOf(stack)
    .filter(({ arn }) => arn.includes('role/ReportObjectsRole'))
    .flatMap((role) => unneeded(grantsOf(role), iam.answers()))
    .filter(({ action }) => !action.startsWith('logs:'));
  expect(excess).toEqual([]);
});
