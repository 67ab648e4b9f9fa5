import { text } from 'node:stream/consumers';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import type { Execution } from '../../emulator/step-functions/execution.ts';
import { mergedPolicy } from '../../functions/domain/gate/merged-policy.ts';
import { eicar } from '../../local/samples.ts';
import { OPERATOR, READER, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** A prefix where one role alone writes: nothing there is scanned, and it is readable. Everything else is as ever. */
const [BUCKET, EXISTING] = ['uploads', 'was-there'];
const EXPORTER = 'arn:aws:iam::000000000000:role/jobs/exporter';
const TRUSTED = [{ prefix: 'exports/', writerRoleArns: [EXPORTER] }];
const KEY = 'exports/report.csv';
const executions: Execution[] = [];
let airlock: Airlock;

beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: {
      requests: true,
      onInfected: 'delete',
      buckets: [
        { name: BUCKET, trusted: TRUSTED, rescan: { strategy: 'all' } },
        { name: EXISTING, existing: true, trusted: TRUSTED },
      ],
    },
    onExecution: (execution) => executions.push(execution),
  });
}, 60_000);
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const as = (who: string) => airlock.pipeline.client(who);
const put = (who: string, Key: string, Body: string | Buffer = 'x', more: object = {}) =>
  as(who).send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }));
async function read(
  Key: string,
  { who = READER, bucket = BUCKET, VersionId }: { who?: string; bucket?: string; VersionId?: string | undefined } = {},
) {
  try {
    const { Body } = await as(who).send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
    return await text(Body as AsyncIterable<Uint8Array>);
  } catch (fault) {
    return (fault as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode;
  }
}
const run = (...args: string[]) => airlockCommand(airlock.pipeline, args);
const output = (name: string) =>
  airlock.pipeline.stack.outputs.find(({ key }) => key.replace(/[0-9A-F]{8}$/, '') === name)?.value ?? '';
const settings = (endpoint: string) => ({
  ...{ endpoint, region: 'us-east-1', maxAttempts: 1 },
  credentials: { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'any' },
});
async function history() {
  const { Versions = [], DeleteMarkers = [] } = await as(OPERATOR).send(
    new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: 'exports/' }),
  );
  return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => `${Key} ${VersionId}`);
}

describe('what a writer puts under a trusted prefix', () => {
  it('is readable at once, in every version, and nothing looks at it', async () => {
    const before = executions.length;
    const { VersionId } = await put(EXPORTER, KEY, eicar());
    await put(EXPORTER, KEY, 'the second');
    await put(EXPORTER, 'exports/', '');
    await airlock.pipeline.idle();
    expect(executions.length).toBe(before);
    expect(await read(KEY)).toBe('the second');
    expect(await read(KEY, { VersionId })).toBe(String(eicar()));
    expect(await airlock.tags({ bucket: BUCKET, key: KEY, versionId: undefined })).toEqual({});
  });

  it('comes by every way, with tags of the writer’s own and never with a verdict', async () => {
    const at = { Bucket: BUCKET, Key: 'exports/parts.bin' };
    const writer = as(EXPORTER);
    const { UploadId } = await writer.send(new CreateMultipartUploadCommand({ ...at, Tagging: 'team=a' }));
    const part = { ...at, UploadId, PartNumber: 1 };
    const { ETag } = await writer.send(new UploadPartCommand({ ...part, Body: 'in parts' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await writer.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }));
    await writer.send(
      new CopyObjectCommand({ Bucket: BUCKET, Key: 'exports/copy.bin', CopySource: `${BUCKET}/${at.Key}` }),
    );
    await writer.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: [{ Key: 'team', Value: 'b' }] } }));
    expect(await read('exports/copy.bin')).toBe('in parts');
    await expect(put(EXPORTER, KEY, 'x', { Tagging: 'scan-status=CLEAN' })).rejects.toThrow('DenyForgedVerdict');
    await writer.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'exports/copy.bin' }));
    expect(await read('exports/copy.bin')).toBe(404);
  });
});

