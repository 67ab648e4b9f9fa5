import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples.ts';
import { OPERATOR, READER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, UNVERSIONED, VERSIONED } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** `airlock scan`: what is started, what is printed as it comes, and how it ends. */
const folder = mkdtempSync(join(tmpdir(), 'airlock-test-'));
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start();
}, 120_000);
afterAll(async () => {
  await airlock.close();
  rmSync(folder, { recursive: true });
  expect(await leftovers()).toEqual([]);
});

const scan = (args: readonly string[], who = OPERATOR, input = '') =>
  airlockCommand(airlock.pipeline, ['scan', ...args], who, input);
const records = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('scans', () => {
  it('the current version, also one that has a verdict, and prints the verdict', async () => {
    const { upload } = await airlock.upload('in/note.txt', 'all is well');
    const { code, stdout, stderr } = await scan([`s3://${VERSIONED}/in/note.txt`, '--json']);
    expect([code, stderr]).toEqual([0, '1 scanned, 0 not CLEAN\n']);
    expect(records(stdout)).toEqual([
      {
        bucket: VERSIONED,
        key: 'in/note.txt',
        versionId: upload.versionId,
        status: 'CLEAN',
        finding: null,
        cause: null,
        type: 'text/plain',
        definitions: expect.stringMatching(/^test-/),
        scanTime: expect.stringMatching(/^\d{4}-.*Z$/),
        seconds: expect.any(Number),
        execution: expect.stringMatching(/^arn:aws:states:us-east-1:000000000000:execution:ScanUpload/),
      },
    ]);
    expect(records(stdout)[0].execution).not.toBe(upload.execution.arn);
  });

  it('an older version, and exits with 1 for what is not CLEAN', async () => {
    const { upload: old } = await airlock.upload('two.txt', eicar());
    await airlock.upload('two.txt', 'all is well');
    const { code, stdout } = await scan(['--version-id', old.versionId ?? '', `s3://${VERSIONED}/two.txt`, '--json']);
    expect([code, records(stdout)[0]]).toMatchObject([1, { versionId: old.versionId, status: 'INFECTED' }]);
  });

  it('what standard input names: odd keys too, and goes on after what is wrong', async () => {
    const keys = ['a b+c%2B.txt', 'ü/🙂.txt', '-rf', 'quote\'".txt'];
    for (const key of [...keys, 'line\nbreak.txt']) await airlock.upload(key, 'all is well', { bucket: UNVERSIONED });
    const lines = [
      ...keys.map((key) => `s3://${UNVERSIONED}/${key}`),
      '',
      JSON.stringify({ bucket: UNVERSIONED, key: 'line\nbreak.txt' }),
      's3:/wrong',
      '{"bucket"',
      `s3://${UNVERSIONED}/never`,
      's3://uplaods/key',
    ];
    const { code, stdout } = await scan(['--json', '--at-once', '2'], OPERATOR, lines.join('\n'));
    const found = records(stdout);
    expect(code).toBe(1);
    expect(
      found
        .filter(({ status }) => status === 'CLEAN')
        .map(({ key }) => key)
        .sort(),
    ).toEqual([...keys, 'line\nbreak.txt'].sort());
    const causes = found.flatMap(({ status, cause }) => (status === 'NOT STARTED' ? [cause] : []));
    expect(causes.sort()).toEqual([
      '"s3:/wrong" does not name an object: s3://BUCKET/KEY does',
      expect.stringMatching(/does not watch the bucket uplaods; it watches: .*, did you mean uploads\?$/),
      `there is no object s3://${UNVERSIONED}/never`,
      '{"bucket" is not {"bucket", "key", "versionId"}',
    ]);
  });

  it('what a file names; without --json, a line for each, safe to print', async () => {
    await airlock.upload('esc\x1b[31m.txt', eicar());
    writeFileSync(join(folder, 'list'), `s3://${VERSIONED}/esc\x1b[31m.txt\n`);
    const { code, stdout } = await scan(['--from-file', join(folder, 'list')]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^INFECTED\t[\d.]+\ts3:\/\/uploads\/esc\\u001b\[31m\.txt\t.*eicar.*\n$/i);
  });
});

describe('says', () => {
  it('that an object was deleted meanwhile, and why an execution failed', async () => {
    const { upload } = await airlock.upload('goes.txt', 'all is well');
    airlock.meddleBefore('scan-object', 'goes.txt', () => airlock.delete(upload));
    const gone = await scan([`s3://${VERSIONED}/goes.txt`, '--json']);
    expect([gone.code, records(gone.stdout)[0]]).toMatchObject([1, { status: 'GONE', finding: null }]);

    await airlock.upload('fails.txt', 'all is well');
    airlock.beforeInvocation(({ task }) => {
      if (task === 'tag-object') throw Object.assign(new Error('scripted'), { name: 'AccessDenied' });
    });
    const failed = await scan([`s3://${VERSIONED}/fails.txt`, '--json']);
    airlock.beforeInvocation(undefined);
    expect([failed.code, records(failed.stdout)[0]]).toMatchObject([
      1,
      { status: 'ERROR', finding: 'AccessDenied', cause: expect.stringContaining('scripted') },
    ]);
  });

  it.each([
    [
      'a malformed URI, before anything is started',
      ['s3://uploads/a', 'uploads/b'],
      /"uploads\/b" does not name an object/,
    ],
    ['a bucket instead of an object', ['s3://uploads/'], /names no key: .*airlock rescan/],
    [
      'one version of several objects',
      ['s3://uploads/a', 's3://uploads/b', '--version-id', 'x'],
      /needs exactly one object/,
    ],
    ['a folder instead of a file', ['--from-file', '/'], /EISDIR/],
    ['a file that is not there', ['--from-file', '/nowhere'], /ENOENT.*\/nowhere/],
  ])('what is wrong with %s', async (_, args, said) => {
    expect(await scan(args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(said) });
  });

  it('what is wrong with a version, a deleted object, and the caller’s rights', async () => {
    const { upload } = await airlock.upload('marked.txt', 'all is well');
    await airlock.delete({ bucket: VERSIONED, key: 'marked.txt', versionId: undefined });
    const uri = `s3://${VERSIONED}/marked.txt`;
    const cause = async (args: readonly string[], who = OPERATOR) => (await scan([...args, '--json'], who)).stdout;
    expect(await cause([uri])).toContain('is deleted: its current version is a delete marker. Give --version-id');
    expect(await cause([uri, '--version-id', 'other'])).toContain('has no version other with content');
    expect(await cause([uri, '--version-id', upload.versionId ?? ''])).toContain('"CLEAN"');
    expect(await scan([uri], READER)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: AccessDenied/) });
  });
});

