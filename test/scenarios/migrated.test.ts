import { readFileSync } from 'node:fs';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import { eicar } from '../../local/samples.ts';
import { OPERATOR, READER } from '../../local/stack/pipeline.ts';
import { Airlock } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';
import { senderPolicy } from '../support/hear-topic.ts';

/*
 * A bucket of GuardDuty's, with its tag-based policy, is moved in one go and back again, by the steps, the configuration
 * and the rule of docs/migrating.md.
 */
const page = readFileSync('docs/migrating.md', 'utf8').split('\n## GuardDuty Malware Protection for S3\n')[1] ?? '';
const example = (before: string) => JSON.parse(/```json\n(.*?)```/s.exec(page.split(before)[1] ?? '')?.[1] ?? '');
const CONFIGURATION = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? '').airlock;
const BUCKET: string = CONFIGURATION.buckets[0].name;

// https://docs.aws.amazon.com/guardduty/latest/ug/tag-based-access-s3-malware-protection.html
const OTHERS = { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::000000000000:role/GuardDutyScans' } };
const OF_GUARDDUTY = [
  {
    Sid: 'NoReadExceptForClean',
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:GetObject', 's3:GetObjectVersion'],
    Resource: `arn:aws:s3:::${BUCKET}/*`,
    Condition: {
      ...OTHERS,
      StringNotEquals: { 's3:ExistingObjectTag/GuardDutyMalwareScanStatus': 'NO_THREATS_FOUND' },
    },
  },
  {
    Sid: 'OnlyGuardDutyCanTag',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObjectTagging',
    Resource: `arn:aws:s3:::${BUCKET}/*`,
    Condition: OTHERS,
  },
];

let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start({ airlock: CONFIGURATION });
});
afterAll(() => airlock.close());

const as = (who: string) => airlock.pipeline.client(who);
const command = (...args: string[]) => airlockCommand(airlock.pipeline, args, OPERATOR);
const read = async (Key: string) =>
  (await as(READER).send(new GetObjectCommand({ Bucket: BUCKET, Key }))).Body?.transformToString();
const putPolicy = (Statement: readonly object[]) =>
  as(OPERATOR).send(
    new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  );

/** An object from before, which GuardDuty found clean. */
async function inherit(key: string, content: Buffer | string): Promise<void> {
  await airlock.upload(key, content, { bucket: BUCKET });
  const TagSet = [{ Key: 'GuardDutyMalwareScanStatus', Value: 'NO_THREATS_FOUND' }];
  await as(OPERATOR).send(new PutObjectTaggingCommand({ Bucket: BUCKET, Key: key, Tagging: { TagSet } }));
}

/** A queue behind the rule of the page. */
async function hearRule() {
  const { endpoints, queues } = airlock.pipeline;
  const events = new EventBridgeClient({
    endpoint: endpoints.eventBridge,
    region: 'us-east-1',
    credentials: { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'any' },
  });
  const EventPattern = JSON.stringify(example('<!-- rule: guardduty after -->'));
  const { RuleArn = '' } = await events.send(new PutRuleCommand({ Name: 'threats', EventPattern }));
  const Arn = 'arn:aws:sqs:us-east-1:000000000000:threats';
  const queue = queues.request(
    'threats',
    { Policy: JSON.stringify(senderPolicy(Arn, 'events', RuleArn)) },
    endpoints.sqs,
  );
  await events.send(new PutTargetsCommand({ Rule: 'threats', Targets: [{ Id: '1', Arn }] }));
  events.destroy();
  return () => queue.messages().map(({ body }) => JSON.parse(body).detail.s3ObjectDetails.objectKey);
}

it('keeps what was clean readable throughout, finds what was not, and goes back', async () => {
  await inherit('old.txt', 'all is well');
  await inherit('overlooked.txt', eicar());
  await putPolicy(OF_GUARDDUTY);
  const threats = await hearRule();

  // The old policy denies the scanner too.
  const meanwhile = await airlock.upload('meanwhile.txt', 'all is well', { bucket: BUCKET });
  expect(meanwhile).toMatchObject({ result: { status: 'FAILED' }, tags: {} });
  expect(await read('old.txt')).toBe('all is well');

  expect(await command('bucket-policy', 'merge', BUCKET, '--yes')).toMatchObject({ code: 0 });
  expect(await read('old.txt')).toBe('all is well');
  const { Policy = '' } = await as(OPERATOR).send(new GetBucketPolicyCommand({ Bucket: BUCKET }));
  const both: { Sid: string }[] = JSON.parse(Policy).Statement;
  const gate = both.filter(({ Sid }) => OF_GUARDDUTY.every((old) => old.Sid !== Sid));
  expect(both).toHaveLength(gate.length + OF_GUARDDUTY.length);
  await putPolicy(gate);
  expect(await command('bucket-policy', 'diff', BUCKET)).toMatchObject({ code: 0, stdout: '' });

  // What the tags of before say counts until somebody looks.
  expect(await read('overlooked.txt')).toBe(eicar().toString());
  await expect(read('meanwhile.txt')).rejects.toThrow(/DenyUnlessClean/);
  const rescan = await command('rescan', BUCKET, '--strategy', 'all', '--wait');
  expect(rescan).toMatchObject({ code: 1, stdout: expect.stringContaining('overlooked.txt') });
  await expect(read('overlooked.txt')).rejects.toThrow(/DenyUnlessClean/);
  expect([await read('old.txt'), await read('meanwhile.txt')]).toEqual(Array(2).fill('all is well'));
  expect(threats()).toEqual(['overlooked.txt']);
  const report = await command('report', BUCKET);
  expect(report.stdout).toMatch(/THREATS_FOUND.*overlooked\.txt|overlooked\.txt.*THREATS_FOUND/);

  expect(await command('bucket-policy', 'remove', BUCKET, '--yes')).toMatchObject({ code: 0 });
  await putPolicy(OF_GUARDDUTY);
  await expect(read('overlooked.txt')).rejects.toThrow(/NoReadExceptForClean/);
  expect([await read('old.txt'), await read('meanwhile.txt')]).toEqual(Array(2).fill('all is well'));
}, 60_000);
