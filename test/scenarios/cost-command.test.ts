import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CostRow } from '../../cli/operations/cost-report.ts';
import { READER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** `airlock cost` and `airlock rescan --dry-run`: what a stack and its rescans cost for what is in its buckets. */
const DAY = 86_400_000;
const OBJECTS = 10_000;
/** One in ten from the last month. */
const [YOUNG, OLD] = [10, 400];
const NAME = 'uploads';
let airlock: Airlock;
let started = 0;
beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: {
      buckets: [{ name: NAME }, { name: 'empty', rescan: { schedule: null } }, { name: 'some', prefixes: ['in/'] }],
    },
    onExecution: () => {
      started += 1;
    },
  });
  for (let n = 0; n < OBJECTS; n += 1) {
    const lastModified = new Date(Date.now() - (n % 10 === 0 ? YOUNG : OLD) * DAY);
    await airlock.pipeline.s3.seed(NAME, `${n % 2 === 0 ? 'even' : 'odd'}/${n}.txt`, 'all is well', { lastModified });
  }
}, 60_000);
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const run = (...args: string[]) => airlockCommand(airlock.pipeline, args);
async function cost(...args: string[]): Promise<CostRow[]> {
  const { stdout, stderr, code } = await run('cost', '--json', ...args);
  expect({ stderr, code }).toEqual({ stderr: expect.not.stringContaining('error'), code: 0 });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
const find = (rows: readonly CostRow[], bucket: string | null, what: RegExp) =>
  rows.find((row) => row.bucket === bucket && what.test(row.what)) as CostRow;

describe('airlock cost', () => {
  it('prices uploads, tags, rescans and the stack, with what a signature waits beside it', async () => {
    const rows = await cost();
    // STANDARD, objects of some bytes: $168 to $170 a million.
    expect(find(rows, NAME, /^1,000 uploads$/).monthUsd).toBeCloseTo(0.166, 2);
    expect(find(rows, NAME, /^tags of 10,000 objects$/).monthUsd).toBeCloseTo(0.0195, 4);
    const deployed = find(rows, NAME, /^rescans: due, every day$/);
    const daily = find(rows, NAME, /^instead: all, every day$/);
    expect(daily.monthUsd).toBeGreaterThan(5 * deployed.monthUsd);
    expect(daily).toMatchObject({ medianWaitDays: expect.closeTo(0.5, 2), worstWaitDays: 1 });
    expect(deployed.worstWaitDays).toBeGreaterThan(300);
    expect(find(rows, NAME, /GuardDuty/).monthUsd).toBeCloseTo(0.23, 1);
    expect(find(rows, 'empty', /^no rescans$/)).toMatchObject({ runUsd: 0, monthUsd: 0, worstWaitDays: null });
    const counted = rows.filter(({ what }) => what !== 'total' && !what.startsWith('instead'));
    const total = find(rows, null, /^total$/);
    expect(total.monthUsd).toBeCloseTo(
      counted.reduce((sum, { monthUsd }) => sum + monthUsd, 0),
      9,
    );
  });

  it('puts another setting beside it', async () => {
    const rows = await cost(NAME, '--what-if', 'workflow=EXPRESS', '--what-if', 'rescan.schedule=null');
    const uploads = find(rows, NAME, /uploads$/);
    expect(uploads.whatIfMonthUsd).toBeLessThan(uploads.monthUsd / 4);
    expect(find(rows, NAME, /^rescans/).whatIfMonthUsd).toBe(0);
  });

  it('takes the numbers from CloudWatch where the listing would be long', async () => {
    const rows = await cost(NAME, '--source', 'metrics');
    expect(find(rows, NAME, /^tags of 10,000 objects$/).monthUsd).toBeCloseTo(0.0195, 4);
  });

  it('says what it did, in lines that fit any reader', async () => {
    const { stdout, stderr, code } = await run('cost', NAME);
    expect(code).toBe(0);
    expect(stderr).toContain(`s3://${NAME}: 10,000 objects, 110 KB (by listing: 10 requests, $0.000050)\n`);
    expect(stdout).toMatch(/^uploads\t1,000 uploads\t\t\$0\.17\t\t\n/);
    expect(stdout).toMatch(/\nuploads\trescans: due, every day\t\$0\.00\d+\t\$0\.\d+\t\d+ days\t\d+ days\n/);
  });

  it.each([
    [['cost', '--what-if', 'workflo=EXPRESS'], 'did you mean workflow?'],
    [['cost', '--what-if', 'workflow=EXPRES'], 'workflow=EXPRES: not one of STANDARD, EXPRESS, did you mean EXPRESS?'],
    [['cost', '--what-if', 'rescan.ages=7,1'], 'rescan.ages=7,1: does not ascend'],
    [['cost', '--what-if', 'rescan.schedule=daily'], 'rescan.schedule=daily: not a rate(…) or cron(…)'],
    [['cost', '--what-if', 'engine.memoryMb=lots'], 'engine.memoryMb=lots: not a whole number from 128 to 10240'],
    [['cost', 'mine'], 'does not watch the bucket mine; it watches: uploads, empty, some'],
    [['cost', 'empty', '--source', 'metrics'], 'no NumberOfObjects of the bucket empty: use --source listing'],
  ])('refuses %j: %s', async (args, words) => {
    const { stdout, stderr, code } = await run(...args);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toContain(words);
  });

  it('needs leave to list', async () => {
    const { stderr, code } = await airlockCommand(airlock.pipeline, ['cost', NAME], READER);
    expect({ stderr, code }).toEqual({ stderr: expect.stringContaining('AccessDenied'), code: 2 });
  });
});

describe('airlock rescan --dry-run', () => {
  const dryRun = async (...args: string[]) => {
    const { stdout, code } = await run('rescan', NAME, '--dry-run', '--json', ...args);
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };

  it('starts nothing, and says what the run would look at', async () => {
    expect(await dryRun('--strategy', 'all')).toMatchObject({ listed: OBJECTS, scanned: OBJECTS, atMost: false });
    expect(await dryRun('--strategy', 'stale', '--prefix', 'odd/')).toMatchObject({ listed: 5000, atMost: true });
    const from = new Date(Date.now() - 5 * DAY).toISOString();
    // The young ones were a week old within these days.
    expect(await dryRun('--from', from)).toMatchObject({ strategy: 'due', listed: OBJECTS, scanned: OBJECTS / 10 });
    expect(await dryRun()).toMatchObject({ scanned: 0, window: { from: expect.any(String) } });
    expect(started).toBe(0);
  });

  it('leaves out what a rescan leaves out: keys that are filtered, and archived objects', async () => {
    const { s3 } = airlock.pipeline;
    await s3.seed('some', 'in/a+b c.txt', 'all is well');
    await s3.seed('some', 'in/archived.txt', 'all is well', { storageClass: 'GLACIER' });
    await s3.seed('some', 'out/c.txt', 'all is well');
    const all = ['rescan', 'some', '--strategy', 'all', '--json'];
    const [forecast, run_] = [await run(...all, '--dry-run'), await run(...all, '--wait')];
    const [expected, summary] = [forecast, run_].map(({ stdout }) =>
      JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''),
    );
    expect(expected).toMatchObject({ listed: 3, scanned: 1, bytes: 11 });
    expect(summary).toMatchObject({ listed: 3, scanned: 1, bytes: 11 });
  });

  it('says of the same objects what the run then finds, estimate and actual beside each other', async () => {
    const forecast = await dryRun('--strategy', 'all', '--prefix', 'even/1');
    const { stdout } = await run('rescan', NAME, '--strategy', 'all', '--prefix', 'even/1', '--wait', '--json');
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ listed: forecast.listed, scanned: forecast.scanned, bytes: forecast.bytes });
    // The run wrote verdicts, which the forecast takes to be there.
    expect(summary.estimatedCostUsd).toBeGreaterThan(forecast.estimatedCostUsd);
    expect(summary.costUsd).toBeGreaterThan(0);
    expect(summary.scannerGbSeconds).toBeGreaterThan(0);
    // The end of the window is where the next one begins.
    expect(await dryRun('--prefix', 'even/1')).toMatchObject({ scanned: 0 });
  }, 60_000);
});