describe.each([UPLOADER, OPERATOR, READER])('under a trusted prefix, %s', (who) => {
  it('changes nothing, by no request', async () => {
    const [at, client] = [{ Bucket: BUCKET, Key: KEY }, as(who)];
    const source = { CopySource: `${BUCKET}/exports/parts.bin` };
    const before = await history();
    const { UploadId } = await as(EXPORTER).send(new CreateMultipartUploadCommand(at));
    const [VersionId] = (await history()).flatMap((line) => (line.startsWith(`${KEY} `) ? [line.split(' ')[1]] : []));
    const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] };
    const commands = [
      ...[KEY, 'exports/', 'exports/new', 'exports/a/../b'].map(
        (Key) => new PutObjectCommand({ ...at, Key, Body: eicar() }),
      ),
      ...[new CreateMultipartUploadCommand(at), new CopyObjectCommand({ ...at, ...source })],
      new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: eicar() }),
      new UploadPartCopyCommand({ ...at, UploadId, PartNumber: 1, ...source }),
      new CompleteMultipartUploadCommand({
        ...at,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: 'e' }] },
      }),
      new AbortMultipartUploadCommand({ ...at, UploadId }),
      ...[{}, { VersionId }].flatMap((version) => [
        new DeleteObjectCommand({ ...at, ...version }),
        new PutObjectTaggingCommand({ ...at, ...version, Tagging }),
        new DeleteObjectTaggingCommand({ ...at, ...version }),
      ]),
    ];
    for (const command of commands) {
      await expect(client.send(command as PutObjectCommand)).rejects.toMatchObject({
        $metadata: { httpStatusCode: 403 },
      });
    }
    const Delete = { Objects: [{ Key: KEY }, { Key: KEY, VersionId }] };
    const { Deleted = [] } = await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete }));
    expect(Deleted).toEqual([]);
    await as(EXPORTER).send(new AbortMultipartUploadCommand({ ...at, UploadId }));
    expect(await history()).toEqual(before);
  });
});

describe('beside a trusted prefix', () => {
  const NEAR = [
    ...['exports', 'exports-other/x', 'Exports/x', '/exports/x', './exports/x', 'in/exports/x', 'a/../exports/x'],
    ...['exports%2Fx', '%65xports/x', 'exports\\x', 'expоrts/x', 'exports*', '*', 'exports?x', ' exports/x'],
  ];

  it('every key is scanned like everything else, whoever wrote it', async () => {
    await Promise.all(
      NEAR.map(async (key) => {
        const { upload, tags, result } = await airlock.upload(key, eicar(), { ContentType: 'text/plain' });
        expect([key, result.status, tags]).toEqual([key, 'SUCCEEDED', null]);
        await put(EXPORTER, key, eicar());
        expect([key, await read(key)]).toEqual([key, 403]);
        expect(await read(key, { VersionId: upload.versionId })).toBe(403);
      }),
    );
    await airlock.pipeline.idle();
  });

  it('a copy of what is trusted is an upload: unreadable until it is scanned', async () => {
    await put(EXPORTER, 'exports/bad.txt', eicar());
    const before = executions.length;
    const copy = { Bucket: BUCKET, Key: 'copy.txt', CopySource: `${BUCKET}/exports/bad.txt` };
    await as(UPLOADER).send(new CopyObjectCommand(copy));
    expect(await read('copy.txt')).toBe(403);
    await airlock.pipeline.idle();
    expect(executions.length).toBe(before + 1);
    expect(await read('copy.txt')).toBe(403);
    expect(await read('exports/bad.txt')).toBe(String(eicar()));
  });
});

