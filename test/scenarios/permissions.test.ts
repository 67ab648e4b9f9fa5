import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MovableClock } from '../../emulator/clock.ts';
import { grantsOf, unneeded } from '../../emulator/iam/grants.ts';
import { rolesOf } from '../../emulator/iam/principals.ts';
import { rescanMachine } from '../../local/commands/rescan.ts';
import { eicar, pdf, shellScript } from '../../local/samples.ts';
import { Airlock } from '../support/airlock.ts';

/*
 * Least privilege, measured: every ending of an upload, under the deployed roles, and then every grant that no
 * ending needed. What a role lacks shows as a scenario that fails; what it has too much shows here.
 */
let airlock: Airlock;
const clock = new MovableClock();
/** Of the queue of scans. */
const VISIBILITY_MILLISECONDS = 1_800_000;
const MAX_RECEIVE_COUNT = 5;
const TASKS = ['check-file-type', 'scan-object', 'tag-object'];
const KINDS = [
  { onInfected: 'tag', tasks: [] },
  { onInfected: 'quarantine', tasks: ['quarantine-object', 'delete-object'] },
  { onInfected: 'delete', tasks: ['delete-object'] },
] as const;
const namesOf = (onInfected: string) => [`on-infected-${onInfected}`, `on-infected-${onInfected}-unversioned`] as const;

beforeAll(async () => {
  const buckets = KINDS.flatMap(({ onInfected }) => {
    const [versioned, unversioned] = namesOf(onInfected);
    return [
      { name: versioned, onInfected },
      { name: unversioned, onInfected, versioned: false },
    ];
  });
  airlock = await Airlock.start({ airlock: { buckets }, clock });
  for (const { onInfected, tasks } of KINDS) {
    const [versioned, unversioned] = namesOf(onInfected);
    await everyEnding(versioned, unversioned, tasks);
    // The owner may enable or suspend versioning at any time: the grants do not depend on it.
    const { buckets } = airlock.pipeline.s3;
    buckets.bucket(versioned).versioning = 'suspended';
    buckets.bucket(unversioned).versioning = 'enabled';
    await everyEnding(unversioned, versioned, tasks);
  }
  for (const { onInfected } of KINDS) for (const bucket of namesOf(onInfected)) await everyRescan(bucket);
  const [, overwritable] = namesOf('tag');
  airlock.pipeline.s3.buckets.bucket(overwritable).versioning = 'off';
  await replaceWhileRescanned(overwritable);
  await abandon(overwritable);
}, 120_000);
afterAll(() => airlock.close());

async function everyEnding(versioned: string, overwritable: string, onInfected: readonly string[]) {
  const tasks = [...TASKS, ...onInfected];
  for (const bucket of [versioned, overwritable]) {
    await airlock.upload('clean.pdf', pdf(), { bucket });
    await airlock.upload('infected.txt', eicar(), { bucket });
    await airlock.upload('owned.txt', eicar(), { bucket, Tagging: 'owner=me' });
    await airlock.upload('rejected.txt', shellScript(), { bucket });
    await airlock.upload('empty.txt', '', { bucket });
    for (const task of tasks) await deleteBefore(task, bucket);
  }
  for (const task of tasks) {
    await replaceBefore(task, overwritable);
    await replaceBefore(task, overwritable, 'owner=me');
  }
  for (const task of onInfected) {
    await versioningTurnedOnBefore(task, overwritable, false);
    await versioningTurnedOnBefore(task, overwritable, true);
  }
  await replaceWhileTagged(overwritable);
  await deleteWhileLookedFor(overwritable);
}

/** Each bucket by its own schedule, then with new and deleted objects, both by versions and without. */
async function everyRescan(bucket: string) {
  const { pipeline } = airlock;
  const schedule = pipeline.schedules.names.find((name) => name.includes(bucket.replaceAll('-', ''))) ?? '';
  const versions = pipeline.s3.buckets.bucket(bucket);
  for (const versioning of ['enabled', 'suspended'] as const) {
    versions.versioning = versioning;
    await pipeline.s3.seed(bucket, 'seeded.txt', eicar());
    await pipeline.s3.seed(bucket, 'seeded-too.txt', 'all is well');
    await pipeline.s3.seed(bucket, 'deleted.txt', 'all was well');
    await pipeline.s3.seed(bucket, 'deleted-at-the-end.txt', eicar());
    let deleted = 'deleted.txt';
    airlock.beforeInvocation(({ task }) => {
      if (task === 'summarize-rescan') deleted = 'deleted-at-the-end.txt';
    });
    airlock.beforeRequest(async ({ operation, key }) => {
      if (operation !== 'GetObjectTagging' || key !== deleted) return;
      const { versionId } = pipeline.s3.buckets.find(bucket, key) ?? {};
      if (versionId !== undefined) pipeline.s3.buckets.delete(bucket, key, versionId);
    });
    const { output } = await pipeline.start(rescanMachine(pipeline), { bucket, strategy: 'all' }).result;
    airlock.beforeRequest(undefined);
    airlock.beforeInvocation(undefined);
    expect(JSON.stringify(output)).not.toContain('deleted-at-the-end.txt');
  }
  await (await pipeline.schedules.fire(schedule, new Date())).result;
}

