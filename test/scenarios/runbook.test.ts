import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Execution } from '../../emulator/step-functions/execution.ts';
import { UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, objectOf } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';
import {
  alarmsOn,
  alarmsOnPage,
  EarlierClock,
  isOn,
  LEFT_OUT,
  LONGEST_PERIOD_MILLISECONDS,
  PLAYED,
  rung,
  sectionsOf,
} from '../support/runbook.ts';

/*
 * docs/operations/alarms.md, played at night: an alarm goes off, the commands that its section names find the cause, and
 * once that is mended they bring every object to its verdict.
 */
jest.setTimeout(180_000);

const BUCKET = 'uploads';
const clock = new EarlierClock();
let airlock: Airlock;
let refused = false;
let executions: Execution[] = [];
beforeAll(async () => {
  airlock = await Airlock.start({
    clock,
    airlock: { buckets: [{ name: BUCKET }] },
    onExecution: (execution) => executions.push(execution),
    onDeliver: () => {
      if (refused) throw new Error('scripted');
    },
  });
});
afterEach(mend);
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

function mend() {
  refused = false;
  airlock.beforeInvocation(undefined);
}

const run = (...args: string[]) => airlockCommand(airlock.pipeline, args);
const put = (Key: string) =>
  airlock.pipeline.client(UPLOADER).send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'all is well' }));
const statusOf = (key: string) => airlock.pipeline.s3.buckets.get(BUCKET, key).tags['scan-status'];
const scripted = (name: string) => Object.assign(new Error('scripted'), { name });
const failing = (wanted: string, name: string, ofKey?: string) =>
  airlock.beforeInvocation(({ task, payload }) => {
    if (task === wanted && (ofKey === undefined || objectOf(payload)?.key === ofKey)) throw scripted(name);
  });

interface Night {
  readonly alarm: string;
  /** Makes it go off. */
  readonly happens: () => Promise<unknown>;
  /** What `airlock failures` says of it. */
  readonly cause: RegExp;
  /** After the cause is mended. */
  readonly redrive: readonly string[];
  /** What then has its verdict; none for a rescan over nothing. */
  readonly key?: string;
}

const NIGHTS: readonly Night[] = [
  {
    alarm: 'UploadsUndelivered',
    async happens() {
      refused = true;
      await put('undelivered.txt');
    },
    cause: /scripted/,
    redrive: ['redrive', 'uploads'],
    key: 'undelivered.txt',
  },
  {
    alarm: 'ScansFailed',
    async happens() {
      failing('scan-object', 'AccessDenied');
      await put('failed.txt');
      await Promise.all(executions.map(({ result }) => result));
    },
    cause: /AccessDenied/,
    redrive: ['redrive', '--all'],
    key: 'failed.txt',
  },
  {
    alarm: 'ScansAborted',
    async happens() {
      const held = Promise.withResolvers<void>();
      airlock.beforeInvocation(({ task }) => (task === 'scan-object' ? held.promise : undefined));
      await put('stopped.txt');
      for (const execution of executions) execution.abort();
      await Promise.all(executions.map(({ result }) => result));
      held.resolve();
    },
    cause: /ABORTED/,
    redrive: ['redrive', `s3://${BUCKET}/stopped.txt`],
    key: 'stopped.txt',
  },
  {
    alarm: 'RescansUndelivered',
    async happens() {
      refused = true;
      const { schedules } = airlock.pipeline;
      await expect(schedules.fire(schedules.names[0] ?? '', new Date(clock.now() - 1000))).rejects.toThrow('scripted');
    },
    cause: /scripted/,
    redrive: ['redrive', 'rescans'],
  },
  {
    alarm: 'RescansFailed',
    async happens() {
      failing('prepare-rescan', 'AccessDenied');
      await run('rescan', BUCKET, '--strategy', 'all', '--wait', '--quiet');
    },
    cause: /AccessDenied/,
    redrive: ['redrive', '--all'],
  },
  {
    alarm: 'RescansAborted',
    async happens() {
      const held = Promise.withResolvers<void>();
      airlock.beforeInvocation(({ task }) => (task === 'prepare-rescan' ? held.promise : undefined));
      const { stdout } = await run('rescan', BUCKET, '--strategy', 'all');
      expect(await run('rescan', '--stop', stdout.trim())).toMatchObject({ code: 0 });
      held.resolve();
    },
    cause: /ABORTED/,
    redrive: ['redrive', '--all'],
  },
  {
    alarm: 'RescanFailures',
    async happens() {
      await airlock.pipeline.s3.seed(BUCKET, 'old/unread.txt', 'all is well');
      failing('tag-object', 'AccessDenied', 'old/unread.txt');
      await run('rescan', `s3://${BUCKET}/old/`, '--strategy', 'unscanned', '--wait', '--quiet');
    },
    cause: /old\/unread\.txt/,
    redrive: ['redrive', '--all'],
    key: 'old/unread.txt',
  },
];

describe.each(NIGHTS)('$alarm', ({ alarm, happens, cause, redrive, key }) => {
  it('goes off, and its section finds and mends what it is about', async () => {
    executions = [];
    await happens();
    expect([rung(airlock.pipeline, alarm), isOn(airlock.pipeline, alarm)]).toEqual([1, true]);

    const sections = sectionsOf(alarm);
    expect(sections).toMatch(/airlock failures|failed-rescans\.md|--dry-run/);
    const { stdout, code } = await run('failures', '--json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(cause) });

    mend();
    expect(sections).toMatch(/airlock redrive|redrive\.md|failed-rescans\.md/);
    executions = [];
    expect(await run(...redrive)).toMatchObject({ code: 0, stderr: expect.stringMatching(/0 could not be started/) });
    expect(executions.length).toBeGreaterThan(0);
    await Promise.all(executions.map(({ result }) => result));
    if (key !== undefined) expect(statusOf(key)).toBe('CLEAN');
    expect(await run('failures')).toMatchObject({ code: 0, stdout: '' });
  });
});

it('and every alarm is OK again', async () => {
  await clock.advance(LONGEST_PERIOD_MILLISECONDS);
  expect(alarmsOn(airlock.pipeline)).toEqual([]);
});

describe('every alarm of the page', () => {
  it('is played, or there is a reason', () => {
    expect([...Object.keys(PLAYED), ...Object.keys(LEFT_OUT)].sort()).toEqual(alarmsOnPage());
  });

  it.each(Object.entries(PLAYED))('%s goes off in %s', (alarm, file) => {
    expect(readFileSync(join(import.meta.dirname, file), 'utf8')).toMatch(new RegExp(`(alarm: |')'?${alarm}'`));
  });
});
