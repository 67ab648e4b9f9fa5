import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import type { ScheduleClaim, UploadClaim } from '../../../cli/operations/dead-letter.ts';
import { deployedStarts, subjectOf } from '../../../cli/operations/deployed-start.ts';

const SCAN = 'arn:aws:states:us-east-1:000000000000:stateMachine:ScanUpload';
const RESCAN = 'arn:aws:states:us-east-1:000000000000:stateMachine:RescanBucket';
const RULE = 'arn:aws:events:us-east-1:000000000000:rule/Uploads';
const SCHEDULE = 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/Weekly';
const INPUT = { bucket: 'uploads', strategy: 'due', scheduledTime: '<aws.scheduler.scheduled-time>' };
const VERSION = {
  Key: 'key',
  VersionId: 'v1',
  ETag: '"real"',
  Size: 7,
  LastModified: new Date('2026-01-31T09:00:00Z'),
};
const TIME = '2026-01-31T09:00:00Z';

const unused = () => {
  throw new Error('not used');
};
const GATE = {
  ...{ bucketArn: 'arn:aws:s3:::uploads', dialect: 'airlock' as const, annotations: true },
  ...{ readerRoleArns: [], taggerRoleArns: [] },
  trusted: [{ prefix: 'exports/', writerRoleArns: ['arn:aws:iam::000000000000:role/Exporter'] }],
};
const deployed = {
  id: '',
  status: '',
  bucketOf: unused,
  output: (key: string) => ({ ScanUploadArn: SCAN, RescanBucketArn: RESCAN })[key] ?? '',
  optionalOutput: () => undefined,
  gateOf: (bucketName: string) => ({ ...GATE, bucketName }),
  policyFor: unused,
  destinations: unused,
  bucketNames: unused,
  cost: unused,
  guard: unused,
  starts: () => [
    { bucketName: 'other', uploadRuleArn: `${RULE}Other` },
    { bucketName: 'uploads', uploadRuleArn: RULE, rescanSchedule: { arn: SCHEDULE, input: INPUT } },
  ],
};

const ASIDE = { Arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Lax' };
const OWN = {
  Arn: SCAN,
  InputTransformer: { InputPathsMap: { d: '$.detail' }, InputTemplate: '{"detail":<d>,"policy":1}' },
};

function startFor(version: object | undefined = VERSION, targets: readonly object[] = [ASIDE, OWN]) {
  const rules: unknown[] = [];
  const send = async (command: { input: { Rule: string } }) => {
    rules.push(command.input.Rule);
    return { Targets: targets };
  };
  const eventBridge = { send } as unknown as EventBridgeClient;
  const s3 = { send: async () => ({ Versions: version && [version] }) } as unknown as S3Client;
  return { start: deployedStarts({ deployed, s3, eventBridge }), rules };
}

const upload = (change: Partial<UploadClaim> = {}): UploadClaim => ({
  kind: 'upload',
  bucket: 'uploads',
  key: 'key',
  versionId: 'v1',
  ...change,
});
const schedule = (change: Partial<ScheduleClaim> = {}): ScheduleClaim => ({
  kind: 'schedule',
  scheduleArn: SCHEDULE,
  scheduledTime: TIME,
  target: RESCAN,
  input: { ...INPUT, scheduledTime: TIME },
  ...change,
});

describe('an upload', () => {
  it('under a trusted prefix is started by nothing, and S3 is not asked', async () => {
    const { start, rules } = startFor();
    for (const key of ['exports/', 'exports/a/b.txt']) {
      await expect(start(upload({ key }))).rejects.toMatchObject({
        name: 'TrustedObject',
        message: expect.stringMatching(/^nothing under exports\/ is scanned.* s3:\/\/uploads\/exports\/ --trusted/),
      });
    }
    expect(rules).toEqual([]);
    expect(await start(upload())).toBeDefined();
  });

  it('gets size and ETag from S3, state machine and policy from what is deployed', async () => {
    const { start, rules } = startFor();
    const execution = await start(upload());
    const object = { key: 'key', size: 7, etag: 'real', 'version-id': 'v1' };
    expect(execution).toMatchObject({ stateMachineArn: SCAN, name: expect.stringMatching(/^redriven-[0-9a-f]{40}$/) });
    expect(JSON.parse(execution?.input ?? '')).toEqual({ detail: { bucket: { name: 'uploads' }, object }, policy: 1 });
    await start(upload());
    expect(rules).toEqual(['Uploads']);
    expect(subjectOf(upload())).toBe('s3://uploads/key');
  });

  it('has one name for the same content, another for what was uploaded again', async () => {
    const nameFor = async (change: object) => (await startFor({ ...VERSION, ...change }).start(upload()))?.name;
    expect(await nameFor({})).toBe(await nameFor({ StorageClass: 'GLACIER' }));
    const names = await Promise.all([{}, { ETag: 'x' }, { LastModified: new Date(0) }].map(nameFor));
    expect(new Set(names).size).toBe(3);
  });

  it('starts nothing when its content is gone', async () => {
    expect(await startFor(undefined, []).start(upload({ versionId: 'v2' }))).toBeUndefined();
  });

  it('starts nothing for a bucket that the stack does not watch', async () => {
    await expect(startFor().start(upload({ bucket: 'mine' }))).rejects.toMatchObject({ name: 'ForeignMessage' });
  });

  it.each([
    ['no target of the stack', [ASIDE], 'does not have the target'],
    ['no policy', [{ Arn: SCAN }], 'no policy'],
  ])('starts nothing where the rule has %s', async (_, targets, complaint) => {
    await expect(startFor(VERSION, targets).start(upload())).rejects.toThrow(complaint);
  });
});

describe('a schedule', () => {
  it('gets its own deployed input, at the time it was to start', async () => {
    const execution = await startFor().start(schedule());
    expect(execution).toMatchObject({ stateMachineArn: RESCAN });
    expect(JSON.parse(execution?.input ?? '')).toEqual({ ...INPUT, scheduledTime: TIME });
    expect(subjectOf(schedule())).toBe(`Weekly at ${TIME}`);
    const later = '2026-02-07T09:00:00Z';
    const next = await startFor().start(schedule({ scheduledTime: later }));
    expect(next?.name).not.toBe(execution?.name);
  });

  it.each<[string, string, Partial<ScheduleClaim>]>([
    ['ForeignMessage', 'of another stack', { scheduleArn: `${SCHEDULE}ly` }],
    ['ForgedMessage', 'for another state machine', { target: SCAN }],
    ['ForgedMessage', 'without a target', { target: undefined }],
    ['ForgedMessage', 'with another input', { input: { ...INPUT, strategy: 'unscanned' } }],
    ['ForgedMessage', 'with more input', { input: { ...INPUT, policy: {} } }],
    ['ForgedMessage', 'with less input', { input: {} }],
  ])('%s: a message %s starts nothing', async (name, _, change) => {
    await expect(startFor().start(schedule(change))).rejects.toMatchObject({ name });
  });
});
