import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples.ts';
import { OPERATOR, READER, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** `airlock status` and `airlock logs`: what there is to know about one object. */
let airlock: Airlock;
beforeAll(async () => {
  const buckets = [
    { name: 'uploads', prefixes: ['in/'] },
    { name: 'plain', versioned: false },
  ];
  airlock = await Airlock.start({ airlock: { buckets } });
}, 120_000);
afterEach(() => airlock.beforeInvocation(undefined));
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const run = (args: readonly string[], who = OPERATOR) => airlockCommand(airlock.pipeline, args, who);
async function json(...args: string[]) {
  const { code, stdout, stderr } = await run([...args, '--json']);
  const records = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return { code, stderr, records };
}

describe('airlock status', () => {
  it('prints the verdict on every version: when, by which definitions, by which execution', async () => {
    const old = await airlock.upload('in/a b+c.txt', eicar());
    const { upload } = await airlock.upload('in/a b+c.txt', 'all is well');
    const { code, records } = await json('status', 's3://uploads/in/a b+c.txt');
    expect(code).toBe(0);
    expect(records).toEqual([
      {
        bucket: 'uploads',
        key: 'in/a b+c.txt',
        versionId: upload.versionId,
        current: true,
        trusted: false,
        deleteMarker: false,
        lastModified: expect.stringMatching(/Z$/),
        size: 11,
        status: 'CLEAN',
        clean: true,
        finding: null,
        scanTime: expect.stringMatching(/Z$/),
        definitions: expect.stringMatching(/^test-/),
        why: null,
        execution: upload.execution.arn,
      },
      expect.objectContaining({
        versionId: old.upload.versionId,
        current: false,
        status: 'INFECTED',
        clean: false,
        finding: expect.stringMatching(/eicar/i),
        execution: old.upload.execution.arn,
      }),
    ]);
    await airlock.delete({ bucket: 'uploads', key: 'in/a b+c.txt', versionId: undefined });
    const deleted = await run(['status', 's3://uploads/in/a b+c.txt']);
    expect(deleted.code).toBe(1);
    expect(deleted.stdout.split('\n').map((line) => line.split('\t')[0])).toEqual(['deleted', 'CLEAN', 'INFECTED', '']);
  });

  it('names the last of several executions, as one by hand', async () => {
    await airlock.upload('twice.txt', 'all is well', { bucket: 'plain' });
    const scanned = await json('scan', 's3://plain/twice.txt');
    const { records } = await json('status', 's3://plain/twice.txt');
    expect(records).toMatchObject([{ versionId: 'null', status: 'CLEAN', execution: scanned.records[0].execution }]);
  });

  it('says why there is none: waiting, running, failed, filtered out', async () => {
    const why = async (uri: string) => {
      const { code, records } = await json('status', uri);
      return [code, records[0].status, records[0].why];
    };
    const engines = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    airlock.beforeInvocation(({ task }) => {
      if (task !== 'scan-object') return;
      reached.resolve();
      return engines.promise;
    });
    const waiting = await airlock.begin('in/waits.txt', 'all is well');
    await reached.promise;
    expect(await why('s3://uploads/in/waits.txt')).toEqual([
      1,
      null,
      expect.stringMatching(/^waiting for an engine, or being scanned, since 2.*airlock waiting/),
    ]);
    engines.resolve();
    await waiting.execution.result;

    const checks = Promise.withResolvers<void>();
    airlock.beforeInvocation(({ task }) => (task === 'check-file-type' ? checks.promise : undefined));
    const running = await airlock.begin('in/runs\n.txt', 'all is well');
    expect(await why('s3://uploads/in/runs\n.txt')).toEqual([
      1,
      null,
      expect.stringMatching(/^running: in Check File Type since/),
    ]);
    checks.resolve();
    await running.execution.result;

    airlock.beforeInvocation(({ task }) => {
      if (task === 'tag-object') throw Object.assign(new Error('scripted'), { name: 'AccessDenied' });
    });
    await airlock.upload('in/fails.txt', 'all is well');
    expect(await why('s3://uploads/in/fails.txt')).toEqual([
      1,
      null,
      expect.stringMatching(/^its execution FAILED: AccessDenied: .*scripted/),
    ]);

    const put = new PutObjectCommand({ Bucket: 'uploads', Key: 'out/side.txt', Body: 'all is well' });
    await airlock.pipeline.client(UPLOADER).send(put);
    expect(await why('s3://uploads/out/side.txt')).toEqual([1, null, expect.stringMatching(/^filtered out/)]);
  });

  it.each([
    ['no object', ['s3://uploads/in/never'], /^error: there is no object s3:\/\/uploads\/in\/never\n$/],
    ['another bucket', ['s3://uplods/in/a'], /does not watch the bucket uplods; .*did you mean uploads\?/],
    ['no URI', ['in/a'], /does not name an object/],
  ])('says what is wrong with %s', async (_, args, said) => {
    expect(await run(['status', ...args])).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(said) });
  });

  it('needs rights', async () => {
    const { code, stderr } = await run(['status', 's3://uploads/in/a'], READER);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: AccessDenied/)]);
  });
});

