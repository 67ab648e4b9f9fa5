import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OPERATOR } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';
import { ODD_KEYS } from '../support/odd-keys.ts';
import { rung, sectionsOf } from '../support/runbook.ts';

/** Reports on a schedule: the same as `airlock report`, in files and in a message. */
const [ONE, OTHER] = ['uploads', 'other'];
const VERDICT = { 'scan-status': 'INFECTED', 'scan-finding': 'Win.Test', 'scan-time': '2026-03-01T00:00:00.000Z' };
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: {
      report: { schedule: 'rate(1 day)' },
      buckets: [
        { name: ONE, prefixes: ['in/'] },
        { name: OTHER, versioned: false },
      ],
    },
  });
  const seed = (bucket: string, key: string, tags: Record<string, string>) =>
    airlock.pipeline.s3.seed(bucket, key, 'content', { tags });
  await seed(ONE, 'in/clean.txt', { 'scan-status': 'CLEAN' });
  await seed(ONE, 'in/infected.txt', VERDICT);
  await seed(ONE, 'in/none.txt', {});
  await seed(ONE, 'out/ignored.txt', {});
  for (const key of ODD_KEYS) await seed(ONE, `in/odd/${key}`.slice(0, 1000), VERDICT);
  await seed(OTHER, '=cmd.txt', { 'scan-status': '=1+1' });
}, 60_000);
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const results = () => airlock.pipeline.stack.outputs.find(({ key }) => key === 'RescanResultsBucketName')?.value ?? '';
const client = () => airlock.pipeline.client(OPERATOR);

async function report() {
  const { schedules } = airlock.pipeline;
  const name = schedules.names.find((each) => each.startsWith('ReportsSchedule')) ?? '';
  return (await schedules.fire(name, new Date())).result;
}

async function file(key: string): Promise<string> {
  const { Body } = await client().send(new GetObjectCommand({ Bucket: results(), Key: key }));
  return (await Body?.transformToString()) ?? '';
}

async function keys(): Promise<string[]> {
  const { Contents = [] } = await client().send(new ListObjectsV2Command({ Bucket: results(), Prefix: 'reports/' }));
  return Contents.map(({ Key = '' }) => Key);
}

function messages() {
  return (airlock.pipeline.queues.byName('heard')?.messages() ?? [])
    .map(({ body }) => JSON.parse(body))
    .map(({ Message, Subject, MessageAttributes }) => ({ ...JSON.parse(Message), Subject, MessageAttributes }));
}

it('has what `airlock report` prints, says what is INFECTED, and leaves the last report where there is none', async () => {
  const first = await report();
  expect(first).toMatchObject({ status: 'SUCCEEDED' });
  const dated = (await keys()).filter((key) => key.startsWith('reports/dated/'));
  expect(dated.map((key) => key.replace(/\/\d{4}.*Z/, '/TIME'))).toEqual([
    `reports/dated/${OTHER}/TIME.csv`,
    `reports/dated/${OTHER}/TIME.json`,
    `reports/dated/${ONE}/TIME.csv`,
    `reports/dated/${ONE}/TIME.json`,
  ]);

  // As the command prints them.
  for (const bucket of [ONE, OTHER]) {
    const [csv, json] = await Promise.all([
      airlockCommand(airlock.pipeline, ['report', bucket, '--output', 'csv']),
      airlockCommand(airlock.pipeline, ['report', bucket, '--json']),
    ]);
    expect(await file(`reports/latest/${bucket}.csv`)).toBe(csv.stdout);
    const document = await file(`reports/latest/${bucket}.json`);
    const rows = json.stdout.trimEnd().split('\n');
    expect(JSON.parse(document).rows).toEqual(rows.map((row) => JSON.parse(row)));
    for (const row of rows) expect(document).toContain(`\n${row}`);
  }
  expect(await file(`reports/latest/${OTHER}.csv`)).toContain("\n'=1+1,");

  const infected = 1 + ODD_KEYS.length;
  const told = messages().find(({ bucket }) => bucket === ONE);
  expect(told).toMatchObject({
    ...{ objects: 4 + ODD_KEYS.length, infected, reported: infected + 1, versions: false, moreInfected: 0 },
    counts: { CLEAN: 1, INFECTED: infected, none: 1, 'filtered out': 1 },
    files: { bucket: results(), latestCsv: `reports/latest/${ONE}.csv`, latestJson: `reports/latest/${ONE}.json` },
    Subject: `${infected} INFECTED in ${ONE}`,
    MessageAttributes: {
      type: { Value: 'Bucket Report Completed' },
      bucket: { Value: ONE },
      infected: { Value: 'true' },
    },
  });
  expect(told.infectedObjects[0]).toMatchObject({ key: 'in/infected.txt', finding: 'Win.Test' });
  expect(told.infectedObjects).toHaveLength(infected);
  expect(messages().find(({ bucket }) => bucket === OTHER)).toMatchObject({
    infected: 0,
    MessageAttributes: { infected: { Value: 'false' } },
  });

  // A bucket that may not be listed.
  const before = await file(`reports/latest/${OTHER}.json`);
  const { Policy = '' } = await client().send(new GetBucketPolicyCommand({ Bucket: OTHER }));
  const { Statement, ...policy } = JSON.parse(Policy);
  const Resource = [`arn:aws:s3:::${OTHER}`];
  const denied = { Effect: 'Deny', Principal: '*', Action: 's3:ListBucket', Resource };
  const Denying = JSON.stringify({ ...policy, Statement: [...Statement, denied] });
  await client().send(new PutBucketPolicyCommand({ Bucket: OTHER, Policy: Denying }));
  const second = await report();
  expect(second).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
  await client().send(new DeleteBucketPolicyCommand({ Bucket: OTHER }));
  await client().send(new PutBucketPolicyCommand({ Bucket: OTHER, Policy }));
  expect(await file(`reports/latest/${OTHER}.json`)).toBe(before);
  expect((await keys()).filter((key) => key.startsWith(`reports/dated/${ONE}/`))).toHaveLength(4);
  expect((await keys()).filter((key) => key.startsWith(`reports/dated/${OTHER}/`))).toHaveLength(2);
  expect(airlock.alarms()).toEqual([expect.stringMatching(/^Buckets could not be reported/)]);

  const failures = await airlockCommand(airlock.pipeline, ['failures', '--json']);
  expect(JSON.parse(failures.stdout)).toMatchObject({ execution: second.arn, redrive: 'reports all buckets again' });
  expect(rung(airlock.pipeline, 'ReportsFailed')).toBe(1);
  expect(sectionsOf('ReportsFailed')).toMatch(/airlock failures.*airlock redrive/s);
  expect(await airlockCommand(airlock.pipeline, ['redrive', '--all'])).toMatchObject({ code: 0 });
  await airlock.pipeline.idle();
  expect(await file(`reports/latest/${OTHER}.json`)).not.toBe(before);
  expect((await airlockCommand(airlock.pipeline, ['failures', '--json'])).stdout).toBe('');
}, 60_000);