describe('whoever asks for a scan there', () => {
  const untouched = async () => {
    expect(await airlock.tags({ bucket: BUCKET, key: KEY, versionId: undefined })).toEqual({});
    expect(await read(KEY)).toBe('the second');
  };

  it('by airlock is refused, and told how it is done once', async () => {
    const scan = await run('scan', `s3://${BUCKET}/${KEY}`);
    expect(scan.code).not.toBe(0);
    expect(scan.stdout + scan.stderr).toContain('nothing under exports/ is scanned: it is trusted');
    const rescan = await run('rescan', `s3://${BUCKET}/exports/`, '--strategy', 'all', '--wait');
    expect(rescan).toMatchObject({ code: 2, stderr: expect.stringContaining("'--trusted' does so for once") });
    const elsewhere = await run('rescan', BUCKET, '--trusted');
    expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining('needs a prefix that is trusted') });
    await untouched();
  });

  it('by a message gets it back, with the reason', async () => {
    const sns = new SNSClient(settings(airlock.pipeline.endpoints.sns));
    const before = executions.length;
    const Message = JSON.stringify({ bucket: BUCKET, key: KEY });
    await sns.send(new PublishCommand({ TopicArn: output('RequestsTopicArn'), Message }));
    const sqs = new SQSClient(settings(airlock.pipeline.endpoints.sqs));
    const QueueUrl = output('RefusedRequestsUrl');
    const receive = { QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 20 };
    const { Messages } = await sqs.send(new ReceiveMessageCommand(receive));
    expect(Messages?.[0]?.MessageAttributes?.ERROR_MESSAGE?.StringValue).toBe(
      `InvalidInput: key: "${KEY}" is under a trusted prefix: nothing there is scanned`,
    );
    sqs.destroy();
    expect(executions.length).toBe(before);
    sns.destroy();
  });

  it('by an execution of the deployed kind sees it fail, and nothing is tagged', async () => {
    const { input } = (await airlock.begin('in/any.txt', 'any')).execution as unknown as { input: { policy: object } };
    const machines = new SFNClient(settings(airlock.pipeline.endpoints.stepFunctions));
    const [arn] = airlock.pipeline.stack
      .ofType('AWS::StepFunctions::StateMachine')
      .filter(({ logicalId }) => logicalId.startsWith('ScanUpload'));
    const detail = { bucket: { name: BUCKET }, object: { key: KEY, size: 10, etag: 'e' } };
    const start = { stateMachineArn: arn?.arn, input: JSON.stringify({ detail, policy: input.policy }) };
    await machines.send(new StartExecutionCommand(start));
    expect(await executions.at(-1)?.result).toMatchObject({ status: 'FAILED', error: 'ObjectTrusted' });
    await untouched();
    machines.destroy();
  });
});

describe('what was there before', () => {
  it('is trusted until it is scanned by hand; malware is unreadable from then on, and doctor asks for it', async () => {
    await airlock.pipeline.s3.seed(BUCKET, 'exports/old/eicar.txt', eicar());
    await airlock.pipeline.s3.seed(BUCKET, 'exports/old/fine.txt', 'fine');
    await airlock.pipeline.s3.seed(BUCKET, 'in/old.txt', 'fine');
    expect(await read('exports/old/eicar.txt')).toBe(String(eicar()));
    const asked = await run('doctor', BUCKET, '--json');
    expect(asked.stdout).toContain('what was there before may never have been scanned');

    const scheduled = await run('rescan', BUCKET, '--strategy', 'all', '--wait', '--json');
    const totals = JSON.parse(scheduled.stdout.trim().split('\n').at(-1) ?? '{}');
    expect(totals.skipped.trusted).toBeGreaterThan(3);
    expect(totals.listed).toBe(totals.scanned + totals.skipped.trusted + totals.failed);
    expect(await read('exports/old/eicar.txt')).toBe(String(eicar()));
    const forecast = await run('rescan', BUCKET, '--strategy', 'all', '--dry-run', '--json');
    expect(JSON.parse(forecast.stdout)).toMatchObject({ listed: totals.listed, scanned: totals.scanned });

    const args = ['rescan', `s3://${BUCKET}/exports/`, '--trusted', '--strategy', 'unscanned'];
    const dry = await run(...args, '--dry-run', '--json');
    expect(JSON.parse(dry.stdout)).toMatchObject({ listed: totals.skipped.trusted, scanned: totals.skipped.trusted });
    const byHand = await run(...args, '--wait', '--json');
    expect(byHand.stdout).toContain('exports/old/eicar.txt');
    for (const who of [READER, OPERATOR, EXPORTER]) expect(await read('exports/old/eicar.txt', { who })).toBe(403);
    expect(await read('exports/old/fine.txt')).toBe('fine');
    // Not deleted, although the bucket deletes malware: nobody but the writers does that here.
    expect(await airlock.tags({ bucket: BUCKET, key: 'exports/old/eicar.txt', versionId: undefined })).toMatchObject({
      'scan-status': 'INFECTED',
    });
    expect((await run('doctor', BUCKET, '--json')).stdout).toContain('what was there is scanned (');
    // Its writer replaces it, and that is trusted.
    await put(EXPORTER, 'exports/old/eicar.txt', 'new');
    expect(await read('exports/old/eicar.txt')).toBe('new');
  }, 60_000);

  it('is reported as trusted, not as unscanned', async () => {
    await put(EXPORTER, 'exports/new.txt', 'new');
    const { stdout } = await run('report', `s3://${BUCKET}/exports/`, '--summary');
    expect(stdout).toMatch(/uploads\ttrusted\t[1-9]/);
    expect(stdout).toMatch(/uploads\tINFECTED\t[1-9]/);
    expect(stdout).not.toContain('none');
    const status = await run('status', `s3://${BUCKET}/exports/new.txt`, '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({
      ...{
        status: null,
        trusted: true,
        why: 'nothing under exports/ is scanned: readable, since only trusted roles write there',
      },
    });
    expect(status.code).toBe(0);
    expect((await run('status', `s3://${BUCKET}/exports/bad.txt`)).code).toBe(1);
  }, 60_000);
});

