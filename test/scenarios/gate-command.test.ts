import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeStack } from '../../cli/operations/deployed-stack.ts';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import { OPERATOR, READER, UPLOADER } from '../../local/stack/people.ts';
import { ROOT } from '../../local/stack/synthesis.ts';
import type { Attempt } from '../support/gate/attack.ts';
import { ATTACKS } from '../support/gate/attacks.ts';
import { WatchedBucket } from '../support/gate/watched-bucket.ts';

/*
 * Attacks of the table in docs/security.md, from outside, on what `npm run local` starts when all is set up: over
 * HTTP, with the endpoints it prints.
 */
interface Command {
  readonly child: ChildProcess;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly bucket: WatchedBucket;
}
const KINDS = ['--versioned', '--no-versioned'] as const;
const commands = new Map<string, Command>();

beforeAll(async () => {
  await Promise.all(KINDS.map(async (kind) => commands.set(kind, await start(kind))));
  await Promise.all([...commands.values()].map(({ bucket }) => bucket.prepare()));
});
afterAll(() =>
  Promise.all(
    [...commands.values()].map(async ({ child, bucket }) => {
      bucket.close();
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      expect(await ended).toBe(143);
    }),
  ),
);

async function start(kind: string): Promise<Command> {
  const child = spawn(process.execPath, [join(ROOT, 'local/main.ts'), '--port', '0', '--test-signatures', kind], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, AIRLOCK_LOCAL_PROFILE: join(tmpdir(), `gate-command-${process.pid}${kind}.json`) },
  });
  let said = '';
  for await (const chunk of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += chunk;
    if (said.includes('AWS_SECRET_ACCESS_KEY')) break;
  }
  child.stdout.resume();
  const endpoints = Object.fromEntries([...said.matchAll(/AWS_ENDPOINT_URL_(\w+)=(\S+)/g)].map(([, ...of]) => of));
  const [, name] = /every upload to (\S+) is scanned/.exec(said) ?? [];
  if (name === undefined || endpoints.S3 === undefined) throw new Error(`the command ended, or said only: ${said}`);
  return { child, endpoints, bucket: new WatchedBucket(endpoints.S3, name) };
}

const settingsOf =
  (who: string) =>
  (endpoint = '') => ({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: accessKeyIdOf(who), secretAccessKey: 'any' },
  });

const bucketOf = (kind: string) => (commands.get(kind) as Command).bucket;

/** Refused by this statement of the bucket policy. */
const expectRefused = (attempt: Attempt, statement: string | RegExp) =>
  expect(attempt()).rejects.toMatchObject({
    name: expect.stringMatching(/^(AccessDenied|InvalidAccessKeyId)$/),
    message: expect.stringMatching(statement),
    $metadata: { httpStatusCode: 403 },
  });

/** S3 may refuse or answer "not found"; it must not crash. */
const orRefusal = (fault: { $metadata?: { httpStatusCode: number } }) => {
  if (![400, 403, 404, 405, 501].includes(fault.$metadata?.httpStatusCode ?? 0)) throw fault;
};

describe.each(KINDS)('npm run local -- %s', (kind) => {
  describe.each(ATTACKS)('$title', ({ by, refusedBy, attempts }) => {
    it.each(by)('%s', async (who) => {
      const bucket = bucketOf(kind);
      const before = refusedBy && (await bucket.contents());
      for (const attempt of await attempts(bucket, who)) {
        if (refusedBy === undefined) await attempt().catch(orRefusal);
        else await expectRefused(attempt, refusedBy);
      }
      if (refusedBy === undefined) await bucket.expectNothingGivenAway();
      else expect(await bucket.contents()).toEqual(before);
    });
  });

  it('the uploader tells nobody of a verdict, and starts nothing that says one', async () => {
    const { endpoints } = commands.get(kind) as Command;
    const settings = settingsOf(UPLOADER);
    const events = new EventBridgeClient(settings(endpoints.EVENTBRIDGE));
    const told = { Source: 's3-airlock', DetailType: 'Object Scan Completed', Detail: '{"status":"CLEAN"}' };
    await expect(events.send(new PutEventsCommand({ Entries: [told] }))).rejects.toThrow(/not authorized/);
    const machines = new SFNClient(settings(endpoints.SFN));
    const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:ScanUpload';
    await expect(machines.send(new StartExecutionCommand({ stateMachineArn }))).rejects.toThrow(/not authorized/);
    const topics = new SNSClient(settings(endpoints.SNS));
    const TopicArn = 'arn:aws:sns:us-east-1:000000000000:NotificationsTopic';
    const publish = new PublishCommand({ TopicArn, Message: '{"status":"CLEAN"}' });
    await expect(topics.send(publish)).rejects.toThrow(/not authorized/);
    // The queues' endpoint must not act as one of SNS.
    const queues = new SNSClient(settings(endpoints.SQS));
    await expect(queues.send(publish)).rejects.toThrow('Publish is not served here');
    for (const client of [events, machines, topics, queues]) client.destroy();
  });

  it.each([UPLOADER, READER, OPERATOR])('puts no dead letter into a queue, as %s', async (who) => {
    const { endpoints } = commands.get(kind) as Command;
    const stacks = new CloudFormationClient(settingsOf(OPERATOR)(endpoints.CLOUDFORMATION));
    const sqs = new SQSClient(settingsOf(who)(endpoints.SQS));
    const deployed = await describeStack(stacks, 'S3Airlock');
    const MessageBody = JSON.stringify({ StateMachineArn: deployed.output('ScanUploadArn'), Input: '{}' });
    const StringValue = deployed.starts()[0]?.rescanSchedule?.arn;
    const MessageAttributes = { SCHEDULE_ARN: { DataType: 'String', StringValue } };
    for (const name of ['UndeliveredUploadsUrl', 'UndeliveredRescansUrl', 'FailedUpdatesUrl']) {
      const QueueUrl = deployed.output(name);
      await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }))).rejects.toThrow(
        // The operator's own policies allow sqs:*.
        who === OPERATOR ? /not authorized.*DenyOtherSenders/ : /not authorized/,
      );
    }
    for (const client of [stacks, sqs]) client.destroy();
  });
});
