import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Failure } from '../../cli/operations/failures/failure.ts';
import type { StoredObject } from '../../emulator/s3/buckets.ts';
import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import { eicar } from '../../local/samples.ts';
import { Airlock, leftovers, objectOf, SCANNED, UNVERSIONED, VERSIONED } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** `onClean.copyTo` under the workflow EXPRESS, with the deployed roles and policies. */
const CLEAN = 'clean-files';
const CLEAN_TOO = 'clean-files-too';
const PREFIX: Readonly<Record<string, string>> = { [VERSIONED]: 'v/', [UNVERSIONED]: 'u/' };
const COPIED = [...SCANNED.slice(0, -1), 'Copy Object', 'Notify'];
const KNOWN_LATER = { status: 'INFECTED', finding: 'Known.Later' };
const overflowed: Promise<ExecutionResult>[] = [];
let airlock: Airlock;

beforeAll(async () => {
  const to = (bucket: string, prefix: string) => ({ onClean: { copyTo: { bucket, prefix } } });
  airlock = await Airlock.start({
    airlock: {
      workflow: 'EXPRESS',
      buckets: [
        { name: VERSIONED, onInfected: 'quarantine', ...to(CLEAN, 'v/') },
        { name: UNVERSIONED, versioned: false, ...to(CLEAN_TOO, 'u/') },
      ],
    },
    onExecution({ result }, { stateMachine }) {
      if (stateMachine === 'scan-upload') overflowed.push(result);
    },
  });
}, 60_000);
afterEach(() => airlock.beforeInvocation(undefined));
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

/** Newest first, past the policies. */
const copiesOf = (bucket: string, key: string) =>
  airlock.pipeline.s3.buckets
    .listVersions(bucket === VERSIONED ? CLEAN : CLEAN_TOO, { prefix: `${PREFIX[bucket]}${key}` })
    .entries.filter(({ deleteMarker }) => !deleteMarker) as readonly StoredObject<unknown>[];
const outputOf = (name: string) => airlock.pipeline.stack.outputs.find(({ key }) => key === name)?.value ?? '';
/** Another execution of the state machine that takes uploads. */
const runAgain = (input: unknown) => airlock.pipeline.start(outputOf('ScanUploadArn'), input as object).result;

it.each([VERSIONED, UNVERSIONED])('a clean object of %s is copied before it is reported', async (bucket) => {
  const { upload, result, messages, tags } = await airlock.upload('in/a.txt', 'all is well', { bucket });
  expect(result).toMatchObject({ status: 'SUCCEEDED', states: COPIED, retries: {} });
  const [copy, ...others] = copiesOf(bucket, 'in/a.txt');
  expect(others).toEqual([]);
  expect(copy).toMatchObject({ etag: upload.etag, tags });
  const copiedTo = {
    ...{
      bucket: bucket === VERSIONED ? CLEAN : CLEAN_TOO,
      key: `${PREFIX[bucket]}in/a.txt`,
      versionId: copy?.versionId,
    },
  };
  expect(messages).toMatchObject([{ body: { status: 'CLEAN', copiedTo } }]);
});

it.each([VERSIONED, UNVERSIONED])('of %s, an execution that runs twice at once copies once', async (bucket) => {
  // Express starts an execution at least once.
  const { execution } = await airlock.begin('twice.txt', 'all is well', { bucket });
  const again = runAgain(execution.input);
  for (const result of [await execution.result, await again]) {
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: COPIED });
  }
  expect(copiesOf(bucket, 'twice.txt')).toHaveLength(1);
});

it('malware is moved, and not copied', async () => {
  const { result, messages } = await airlock.upload('bad.txt', eicar());
  expect(result.status).toBe('SUCCEEDED');
  expect(messages).toMatchObject([{ body: { status: 'INFECTED', action: 'quarantine', copiedTo: null } }]);
  expect(copiesOf(VERSIONED, 'bad.txt')).toEqual([]);
});

it.each([VERSIONED, UNVERSIONED])(
  'malware of %s that was copied when nobody knew is reported with its copy',
  async (bucket) => {
    const { upload } = await airlock.upload('late.txt', 'all is well', { bucket });
    const [copy] = copiesOf(bucket, 'late.txt');
    // From now on it is known, to every Task after the scan.
    airlock.beforeInvocation(({ task, payload }) => {
      if (!['tag-object', 'copy-object'].includes(task) || objectOf(payload)?.key !== 'late.txt') return;
      Object.assign(payload as object, { verdict: { ...(payload as { verdict: object }).verdict, ...KNOWN_LATER } });
    });
    const again = await runAgain(upload.execution.input);
    expect(again).toMatchObject({ status: 'SUCCEEDED' });
    expect(again.states).toContain('Copy Object Already Made');
    expect(again.output).toMatchObject({ outcome: { copiedTo: { versionId: copy?.versionId } } });
  },
);

it('one that finds no engine is copied by the STANDARD execution that takes over', async () => {
  let throttled = false;
  airlock.beforeInvocation(({ task, payload }) => {
    if (throttled || task !== 'scan-object' || objectOf(payload)?.key !== 'later.txt') return;
    throttled = true;
    throw Object.assign(new Error('Rate Exceeded.'), { name: 'Lambda.TooManyRequestsException' });
  });
  overflowed.length = 0;
  const upload = await airlock.begin('later.txt', 'all is well');
  expect(await upload.execution.result).toMatchObject({ status: 'SUCCEEDED' });
  while (overflowed.length === 0) await new Promise(setImmediate);
  expect(await Promise.all(overflowed)).toMatchObject([{ status: 'SUCCEEDED', states: COPIED }]);
  expect(copiesOf(VERSIONED, 'later.txt')).toMatchObject([{ etag: upload.etag }]);
});

it('a copy that fails leaves the object CLEAN; the failure is listed, and started again', async () => {
  airlock.beforeInvocation(({ task }) => {
    if (task === 'copy-object') throw Object.assign(new Error('scripted'), { name: 'AccessDenied' });
  });
  const { upload, result, tags, messages } = await airlock.upload('refused.txt', 'all is well');
  airlock.beforeInvocation(undefined);
  expect(result).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
  expect(result.states.slice(-3)).toEqual(['Not Copied', 'Notify Of Failed Copy', 'Action Failed']);
  expect(tags).toMatchObject({ 'scan-status': 'CLEAN' });
  expect(messages).toMatchObject([{ body: { status: 'CLEAN', copiedTo: null } }]);
  const { stdout } = await airlockCommand(airlock.pipeline, ['failures', '--json']);
  const [failure, ...others] = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Failure);
  expect(others).toEqual([]);
  expect(failure).toMatchObject({
    ...{ kind: 'execution', bucket: VERSIONED, key: 'refused.txt', execution: upload.execution.arn },
    cause: expect.stringContaining('AccessDenied'),
  });
  expect(await airlockCommand(airlock.pipeline, ['redrive', failure?.id ?? ''])).toMatchObject({ code: 0 });
  await airlock.pipeline.idle();
  expect(copiesOf(VERSIONED, 'refused.txt')).toMatchObject([{ etag: upload.etag }]);
});