/** Content that takes the place of an object just as a rescan tags it. */
async function replaceWhileRescanned(bucket: string) {
  const { pipeline } = airlock;
  const key = 'rescanned.txt';
  await pipeline.s3.seed(bucket, key, 'all is well');
  let replaced = false;
  airlock.beforeRequest(async (request) => {
    if (replaced || request.operation !== 'PutObjectTagging' || request.key !== key) return;
    replaced = true;
    await pipeline.s3.seed(bucket, key, eicar());
  });
  const { status } = await pipeline.start(rescanMachine(pipeline), { bucket, strategy: 'all', prefix: key }).result;
  airlock.beforeRequest(undefined);
  await pipeline.idle();
  expect(status).toBe('SUCCEEDED');
  expect(pipeline.s3.buckets.get(bucket, key).tags).toMatchObject({ 'scan-status': 'INFECTED' });
}

/** What reaches this task. */
function contentFor(task: string): Buffer | string {
  return TASKS.includes(task) ? 'first text' : eicar();
}

async function deleteBefore(task: string, bucket: string) {
  const key = `deleted-${task}.txt`;
  const begun = Promise.withResolvers<{ versionId: string | undefined }>();
  airlock.meddleBefore(task, key, async () => airlock.delete({ bucket, key, ...(await begun.promise) }));
  const upload = await airlock.begin(key, contentFor(task), { bucket });
  begun.resolve({ versionId: upload.versionId });
  await airlock.outcome(upload);
}

async function replaceBefore(task: string, bucket: string, Tagging?: string) {
  const key = `replaced-${task}.txt`;
  airlock.meddleBefore(task, key, () =>
    airlock.begin(key, 'other text', { bucket, ...(Tagging !== undefined && { Tagging }) }),
  );
  await airlock.upload(key, contentFor(task), { bucket });
  await airlock.pipeline.idle();
}

async function versioningTurnedOnBefore(task: string, name: string, deleted: boolean) {
  const key = `older-than-versions-${task}-${deleted}.txt`;
  const bucket = airlock.pipeline.s3.buckets.bucket(name);
  const before = bucket.versioning;
  airlock.meddleBefore(task, key, async () => {
    bucket.versioning = 'enabled';
    if (deleted) await airlock.delete({ bucket: name, key, versionId: 'null' });
  });
  await airlock.upload(key, eicar(), { bucket: name });
  bucket.versioning = before;
}

/** The wrong tag is on it for a moment, and is the only one: taking it back leaves none. */
async function replaceWhileTagged(bucket: string) {
  let done = false;
  airlock.beforeRequest(async ({ operation, key }) => {
    if (done || operation !== 'PutObjectTagging') return;
    done = true;
    await airlock.begin(key, eicar(), { bucket });
  });
  await airlock.upload('moment.txt', 'all is well', { bucket });
  airlock.beforeRequest(undefined);
  await airlock.pipeline.idle();
}

async function deleteWhileLookedFor(bucket: string) {
  const key = 'twice.pdf';
  airlock.beforeInvocation(async ({ task }) => {
    if (task === 'check-file-type') await airlock.pipeline.s3.seed(bucket, key, 'other content');
    if (task === 'find-current-object') await airlock.delete({ bucket, key, versionId: undefined });
  });
  await airlock.upload(key, pdf(), { bucket });
  airlock.beforeInvocation(undefined);
}

