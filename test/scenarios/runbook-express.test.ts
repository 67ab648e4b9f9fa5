import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Failure } from '../../cli/operations/failures/failure.ts';
import { Airlock, leftovers, objectOf, type Upload } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';
import { alarmsOn, EarlierClock, isOn, LONGEST_PERIOD_MILLISECONDS, sectionsOf } from '../support/runbook.ts';

/* docs/operations/alarms.md under EXPRESS, which lists no executions: what failed is found in the log, and started again. */
jest.setTimeout(180_000);

const BUCKET = 'uploads';
const EXPRESS_LIMIT_MILLISECONDS = 300_000;
const clock = new EarlierClock();
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start({ clock, airlock: { workflow: 'EXPRESS', buckets: [{ name: BUCKET }] } });
});
afterEach(() => airlock.beforeInvocation(undefined));
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const run = (...args: string[]) => airlockCommand(airlock.pipeline, args);
const failures = async () => {
  const { stdout } = await run('failures', '--json');
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Failure]));
};

async function failed(key: string, error: string): Promise<Upload> {
  airlock.beforeInvocation(({ task, payload }) => {
    if (task === 'scan-object' && objectOf(payload)?.key === key)
      throw Object.assign(new Error('scripted'), { name: error });
  });
  const { upload, result } = await airlock.upload(key, 'all is well');
  expect(result.status).toBe('FAILED');
  airlock.beforeInvocation(undefined);
  return upload;
}

describe('failures and redrive under EXPRESS', () => {
  it('list an execution that failed with error, object and link, and start it again by id', async () => {
    expect(await run('failures')).toMatchObject({ stdout: '', stderr: '0 found\n', code: 0 });
    const upload = await failed('in/ä b+%2B.txt', 'AccessDenied');
    expect(isOn(airlock.pipeline, 'ScansFailed')).toBe(true);
    const found = await failures();
    expect(found).toEqual([
      expect.objectContaining({
        ...{ kind: 'execution', bucket: BUCKET, key: upload.key, versionId: upload.versionId },
        ...{ cause: expect.stringContaining('AccessDenied'), redrive: 'scans the object again' },
        execution: upload.execution.arn,
      }),
    ]);
    const dry = await run('redrive', '--all', '--dry-run', '--json');
    expect([dry.code, JSON.parse(dry.stdout)]).toMatchObject([0, { outcome: 'would start' }]);
    const redriven = await run('redrive', found[0]?.id ?? '', '--json');
    expect([redriven.code, JSON.parse(redriven.stdout)]).toMatchObject([0, { outcome: 'started', key: upload.key }]);
    await airlock.pipeline.idle();
    expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'CLEAN' });
  });

  it('by object, and from the list', async () => {
    const [first, second] = [await failed('one.txt', 'AccessDenied'), await failed('two.txt', 'AccessDenied')];
    expect(await run('redrive', `s3://${BUCKET}/one.txt`)).toMatchObject({ code: 0 });
    const line = (await failures()).find(({ key }) => key === 'two.txt');
    const piped = await airlockCommand(airlock.pipeline, ['redrive'], undefined, `${JSON.stringify(line)}\n`);
    expect(piped).toMatchObject({ code: 0, stderr: '1 found, 0 could not be started\n' });
    await airlock.pipeline.idle();
    for (const upload of [first, second]) expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'CLEAN' });
  });
});

it('ScansTimedOut: an execution reaches its five minutes, and its object is found by its first event', async () => {
  const held = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  airlock.beforeInvocation(({ task }) => {
    if (task !== 'scan-object') return undefined;
    begun.resolve();
    return held.promise;
  });
  const upload = await airlock.begin('held.txt', 'all is well');
  await begun.promise;
  await clock.advance(EXPRESS_LIMIT_MILLISECONDS);
  expect(await upload.execution.result).toMatchObject({ status: 'TIMED_OUT' });
  expect(isOn(airlock.pipeline, 'ScansTimedOut')).toBe(true);
  airlock.beforeInvocation(undefined);
  held.resolve();

  expect(sectionsOf('ScansTimedOut')).toMatch(/airlock failures/);
  const found = (await failures()).find(({ key }) => key === 'held.txt');
  expect(found).toMatchObject({
    ...{ kind: 'execution', versionId: upload.versionId, redrive: 'scans the object again' },
    cause: expect.stringMatching(/^ExecutionTimedOut/),
  });
  expect(sectionsOf('ScansTimedOut')).toContain('airlock redrive');
  expect(await run('redrive', `s3://${BUCKET}/held.txt`)).toMatchObject({ code: 0 });
  await airlock.pipeline.idle();
  expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'CLEAN' });
  await clock.advance(LONGEST_PERIOD_MILLISECONDS);
  expect(alarmsOn(airlock.pipeline)).toEqual([]);
});