describe('an existing bucket', () => {
  const policyOf = async (Bucket: string) => {
    const { Policy = '{}' } = await as(OPERATOR).send(new GetBucketPolicyCommand({ Bucket }));
    return JSON.parse(Policy) as { Statement: { Sid: string; NotResource?: unknown; Resource?: unknown }[] };
  };

  it('gets the same gate by merging, which counts what becomes readable, and asks', async () => {
    await airlock.pipeline.s3.seed(EXISTING, 'exports/old.txt', eicar());
    const made = await policyOf(BUCKET);
    // As an earlier version, or a configuration without trusted prefixes, had it.
    const Statement = made.Statement.filter(({ Sid }) => !/Trusted|Other/.test(Sid)).map(({ NotResource, ...each }) =>
      NotResource === undefined ? each : { ...each, Resource: `arn:aws:s3:::${BUCKET}/*` },
    );
    const Policy = JSON.stringify({ ...made, Statement }).replaceAll(BUCKET, EXISTING);
    await as(OPERATOR).send(new PutBucketPolicyCommand({ Bucket: EXISTING, Policy }));
    expect(await read('exports/old.txt', { bucket: EXISTING })).toBe(403);

    const asked = await run('bucket-policy', 'merge', EXISTING);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('1 of 1 versions under exports/ become readable without a verdict');
    expect(asked.stderr).toContain(`airlock rescan s3://${EXISTING}/exports/ --trusted --strategy unscanned --wait`);
    expect(await read('exports/old.txt', { bucket: EXISTING })).toBe(403);

    expect(await run('bucket-policy', 'merge', EXISTING, '--yes')).toMatchObject({ code: 0 });
    expect(await read('exports/old.txt', { bucket: EXISTING })).toBe(String(eicar()));
    // But for its spelling, the stack's own bucket has that policy.
    const ofStack = JSON.parse(JSON.stringify(made).replaceAll(BUCKET, EXISTING));
    expect(mergedPolicy(await policyOf(EXISTING), ofStack)).toMatchObject({ changed: false, obsolete: [] });
    const denied = as(OPERATOR).send(new PutObjectCommand({ Bucket: EXISTING, Key: 'exports/x', Body: 'x' }));
    await expect(denied).rejects.toThrow('DenyOtherWriters1');
    await as(EXPORTER).send(new PutObjectCommand({ Bucket: EXISTING, Key: 'exports/x', Body: 'x' }));
  }, 60_000);
});