describe('Ctrl-C', () => {
  it('names what was started, and starts no more', async () => {
    for (const key of ['held.txt', 'later.txt']) await airlock.upload(key, 'all is well');
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    airlock.beforeInvocation(({ task }) => {
      if (task !== 'check-file-type') return;
      reached.resolve();
      return held.promise;
    });
    const { code, stdout, stderr } = await airlockCommand(
      airlock.pipeline,
      ['scan', '--at-once', '1'],
      OPERATOR,
      null,
      async (child) => {
        child.stdin?.write(`s3://${VERSIONED}/held.txt\ns3://${VERSIONED}/later.txt\n`);
        await reached.promise;
        // The command knows it as soon as the start is answered.
        await new Promise((resolve) => setTimeout(resolve, 300));
        child.kill('SIGINT');
      },
    );
    held.resolve();
    airlock.beforeInvocation(undefined);
    await airlock.pipeline.idle();
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toMatch(/interrupted: 1 executions were started and go on\narn:\S+\ts3:\/\/uploads\/held\.txt\n$/);
  });

  it('ends it while it waits for standard input', async () => {
    const { code } = await airlockCommand(airlock.pipeline, ['scan'], OPERATOR, null, async (child) => {
      child.stdin?.write(`s3://${VERSIONED}/never\n`);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      child.kill('SIGINT');
    });
    expect(code).toBe(130);
  });
});

it('follows EXPRESS executions by their log, and what overflows', async () => {
  const express = await Airlock.start({ airlock: { buckets: [{ name: 'uploads' }], workflow: 'EXPRESS' } });
  try {
    await express.pipeline
      .client(OPERATOR)
      .send(new PutObjectCommand({ Bucket: 'uploads', Key: 'a.txt', Body: 'all is well' }));
    await express.pipeline.idle();
    const run = () => airlockCommand(express.pipeline, ['scan', 's3://uploads/a.txt', '--json']);
    const first = await run();
    expect([first.code, records(first.stdout)[0]]).toMatchObject([
      0,
      { status: 'CLEAN', execution: expect.stringContaining(':express:') },
    ]);
    express.beforeInvocation(({ task }) => {
      if (task === 'scan-object')
        throw Object.assign(new Error('Rate Exceeded.'), { name: 'Lambda.TooManyRequestsException' });
    });
    const second = await run();
    express.beforeInvocation(undefined);
    expect([second.code, records(second.stdout)[0]]).toMatchObject([
      0,
      { status: 'CLEAN', execution: expect.stringMatching(/:execution:ScanOverflow/) },
    ]);
  } finally {
    await express.close();
  }
});
