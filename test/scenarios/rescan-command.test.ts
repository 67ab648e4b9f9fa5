import { DescribeExecutionCommand, DescribeMapRunCommand, ListMapRunsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { followRescan } from '../../cli/operations/follow-rescan.ts';
import { startRescan } from '../../cli/operations/start-rescan.ts';
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
  it('is waited for, and says by name what it found', async () => {
    const args = [`s3://${VERSIONED}/in/`, '--strategy', 'unscanned', '--wait', '--json'];
    const { stdout, stderr, code } = await rescan(args);
    expect({ stderr, code }).toEqual({ stderr: expect.stringMatching(ARN), code: 1 });
    const [infected, totals, ...rest] = linesOf(stdout);
    expect(rest).toEqual([]);
    expect(infected).toEqual({
      ...{ bucket: VERSIONED, what: 'infected', key: 'in/bad.txt', versionId: expect.any(String) },
      ...{ status: 'INFECTED', finding: expect.stringMatching(/EICAR/i), was: null },
    });
    expect(totals).toMatchObject({
      ...{ status: 'SUCCEEDED', bucket: VERSIONED, prefix: 'in/', strategy: 'unscanned' },
      ...{ listed: 2, scanned: 2, changed: 2, infected: 1 },
    });
    // Nothing changes, and what is infected is named all the same.
    const again = await rescan([VERSIONED, '--prefix', 'in/', '--strategy', 'all', '--wait']);
    expect(again.code).toBe(1);
    expect(again.stdout).toMatch(/^infected\tINFECTED\t\S*EICAR\S*\ts3:\/\/uploads\/in\/bad.txt\n$/i);
    expect(again.stderr).toMatch(/\n2 objects listed, 2 objects, \d+ bytes scanned in \d+ s, \$0\.\S+\n/);
    expect(again.stderr).toContain('\n0 verdicts written, 1 infected, 0 failed\n');
    const clean = await rescan([`s3://${VERSIONED}/in/clean`, '--strategy', 'all', '--wait']);
    expect(clean).toMatchObject({ code: 0, stdout: '' });
  });

  it('names what failed, with its cause', async () => {
    airlock.beforeInvocation(({ task }) => {
      if (task === 'tag-object') throw Object.assign(new Error('scripted'), { name: 'StorageUnavailable' });
    });
    const untagged = await rescan([`s3://${VERSIONED}/out/`, '--strategy', 'unscanned', '--wait', '--json']);
    expect(untagged.code).toBe(1);
    expect(linesOf(untagged.stdout)).toEqual([
      expect.objectContaining({ what: 'failed', key: 'out/clean.txt', problem: 'not-tagged' }),
    ]);
    expect(untagged.stderr).toContain('error: FAILED: States.ExceedToleratedFailureThreshold: 1 of 1 objects failed');
    airlock.beforeInvocation(({ task }) => {
      if (task === 'scan-batch') throw Object.assign(new Error('scripted'), { name: 'EngineUnavailable' });
    });
    const whole = await rescan([`s3://${VERSIONED}/in/`, '--strategy', 'all', '--wait']);
    airlock.beforeInvocation(undefined);
    expect(whole.code).toBe(1);
    expect(whole.stdout).toMatch(/^failed\t\tEngineUnavailable: .*scripted.*\ts3:\/\/uploads\/in\/bad.txt\nfailed\t/);
  });

  it('goes on after Ctrl-C, and can be followed and stopped', async () => {
    const scanning = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    airlock.beforeInvocation(({ task }) => {
      if (task !== 'scan-batch') return undefined;
      scanning.resolve();
      return held.promise;
    });
    const args = ['rescan', `s3://${VERSIONED}/in/`, '--strategy', 'all', '--wait'];
    const interrupted = await airlockCommand(airlock.pipeline, args, OPERATOR, '', async (child) => {
      await scanning.promise;
      child.kill('SIGINT');
    });
    expect(interrupted).toMatchObject({ code: 130, stdout: '' });
    const [, arn = ''] = /to follow it: airlock rescan --follow (\S+)\n/.exec(interrupted.stderr) ?? [];
    expect(interrupted.stderr).toContain(`to stop it: airlock rescan --stop ${arn}\n`);
    const stepFunctions = clientOfOperator();
    const { mapRuns: [mapRun] = [] } = await stepFunctions.send(new ListMapRunsCommand({ executionArn: arn }));
    const { mapRunArn } = mapRun ?? {};
    const described = await stepFunctions.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(described).toMatchObject({ status: 'RUNNING', itemCounts: { total: 2, running: 2, succeeded: 0 } });
    const following = rescan(['--follow', arn.split(':').at(-1) ?? '']);
    held.resolve();
    airlock.beforeInvocation(undefined);
    expect(await following).toMatchObject({ code: 1, stdout: expect.stringMatching(/^infected\t/) });
    const ended = await stepFunctions.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(ended).toMatchObject({ status: 'SUCCEEDED', itemCounts: { total: 2, running: 0, succeeded: 2 } });
    expect(await rescan(['--stop', arn])).toMatchObject({ code: 0, stderr: 'it had ended before: SUCCEEDED\n' });
    stepFunctions.destroy();
  });

  it('is stopped, with its batches', async () => {
    const scanning = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    airlock.beforeInvocation(({ task }) => {
      if (task !== 'scan-batch') return undefined;
      scanning.resolve();
      return held.promise;
    });
    const { stdout: arn } = await rescan([`s3://${VERSIONED}/in/`, '--strategy', 'all']);
    await scanning.promise;
    expect(await rescan(['--stop', arn.trim()])).toMatchObject({ code: 0, stderr: `stopped: ${arn}` });
    held.resolve();
    airlock.beforeInvocation(undefined);
    const followed = await rescan(['--follow', arn.trim()]);
    expect(followed).toMatchObject({ code: 1, stderr: expect.stringContaining('error: ABORTED') });
    expect(followed.stdout).toContain(`failed\t\tABORTED\ts3://${VERSIONED}/in/clean.txt\n`);
  });

  it('is started only, with the window and the speed that were asked for', async () => {
    const [from, to] = ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'];
    const options = ['--from', '2026-01-01', '--to', to, '--max-concurrency', '2'];
    const { stdout, stderr, code } = await rescan([UNVERSIONED, ...options]);
    expect({ stdout, stderr, code }).toEqual({ stdout: expect.stringMatching(ARN), stderr: '', code: 0 });
    await airlock.pipeline.idle();
    const stepFunctions = clientOfOperator();
    const { summary = '' } = (await followRescan(stepFunctions, stdout.trim(), { longestWaitMs: 1 })) ?? {};
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
    const refused = await Promise.all([
      rescan([]),
      rescan([`s3://${VERSIONED}/in/`, '--prefix', 'out/']),
      rescan([VERSIONED, '--follow', 'some-run']),
      rescan(['--stop', 'arn:aws:states:us-east-1:000000000000:execution:Other:x']),
      rescan(['--follow', 'no-such-run']),
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
    expect(
      refused.map(({ code, stderr }) => [code, stderr.split('\n').find((line) => line.startsWith('error'))]),
    ).toEqual([
      [2, "error: missing required argument 'place'"],
      [2, "error: option '--prefix <prefix>' cannot be used with s3://BUCKET/PREFIX"],
      [2, "error: '--follow' and '--stop' take an execution and nothing else"],
      [2, expect.stringMatching(/is no rescan of this stack: their ARNs begin with arn:/)],
      [2, expect.stringContaining('Execution Does Not Exist')],
    ]);
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
    const outcome = followRescan(stepFunctions, arn, { longestWaitMs: 1 }).finally(() => {
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

const linesOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

function clientOfOperator(): SFNClient {
  const credentials = { accessKeyId: accessKeyIdOf(OPERATOR), secretAccessKey: 'local' };
  return new SFNClient({ region: 'us-east-1', endpoint: airlock.pipeline.endpoints.stepFunctions, credentials });
}