/** Every worker that takes the scan dies. */
async function abandon(bucket: string) {
  let died = Promise.withResolvers<void>();
  airlock.beforeInvocation(({ task }) => {
    if (task !== 'scan-object') return;
    died.resolve();
    throw Object.assign(new Error('out of memory'), { name: 'Runtime.ExitError' });
  });
  const { execution } = await airlock.begin('abandoned.txt', 'all is well', { bucket });
  for (let deaths = 0; deaths < MAX_RECEIVE_COUNT; deaths += 1) {
    await died.promise;
    died = Promise.withResolvers();
    await clock.advance(VISIBILITY_MILLISECONDS);
  }
  airlock.beforeInvocation(undefined);
  expect(await execution.result).toMatchObject({ status: 'FAILED', error: 'ScanAbandoned' });
}

/** Grants that nothing uses locally, and why they are needed anyway. */
const NOT_LOCAL: readonly (readonly [grant: RegExp, reason: string])[] = [
  [/^ScanLargeObjectRole/, 'large objects take too long here: its grants are those of ScanObject, see below'],
  [/^ScanUploadStateMachineRole\w+ sqs:SendMessage .*ScanLargeObjectQueue/, 'the same'],

  [/ logs:(CreateLogStream|PutLogEvents) /, 'CloudWatch Logs: the functions log to nobody here'],
  [/^ScanUploadStateMachineRole\w+ logs:\w+ \*$/, 'deliveries of the state machine’s logs'],
  [/^RescanBucketStateMachineRole\w+ logs:\w+ \*$/, 'deliveries of its logs'],
  [/^RescanBucketStateMachineRole\w+ states:(Describe|Stop)Execution /, 'children are waited for in this process'],
  [
    /^RescanBucketStateMachineRole\w+ s3:(GetObject|ListMultipartUploadParts|AbortMultipartUpload) /,
    'results too large for one PutObject: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html',
  ],
  [
    /^UpdateDefinitionsRole\w+ (s3:\w+ definitions|sqs:SendMessage )/,
    'no schedule runs here: update-definitions.test.ts calls it, and asks the same of its grants',
  ],
  [/^(PrepareHunt|HuntBatch|SummarizeHunt|HuntBucket)/, 'hunt-command.test.ts asks the same of its grants'],
  [/^SchedulerRoleForTarget\w+ (lambda:InvokeFunction |sqs:SendMessage .*:FailedUpdates)/, 'no schedule runs here'],
  [
    /^SummarizeRescanRole\w+ s3:(GetObject(Version)?Tagging|ListBucket) on-infected-(quarantine|delete)/,
    'malware that could not be moved or deleted, and is looked at again at the end of a rescan',
  ],
  [
    /^(ScanUpload|RescanBucket)StateMachineRole\w+ lambda:InvokeFunction .*:CopyObject\w+$/,
    'no bucket here has onClean: clean-copies.test.ts calls it from both',
  ],
  [/^QuarantineObjectRole\w+ kms:GenerateDataKey /, 'SSE-KMS of objects: S3 asks for no key here'],
];

it('every grant of every role is needed by some ending', () => {
  const { stack, iam } = airlock.pipeline;
  const excess = rolesOf(stack)
    .flatMap((role) => unneeded(grantsOf(role), iam.answers()))
    .map(({ principal, action, resource }) => {
      return `${principal.split('/').at(-1)} ${action} ${resource.replace('arn:aws:s3:::', '')}`;
    });
  const reasons = excess.map((grant) => NOT_LOCAL.filter(([pattern]) => pattern.test(grant)));
  expect(excess.filter((_, at) => reasons[at]?.length === 0)).toEqual([]);
  // An exception that no longer applies must be removed.
  expect(new Set(reasons.flat())).toEqual(new Set(NOT_LOCAL));
});

it('a large object needs of its worker what others need', () => {
  const { stack } = airlock.pipeline;
  const grants = (word: string) =>
    rolesOf(stack)
      .filter(({ arn }) => arn.includes(`role/${word}Role`))
      .flatMap((role) => grantsOf(role))
      .map(({ action, resource }) => `${action} ${resource.replace(/(ScanLargeObject|ScanObject)\w*/, 'its own')}`);
  expect(grants('ScanLargeObject').sort()).toEqual(grants('ScanObject').sort());
});

it('the roles are all there', () => {
  expect(
    rolesOf(airlock.pipeline.stack).map(({ arn }) =>
      arn
        .split('/')
        .at(-1)
        ?.replace(/[0-9A-F]{8}$/, ''),
    ),
  ).toEqual(
    expect.arrayContaining([
      'CheckFileTypeRole',
      'ScanObjectRole',
      'TagObjectRole',
      'FindCurrentObjectRole',
      'NotifyRole',
    ]),
  );
});
