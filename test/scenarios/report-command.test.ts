import { readdirSync, rmSync, statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReportedObject } from '../../functions/domain/report/run-report.ts';
import { OPERATOR } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';
import { ODD_KEYS } from '../support/odd-keys.ts';

/** `airlock report`: what is not CLEAN now, from the tags. */
const [NAME, MANY] = ['uploads', 'many'];
const OBJECTS = 500;
const NEW = '2026-03-01T00:00:00.000Z';
const OLD = '2026-01-01T00:00:00.000Z';
let airlock: Airlock;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
  airlock = await Airlock.start({
    airlock: {
      buckets: [
        { name: NAME, prefixes: ['in/'] },
        { name: MANY, versioned: false, rescan: { schedule: null } },
      ],
    },
  });
  const seed = (key: string, tags: Record<string, string>, content = 'content') =>
    airlock.pipeline.s3.seed(NAME, key, content, { tags, lastModified: new Date(OLD) });
  const verdict = (status: string, finding: string, time = NEW) => ({
    ...{ 'scan-status': status, 'scan-time': time, 'scan-definitions': '27000' },
    ...(finding !== '' && { 'scan-finding': finding }),
  });
  await seed('in/clean.txt', verdict('CLEAN', ''));
  await seed('in/infected.txt', verdict('INFECTED', 'Win.Test.EICAR_HDB-1'));
  await seed('in/old-infected.txt', verdict('INFECTED', 'Win.Old', OLD));
  await seed('in/rejected.exe', verdict('REJECTED', 'type:application/x-msdownload'));
  await seed('in/error.txt', verdict('ERROR', ''));
  await seed('in/none.txt', { owner: 'me' });
  await seed('in/folder/', {}, '');
  await seed('out/ignored.txt', {});
  for (const key of ODD_KEYS) await seed(`in/odd/${key}`.slice(0, 1000), verdict('UNSCANNABLE', 'encrypted'));
  for (let at = 0; at < OBJECTS; at += 1) {
    const tags = verdict(at % 10 === 0 ? 'INFECTED' : 'CLEAN', '');
    await airlock.pipeline.s3.seed(MANY, `${String(at).padStart(5, '0')}.txt`, 'content', { tags });
  }
}, 60_000);
afterEach(() => airlock.beforeRequest(undefined));
afterAll(async () => {
  await airlock.close();
  rmSync(folder, { recursive: true });
  expect(await leftovers()).toEqual([]);
});

const run = (...args: string[]) => airlockCommand(airlock.pipeline, ['report', ...args]);
const rowsIn = (stdout: string): ReportedObject[] =>
  stdout === ''
    ? []
    : stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
const shown = (stdout: string) => rowsIn(stdout).map(({ status, key }) => `${status} ${key}`);

