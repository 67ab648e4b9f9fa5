import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { outcomeOf, startRescan } from '../../cli/operations/start-rescan.ts';
import { accessKeyIdOf } from '../../emulator/iam/principals.ts';
import { eicar } from '../../local/samples.ts';
import { OPERATOR, READER } from '../../local/stack/pipeline.ts';
import { Airlock, UNVERSIONED, VERSIONED } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** `airlock rescan`: a manual rescan of the deployed stack. */
let airlock: Airlock;

beforeAll(async () => {
  airlock = await Airlock.start();
  for (const [key, content] of [
    ['in/clean.txt', 'all is well'],
    ['in/bad.txt', eicar()],
    ['out/clean.txt', 'all is well'],
  ] as const) {
    await airlock.pipeline.s3.seed(VERSIONED, key, content);
  }
});
afterAll(() => airlock.close());

const rescan = (args: string[], who = OPERATOR) => airlockCommand(airlock.pipeline, ['rescan', ...args], who);
const ARN = /^arn:aws:states:us-east-1:000000000000:execution:RescanBucket\w+:[\w-]+\n$/;

describe('a rescan by hand', () => {
  it('is waited for, and says what came of it', async () => {
    const { stdout, stderr, code } = await rescan([VERSIONED, '--strategy', 'unscanned', '--prefix', 'in/', '--wait']);
    expect({ stderr, code }).toEqual({ stderr: expect.stringMatching(ARN), code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'SUCCEEDED',
      bucket: VERSIONED,
      prefix: 'in/',
      strategy: 'unscanned',
      listed: 2,
      scanned: 2,
      changed: 2,
      infected: 1,
    });
  });

  it('is started only, with the window and the speed that were asked for', async () => {
    const [from, to] = ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'];
    const options = ['--from', '2026-01-01', '--to', to, '--max-concurrency', '2'];
    const { stdout, stderr, code } = await rescan([UNVERSIONED, ...options]);
    expect({ stdout, stderr, code }).toEqual({ stdout: expect.stringMatching(ARN), stderr: '', code: 0 });
    await airlock.pipeline.idle();
    const stepFunctions = clientOfOperator();
    const { summary = '' } = await outcomeOf(stepFunctions, stdout.trim(), 1);
    expect(JSON.parse(summary)).toMatchObject({ listed: 0, strategy: 'due', window: { from, to } });
    const { input = '' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn: stdout.trim() }));
    expect(JSON.parse(input)).toEqual({ bucket: UNVERSIONED, window: { from, to }, maxConcurrency: 2 });
    stepFunctions.destroy();
  });
});

describe('what goes wrong', () => {
  it('is said, by 1 when the rescan failed, by 2 when there is none', async () => {
    airlock.beforeInvocation(({ task }) => {
      if (task === 'prepare-rescan') throw Object.assign(new Error('scripted'), { name: 'AccessDenied' });
    });
    const [failed, unwatched, windowless, useless, tooMany, reader, elsewhere] = await Promise.all([
      rescan([VERSIONED, '--wait']),
      rescan(['not-watched', '--wait']),
      rescan([VERSIONED, '--to', '2026-01-01']),
      rescan([VERSIONED, '--from', '2026-01-01', '--strategy', 'all']),
      rescan([VERSIONED, '--max-concurrency', '1001']),
      rescan([VERSIONED], READER),
      rescan([VERSIONED, '--stack', 'Elsewhere']),
    ]);
    airlock.beforeInvocation(undefined);
    expect(failed).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/\nerror: FAILED: AccessDenied: .*scripted/),
    });
    expect(unwatched).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('does not watch the bucket not-watched; it watches: uploads, '),
    });
    expect(useless).toMatchObject({ code: 2, stderr: expect.stringContaining('only applies to strategy due') });
    expect(tooMany).toMatchObject({ code: 2, stderr: expect.stringContaining('not a number of batches, 1 to 1000') });
    expect(windowless).toMatchObject({ code: 2, stderr: expect.stringContaining("'--to <time>' needs '--from") });
    expect(reader).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: AccessDenied/) });
    expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining('Elsewhere does not exist') });
  });

  it('is waited for as long as it takes', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    airlock.beforeInvocation(({ task }) => (task === 'prepare-rescan' ? held : undefined));
    const stepFunctions = clientOfOperator();
    const machine = airlock.pipeline.stack.outputs.find(({ key }) => key === 'RescanBucketArn')?.value ?? '';
    const arn = await startRescan(stepFunctions, machine, { bucket: VERSIONED, strategy: 'all' });
    let ended = false;
    const outcome = outcomeOf(stepFunctions, arn, 1).finally(() => {
      ended = true;
    });
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    release();
    airlock.beforeInvocation(undefined);
    expect(await outcome).toMatchObject({ status: 'SUCCEEDED', summary: expect.stringContaining('"listed":3') });
    stepFunctions.destroy();
  });
});

function clientOfOperator(): SFNClient {
  const credentials = { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'local' };
  return new SFNClient({ region: 'us-east-1', endpoint: airlock.pipeline.endpoints.stepFunctions, credentials });
}
