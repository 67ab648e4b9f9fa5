import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import { CURRENT_KEY, type PublishedDefinitions } from '../../functions/domain/definitions/published-definitions.ts';
import { eicar } from '../../local/samples.ts';
import { writeDefinition, writeEicarDefinitions } from '../../local/stack/definitions.ts';
import { OPERATOR } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';
import { alarmsOn, EarlierClock, isOn, LONGEST_PERIOD_MILLISECONDS, rung, sectionsOf } from '../support/runbook.ts';

/* docs/operations/alarms.md, played at night: definitions that cannot be updated, are old, or are refused. */
jest.setTimeout(180_000);

const HOUR = 3_600_000;
const RETRY_MILLISECONDS = 60_000;
const clock = new EarlierClock();
let airlock: Airlock;
let folder: string;
let bucket: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-definitions-'));
  await writeEicarDefinitions(folder);
  airlock = await Airlock.start({
    ...{ clock, definitions: folder, followsPublished: true },
    airlock: { buckets: [{ name: 'uploads' }] },
  });
  const buckets = airlock.pipeline.stack.ofType('AWS::S3::Bucket');
  bucket = buckets.find(({ logicalId }) => logicalId.startsWith('Definitions'))?.ref ?? '';
  expect(await run('definitions', 'update')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await airlock.close();
  rmSync(folder, { recursive: true });
  expect(await leftovers()).toEqual([]);
});

const run = (...args: string[]) => airlockCommand(airlock.pipeline, args);
const on = (alarm: string) => isOn(airlock.pipeline, alarm);
const s3 = () => airlock.pipeline.client(OPERATOR);
const broken = () => join(folder, 'broken.ndb');
const breakSet = () => writeFileSync(broken(), 'no signature at all\n');
const mendSet = () => rmSync(broken());

async function published(change: (set: PublishedDefinitions) => object = () => ({})): Promise<PublishedDefinitions> {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: CURRENT_KEY }));
  const set: PublishedDefinitions = JSON.parse((await Body?.transformToString()) ?? '');
  const changed = JSON.stringify({ ...set, ...change(set) });
  await s3().send(new PutObjectCommand({ Bucket: bucket, Key: CURRENT_KEY, Body: changed }));
  return set;
}
const ago = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();

/** As the schedule does. */
async function updateLater() {
  const lambda = new LambdaClient({
    endpoint: airlock.pipeline.endpoints.lambda,
    region: 'us-east-1',
    credentials: { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'local' },
  });
  const FunctionName = airlock.pipeline.stack.outputs.find(({ key }) => key === 'UpdateDefinitionsName')?.value;
  await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event' }));
  lambda.destroy();
}

async function afterOnePeriod() {
  await clock.advance(LONGEST_PERIOD_MILLISECONDS);
  return alarmsOn(airlock.pipeline);
}

it('DefinitionsUpdateFailed and DefinitionsUpdatesLost: the set of the mirror is broken, also at the second try', async () => {
  breakSet();
  await updateLater();
  while (!on('DefinitionsUpdateFailed')) await new Promise(setImmediate);
  expect(sectionsOf('DefinitionsUpdateFailed')).toContain('airlock logs --function UpdateDefinitions --since 1d');
  const why = /clamd refuses the definitions/;
  while (!why.test((await run('logs', '--function', 'UpdateDefinitions')).stdout)) await new Promise(setImmediate);

  while (!on('DefinitionsUpdatesLost')) await clock.advance(RETRY_MILLISECONDS);
  const status = await run('definitions', 'status');
  expect(status).toMatchObject({ code: 1, stdout: expect.stringContaining('1 updates are in the dead-letter queue') });
  expect(sectionsOf('DefinitionsUpdatesLost')).toContain('airlock failures');
  expect(await run('failures')).toMatchObject({ code: 1, stdout: expect.stringMatching(why) });
  // An update by hand says it too.
  expect(await run('definitions', 'update')).toMatchObject({ code: 1, stderr: expect.stringMatching(why) });

  mendSet();
  expect(await run('definitions', 'update')).toMatchObject({ code: 0 });
  expect(sectionsOf('DefinitionsUpdatesLost')).toContain('airlock redrive --all --discard');
  const asked = await run('redrive', '--all', '--discard');
  expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('add --yes') });
  expect(await run('redrive', '--all', '--discard', '--dry-run')).toMatchObject({
    ...{ code: 0, stdout: expect.stringMatching(/^would discard\t/) },
  });
  expect(await run('redrive', '--all', '--discard', '--yes')).toMatchObject({
    ...{ code: 0, stdout: expect.stringMatching(/^discarded\t/) },
  });
  expect(await run('failures')).toMatchObject({ code: 0, stdout: '' });
  expect(await run('definitions', 'status')).toMatchObject({ code: 0 });
  expect(await afterOnePeriod()).toEqual([]);
});