describe('airlock logs', () => {
  it('prints each state with its time, retries and errors, and how the execution ended', async () => {
    let failed = 0;
    airlock.beforeInvocation(({ task }) => {
      if (task !== 'tag-object' || failed === 2) return;
      failed += 1;
      throw Object.assign(new Error('S3 is busy'), { name: 'StorageUnavailable' });
    });
    const { upload } = await airlock.upload('in/story.txt', 'all is well');
    const { code, stdout, stderr } = await run(['logs', 's3://uploads/in/story.txt']);
    expect([code, stderr]).toEqual([0, `${upload.execution.arn}\n`]);
    const rows = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t').slice(2));
    const seconds = expect.stringMatching(/^\d+\.\d{3}$/);
    expect(rows).toEqual(
      [
        ['Check File Type', seconds, ''],
        ['Scan Needed', seconds, ''],
        ['Scan Object', seconds, ''],
        ['Tag Object', seconds, '2', expect.stringMatching(/^StorageUnavailable: .*busy.*; StorageUnavailable: /)],
        ['Notify', seconds, ''],
        ['SUCCEEDED', seconds, ''],
      ].map((row) => (row.length === 3 ? [...row, ''] : row)),
    );
  });

  it('has every execution of that version, oldest first, as JSON one a line', async () => {
    const old = await airlock.upload('in/two.txt', 'the first');
    await airlock.upload('in/two.txt', 'the second');
    const versionId = old.upload.versionId ?? '';
    const scanned = await json('scan', 's3://uploads/in/two.txt', '--version-id', versionId);
    const { code, records } = await json('logs', 's3://uploads/in/two.txt', '--version-id', versionId);
    expect(code).toBe(0);
    expect(records.map(({ execution }) => execution)).toEqual([old.upload.execution.arn, scanned.records[0].execution]);
    expect(records[0]).toMatchObject({
      versionId,
      visits: expect.arrayContaining([
        { state: 'Notify', entered: expect.any(String), exited: expect.any(String), attempts: 1, errors: [] },
      ]),
      end: { status: 'SUCCEEDED' },
    });
  });

  it('says when there is nothing', async () => {
    const put = new PutObjectCommand({ Bucket: 'uploads', Key: 'out/quiet.txt', Body: 'all is well' });
    await airlock.pipeline.client(UPLOADER).send(put);
    const quiet = await run(['logs', 's3://uploads/out/quiet.txt']);
    expect(quiet).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining('airlock status says why') });
    const never = await run(['logs', 's3://uploads/out/quiet.txt', '--version-id', 'other']);
    expect(never).toMatchObject({ code: 2, stderr: expect.stringContaining('has no version other with content') });
  });
});

it('EXPRESS: from the log, and on with the execution that it handed over to', async () => {
  const express = await Airlock.start({ airlock: { buckets: [{ name: 'uploads' }], workflow: 'EXPRESS' } });
  try {
    express.beforeInvocation(({ task }) => {
      if (task === 'scan-object') {
        throw Object.assign(new Error('Rate Exceeded.'), { name: 'Lambda.TooManyRequestsException' });
      }
    });
    await express.upload('a.txt', 'all is well');
    await express.pipeline.idle();
    while (
      (await express.tags({ bucket: 'uploads', key: 'a.txt', versionId: undefined }))?.['scan-status'] === undefined
    ) {
      await new Promise(setImmediate);
    }
    await express.pipeline.idle();
    const { stdout } = await airlockCommand(express.pipeline, ['logs', 's3://uploads/a.txt', '--json']);
    const stories = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(stories.map(({ execution }) => execution)).toEqual([
      expect.stringContaining(':express:'),
      expect.stringContaining(':execution:ScanOverflow'),
    ]);
    expect(stories[0].visits.at(-1)).toMatchObject({ state: 'Overflowed' });
    expect(stories[0].visits.find(({ state }: { state: string }) => state === 'Scan Object').errors).toMatchObject([
      { error: 'Lambda.TooManyRequestsException' },
    ]);
    const status = await airlockCommand(express.pipeline, ['status', 's3://uploads/a.txt', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ status: 'CLEAN', execution: stories[1].execution });
  } finally {
    await express.close();
  }
});