describe('airlock report', () => {
  it('prints everything that is not CLEAN, with what it takes before and what it took after', async () => {
    const { stdout, stderr, code } = await run(NAME, '--json');
    expect(code).toBe(1);
    const rows = rowsIn(stdout);
    expect(rows.filter(({ key }) => !key.startsWith('in/odd/'))).toEqual([
      expect.objectContaining({ key: 'in/error.txt', status: 'ERROR', finding: null }),
      {
        ...{ bucket: NAME, key: 'in/infected.txt', status: 'INFECTED', finding: 'Win.Test.EICAR_HDB-1' },
        ...{ scanTime: NEW, definitions: '27000', uploaded: OLD, size: 7 },
      },
      expect.objectContaining({ key: 'in/none.txt', status: 'none', scanTime: null, uploaded: OLD }),
      expect.objectContaining({ key: 'in/old-infected.txt', finding: 'Win.Old', scanTime: OLD }),
      expect.objectContaining({ key: 'in/rejected.exe', status: 'REJECTED' }),
    ]);
    const odd = ODD_KEYS.map((key) => `in/odd/${key}`.slice(0, 1000)).filter((key) => !/^in\/odd\/trailing/.test(key));
    expect(rows.map(({ key }) => key)).toEqual(expect.arrayContaining(odd));
    const total = 8 + ODD_KEYS.length;
    expect(stderr).toContain(`${total} objects to look at: ${total + 2} requests, $0.00`);
    expect(stderr).toContain(`s3://${NAME}: 1 CLEAN\n`);
    expect(stderr).toContain(`s3://${NAME}: 1 filtered out\n`);
    expect(stderr).toContain(`s3://${NAME}: 1 folder markers\n`);
    // Neither the folder nor what is filtered out is asked for its tags; the place is listed twice.
    expect(stderr).toContain(`${total} objects looked at, ${rows.length} reported; ${total} requests, $0.00`);
  });

  it('takes prefixes, verdicts, and times of verdicts, of uploads where there is none', async () => {
    const some = async (...args: string[]) => shown((await run(...args, '--json')).stdout);
    expect(await some(`s3://${NAME}/in/`, '--status', 'INFECTED,ERROR')).toEqual([
      'ERROR in/error.txt',
      'INFECTED in/infected.txt',
      'INFECTED in/old-infected.txt',
    ]);
    expect(await some(`s3://${NAME}/in/`, '--status', 'INFECTED', '--status', 'none', '--since', '2026-02-01')).toEqual(
      ['INFECTED in/infected.txt'],
    );
    expect(await some(NAME, '--status', 'none')).toEqual(['none in/none.txt']);
    expect(await some(NAME, '--status', 'CLEAN')).toEqual(['CLEAN in/clean.txt']);
    expect(await run(`s3://${NAME}/in/clean`)).toMatchObject({ stdout: '', code: 0 });
  });

  it('prints keys that a terminal may show, and the summary in place of them', async () => {
    const { stdout } = await run(`s3://${NAME}/in/odd/line`);
    expect(stdout).toBe(`UNSCANNABLE\t2026-03-01T00:00:00Z\tencrypted\ts3://${NAME}/in/odd/line\\u000abreak\n`);
    expect(await run(MANY, '--summary')).toMatchObject({ stdout: `${MANY}\tCLEAN\t450\n${MANY}\tINFECTED\t50\n` });
  });

  it('prints old versions too', async () => {
    const Key = 'in/versions.txt';
    const client = airlock.pipeline.client(OPERATOR);
    const { VersionId: first } = await client.send(new PutObjectCommand({ Bucket: NAME, Key, Body: 'first' }));
    await client.send(new PutObjectCommand({ Bucket: NAME, Key, Body: 'second' }));
    await airlock.pipeline.idle();
    await client.send(new DeleteObjectCommand({ Bucket: NAME, Key }));
    const args = [`s3://${NAME}/${Key}`, '--status', 'CLEAN', '--json'];
    expect(rowsIn((await run(...args)).stdout)).toEqual([]);
    const rows = rowsIn((await run(...args, '--versions')).stdout);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({ key: Key, versionId: first, status: 'CLEAN' });
  });

  it('reads few objects at once, and does not count what goes meanwhile', async () => {
    let [now, most] = [0, 0];
    airlock.beforeRequest(async ({ operation, key }) => {
      if (operation !== 'GetObjectTagging') return;
      now += 1;
      most = Math.max(most, now);
      if (key === '00010.txt') await airlock.delete({ bucket: MANY, key, versionId: undefined });
      await new Promise(setImmediate);
      now -= 1;
    });
    const { stderr } = await run(MANY);
    expect(most).toBeLessThanOrEqual(48);
    expect(stderr).toContain(`s3://${MANY}: 1 gone meanwhile\n`);
    expect(stderr).toContain(`s3://${MANY}: 49 INFECTED\n`);
    await airlock.pipeline.s3.seed(MANY, '00010.txt', 'content', { tags: { 'scan-status': 'INFECTED' } });
  });

  it('goes on after Ctrl-C where it was, and counts nothing twice', async () => {
    const whole = await run(MANY, '--json');
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    airlock.beforeRequest(({ operation, key }) => {
      if (operation !== 'GetObjectTagging' || key !== '00250.txt') return undefined;
      reached.resolve();
      return held.promise;
    });
    const first = await airlockCommand(
      airlock.pipeline,
      ['report', MANY, '--json'],
      OPERATOR,
      '',
      async (child) => {
        await reached.promise;
        child.kill('SIGINT');
      },
      folder,
    );
    held.resolve();
    airlock.beforeRequest(undefined);
    expect(first.code).toBe(130);
    const [file = ''] = readdirSync(folder);
    expect(first.stderr).toContain(`warning: not finished. To go on: airlock report --resume ${file}\n`);
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    const second = await run('--resume', join(folder, file), '--json');
    expect(second.code).toBe(1);
    expect(first.stdout).not.toBe('');
    expect(second.stdout).not.toBe('');
    expect(first.stdout + second.stdout).toBe(whole.stdout);
    expect(second.stderr).toContain(`s3://${MANY}: 50 INFECTED\n`);
    expect(second.stderr).toContain('500 objects looked at, 50 reported; ');
  }, 60_000);

  it('says what it could not read, and gives up where it can read nothing', async () => {
    const client = airlock.pipeline.client(OPERATOR);
    const { Policy = '' } = await client.send(new GetBucketPolicyCommand({ Bucket: MANY }));
    const { Statement, ...policy } = JSON.parse(Policy);
    const deny = (keys: string) => {
      const Resource = `arn:aws:s3:::${MANY}/${keys}`;
      const denied = { Effect: 'Deny', Principal: '*', Action: 's3:GetObjectTagging', Resource };
      const document = { ...policy, Statement: [...Statement, denied] };
      return client.send(new PutBucketPolicyCommand({ Bucket: MANY, Policy: JSON.stringify(document) }));
    };
    await deny('00001.txt');
    const one = await run(MANY, '--status', 'none', '--json');
    expect(rowsIn(one.stdout)).toEqual([
      expect.objectContaining({
        key: '00001.txt',
        status: 'unknown',
        finding: expect.stringMatching(/^AccessDenied: /),
      }),
    ]);
    await deny('*');
    const none = await airlockCommand(airlock.pipeline, ['report', MANY, '--summary'], OPERATOR, '', undefined, folder);
    expect(none).toMatchObject({ stdout: '', code: 2 });
    expect(none.stderr).toMatch(/\nerror: AccessDenied: the tags in s3:\/\/many may not be read \(AccessDenied: /);
    await client.send(new PutBucketPolicyCommand({ Bucket: MANY, Policy }));
  });

  it.each([
    [['mine'], 'does not watch the bucket mine; it watches: uploads, many'],
    [[`${NAME}/in`], 'names no bucket: BUCKET, s3://BUCKET and s3://BUCKET/PREFIX do'],
    [['S3://x'], 'names no bucket'],
    [[NAME, `s3://${NAME}/in/`], 'objects would be counted twice'],
    [
      ['--status', 'INFECTD'],
      'not one of CLEAN, INFECTED, REJECTED, UNSCANNABLE, ERROR, none, unknown, did you mean INFECTED?',
    ],
    [['--since', 'yesterday'], 'not a time like'],
    [['--resume', 'package.json'], 'package.json is not from an interrupted `airlock report`'],
    [['--resume', 'x.json', NAME], 'it takes nothing else'],
    [['--resume', 'there-is-none.json'], 'ENOENT'],
  ])('refuses %j: %s', async (args, words) => {
    const { stdout, stderr, code } = await run(...args);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toContain(words);
  });
});