it('DefinitionsOld: no update has succeeded for a day', async () => {
  await published(() => ({ checkedAt: ago(30) }));
  breakSet();
  expect(await run('definitions', 'update')).toMatchObject({ code: 1 });
  expect(on('DefinitionsOld')).toBe(true);
  expect(sectionsOf('DefinitionsOld')).toContain('airlock definitions status');
  const status = await run('definitions', 'status');
  expect(status).toMatchObject({ code: 1, stdout: expect.stringContaining('no update has succeeded for 24 hours') });

  mendSet();
  expect(await run('definitions', 'update')).toMatchObject({ code: 0 });
  await clock.advance(LONGEST_PERIOD_MILLISECONDS);
  expect(await run('definitions', 'update')).toMatchObject({ code: 0 });
  expect(await afterOnePeriod()).toEqual([]);
});

it('SignaturesOld: updates succeed, but the newest set of the mirror is two days old', async () => {
  // What an update finds is what it reads here: no mirror of ours can sign an official set.
  await published(() => ({ signaturesTime: ago(50) }));
  breakSet();
  expect(await run('definitions', 'update')).toMatchObject({ code: 1 });
  mendSet();
  expect(on('SignaturesOld')).toBe(true);
  expect(sectionsOf('SignaturesOld')).toContain('airlock definitions status');
  expect((await run('definitions', 'status')).stdout).toMatch(/signatures of: .*\(2 days ago\)/);
  expect((await run('doctor', '--no-drift')).stdout).toContain('the newest that the mirror has are 50 hours old');

  await published(() => ({ signaturesTime: ago(1) }));
  await clock.advance(LONGEST_PERIOD_MILLISECONDS);
  breakSet();
  expect(await run('definitions', 'update')).toMatchObject({ code: 1 });
  mendSet();
  expect(await run('definitions', 'update')).toMatchObject({ code: 0 });
  expect(await afterOnePeriod()).toEqual([]);
});

it('DefinitionsRefused: somebody damaged the published set', async () => {
  // A scanner without an earlier set would fail.
  await airlock.upload('first.txt', 'all is well');
  await writeDefinition(folder, 'new', 'New.Malware', Buffer.from('new malware'));
  expect(await run('definitions', 'update')).toMatchObject({ code: 0 });
  const { prefix } = await published();
  await s3().send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}new.ndb`, Body: 'damaged' }));
  const { tags } = await airlock.upload('before.txt', eicar());
  expect(tags).toMatchObject({ 'scan-status': 'INFECTED' });
  expect([on('DefinitionsRefused'), rung(airlock.pipeline, 'DefinitionsRefused')]).toEqual([true, 1]);

  expect(sectionsOf('DefinitionsRefused')).toContain('airlock definitions status');
  const status = await run('definitions', 'status');
  expect(status).toMatchObject({ code: 1, stdout: expect.stringMatching(/refused: .*new\.ndb/) });

  expect(sectionsOf('DefinitionsRefused')).toContain('airlock definitions update');
  expect(await run('definitions', 'update')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PUBLISHED/) });
  expect((await airlock.upload('after.txt', 'new malware')).tags).toMatchObject({ 'scan-status': 'INFECTED' });
  expect(await afterOnePeriod()).toEqual([]);
});
