import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples.ts';
import { INVESTIGATOR, OPERATOR, READER, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, UNVERSIONED, VERSIONED } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** `airlock quarantine`: what an operator sees, brings back and deletes, with the deployed roles and a real clamd. */
const TAGGED = 'only-tagged';
const REASON = 'our own test file';
let airlock: Airlock;
let quarantine: string;
let definitions: string;

beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: {
      onInfected: 'quarantine',
      quarantine: { operatorRoleArns: [INVESTIGATOR] },
      buckets: [{ name: VERSIONED }, { name: UNVERSIONED, versioned: false }, { name: TAGGED, onInfected: 'tag' }],
    },
  });
  const bucket = (start: string) =>
    airlock.pipeline.stack.ofType('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith(start))?.ref ?? '';
  quarantine = bucket('Quarantine');
  definitions = bucket('Definitions');
}, 60_000);
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});
beforeEach(() => airlock.beforeRequest(undefined));

const as = (who: string) => airlock.pipeline.client(who);
const run = (args: readonly string[], who = INVESTIGATOR) =>
  airlockCommand(airlock.pipeline, ['quarantine', ...args], who);
const json = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const read = async (Bucket: string, Key: string) =>
  (await as(READER).send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const tagsOf = async (Bucket: string, Key: string) => {
  const { TagSet = [] } = await as(OPERATOR).send(new GetObjectTaggingCommand({ Bucket, Key }));
  return Object.fromEntries(TagSet.map(({ Key: name = '', Value }) => [name, Value]));
};
/** Another content for each name, so that an exemption of one is none of the others. */
const malware = (name: string) => Buffer.concat([eicar(), Buffer.from(`\n${name}`)]);
const copiesOf = (bucket: string, key: string) =>
  airlock.pipeline.s3.buckets.listObjects(quarantine, { prefix: `${bucket}/${key}/` }).entries;
const idOf = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 16);

/** Uploads malware, and returns how its copy is named. */
async function quarantined(key: string, bucket = VERSIONED, Tagging = '') {
  const content = malware(`${key} in ${bucket}`);
  await airlock.upload(key, content, { bucket, Tagging, ContentType: 'text/plain', Metadata: { author: 'me' } });
  const [{ key: copy = '' } = {}] = copiesOf(bucket, key);
  return { id: idOf(copy), copy, content };
}
const logOf = async (id: string) => {
  const entries = airlock.pipeline.s3.buckets.listObjects(quarantine, { prefix: `_log/${id}/` }).entries;
  const texts = entries.map(({ body }) => text(airlock.pipeline.s3.bodies.read(body)));
  return (await Promise.all(texts)).map((entry) => JSON.parse(entry));
};

describe('list and show', () => {
  it('print from where, when, what was found and how large, whatever the key is', async () => {
    const keys = [
      'in/report one.txt',
      'a+b%20c.txt',
      'line\nbreak\u001b[31m.txt',
      'ünïcode 😀.txt',
      `${'long'.repeat(250)}.txt`,
    ];
    for (const key of keys) await airlock.upload(key, malware(key), { ContentType: 'text/plain' });
    const { code, stdout, stderr } = await run(['list', '--json']);
    expect([code, stderr]).toEqual([0, `${keys.length} in quarantine\n`]);
    const rows = json(stdout);
    expect(rows.map(({ original }) => original.key).sort()).toEqual([...keys].sort());
    expect(rows[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      key: expect.stringContaining(`${VERSIONED}/`),
      size: expect.any(Number),
      quarantined: expect.stringMatching(/^\d{4}-.*Z$/),
      original: { bucket: VERSIONED, key: expect.any(String), version: expect.any(String), etag: expect.any(String) },
      status: 'INFECTED',
      finding: 'Eicar-Test-Signature.UNOFFICIAL',
      definitions: expect.stringMatching(/^test-/),
      scanTime: expect.any(String),
      versionId: expect.any(String),
      lockedUntil: null,
      contentType: 'text/plain',
    });
    const plain = (await run(['list'])).stdout;
    expect(plain.trimEnd().split('\n')).toHaveLength(keys.length);
    expect(plain).toContain(String.raw`s3://uploads/line\u000abreak\u001b[31m.txt`);
    const odd = rows.find(({ original }) => original.key.startsWith('line'));
    const shown = await run(['show', odd.id]);
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout).toContain(`version:      ${odd.original.version}\n`);
    for (const { id, original } of rows.slice(1, 3)) {
      expect((await run(['show', `s3://${VERSIONED}/${original.key}`, '--json'])).stdout).toContain(id);
    }
  });

  it.each([
    [['show', '0123456789abcdef'], 'nothing in quarantine is "0123456789abcdef"'],
    [['show', 's3://uploads/no-such-key'], 'nothing in quarantine is "s3://uploads/no-such-key"'],
    [['show', 's3://uploads'], '"s3://uploads" is not s3://BUCKET/KEY'],
    [['show', '_log/x'], 'nothing in quarantine is "_log/x"'],
    [['list', '--prefix', 'x'], "needs '--bucket <name>'"],
    [['list', '--bucket', 's3://x'], 'is not the name of a bucket'],
    [['restore', 'x'], "required option '--reason <text>'"],
    [['restore', 'x', '--reason', ' '], 'is empty'],
    [['restore', 'x', '--reason', 'y', '--to', 'somewhere'], 'is not s3://BUCKET/KEY'],
    [['delete', 'x'], "required option '--reason <text>'"],
  ])('%j: %s', async (args, message) => {
    expect(await run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('say what to do to whoever may not', async () => {
    const { id } = await quarantined('not-for-you.txt');
    for (const args of [
      ['list'],
      ['show', id],
      ['restore', id, '--reason', REASON],
      ['delete', id, '--yes', '--reason', REASON],
    ]) {
      const { code, stderr } = await run(args, OPERATOR);
      expect([code, stderr]).toEqual([2, expect.stringContaining('quarantine.operatorRoleArns')]);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});

describe.each([VERSIONED, UNVERSIONED])('restore into %s', (bucket) => {
  it('refuses while the signature still matches: nothing is readable, and the copy stays, once', async () => {
    const key = 'still-found.txt';
    const { id } = await quarantined(key, bucket);
    const { code, stdout, stderr } = await run(['restore', id, '--reason', REASON, '--json']);
    expect(stderr).toContain('Eicar-Test-Signature.UNOFFICIAL still applies');
    expect([code, json(stdout)]).toEqual([
      1,
      [expect.objectContaining({ id, restored: false, result: 'INFECTED', exempted: null })],
    ]);
    await expect(read(bucket, key)).rejects.toThrow();
    expect(copiesOf(bucket, key).map((copy) => idOf(copy.key))).toEqual([id]);
    expect(await logOf(id)).toMatchObject([
      { action: 'restore-started', reason: REASON, by: expect.stringContaining('assumed-role/investigator/') },
      { action: 'not-restored', result: 'INFECTED Eicar-Test-Signature.UNOFFICIAL' },
    ]);
  });

  it('--ignore-signature exempts exactly this content, for uploads to come too, and says so on the object', async () => {
    const key = 'ours.txt';
    const { id, content } = await quarantined(key, bucket, 'project=x');
    const { code, stdout, stderr } = await run(['restore', id, '--reason', REASON, '--ignore-signature', '--json']);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(json(stdout)).toEqual([
      {
        id,
        restored: true,
        target: { bucket, key, version: bucket === VERSIONED ? expect.any(String) : null },
        result: 'CLEAN',
        finding: `exempt_${sha256.slice(0, 8)}_Eicar-Test-Signature.UNOFFICIAL`.replaceAll('_', ':'),
        definitions: expect.stringMatching(/^test-/),
        exempted: sha256,
      },
    ]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('nobody can read it; waiting for its verdict')]);
    expect(await read(bucket, key)).toBe(content.toString());
    expect(await tagsOf(bucket, key)).toMatchObject({ project: 'x', 'scan-status': 'CLEAN', 'airlock-restored': id });
    const { Metadata, ContentType } = await as(OPERATOR).send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    expect([ContentType, Metadata]).toEqual([
      'text/plain',
      {
        author: 'me',
        'airlock-restored-by': expect.stringContaining('assumed-role/investigator/'),
        'airlock-restored-at': expect.any(String),
        'airlock-restored-reason': REASON,
        'airlock-restored-from': expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(await logOf(id)).toMatchObject([{ action: 'restore-started' }, { action: 'restored', exempted: sha256 }]);

    const again = await airlock.upload('again.txt', content, { bucket });
    expect(again.tags).toMatchObject({ 'scan-status': 'CLEAN' });
    expect(again.messages).toMatchObject([
      { body: { finding: `exempt:${sha256.slice(0, 8)}:Eicar-Test-Signature.UNOFFICIAL` } },
    ]);
    const other = await airlock.upload('other.txt', malware('other'), { bucket });
    expect(other.messages).toMatchObject([{ body: { status: 'INFECTED', action: 'quarantine' } }]);
  });

  it('leaves what the key holds now, unless it is told otherwise', async () => {
    const key = 'taken.txt';
    const { id, content } = await quarantined(key, bucket);
    await airlock.upload(key, 'all is well', { bucket });
    const args = ['restore', id, '--reason', REASON, '--ignore-signature'];
    expect(await run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('holds something else now') });
    expect(await read(bucket, key)).toBe('all is well');
    expect(await run([...args, '--overwrite'])).toMatchObject({ code: 0 });
    expect(await read(bucket, key)).toBe(content.toString());
  });
});

describe('restore', () => {
  it('that Ctrl-C ends leaves nothing readable, and goes on when it is run again', async () => {
    const key = 'interrupted.txt';
    const { id } = await quarantined(key);
    const args = ['restore', id, '--reason', REASON, '--ignore-signature', '--json'];
    const scan = Promise.withResolvers<void>();
    let kill: (signal: NodeJS.Signals) => void = () => undefined;
    airlock.beforeInvocation(({ task }) => (task === 'scan-object' ? scan.promise : undefined));
    airlock.beforeRequest(({ operation, bucket }) => {
      if (
        operation === 'GetObjectTagging' &&
        bucket === VERSIONED &&
        airlock.pipeline.s3.buckets.find(VERSIONED, key)
      ) {
        kill('SIGINT');
      }
    });
    const stopped = await airlockCommand(airlock.pipeline, ['quarantine', ...args], INVESTIGATOR, '', async (child) => {
      kill = (signal) => void child.kill(signal);
    });
    expect(stopped).toMatchObject({ code: 130, stdout: '', stderr: expect.stringContaining('run the same command') });
    airlock.beforeRequest(undefined);
    await expect(read(VERSIONED, key)).rejects.toThrow();
    scan.resolve();
    airlock.beforeInvocation(undefined);
    const { code, stdout, stderr } = await run(args);
    expect([code, stderr]).toEqual([0, expect.stringContaining('is there already, from an earlier restore')]);
    expect(json(stdout)).toMatchObject([{ restored: true }]);
    const { entries } = airlock.pipeline.s3.buckets.listVersions(VERSIONED, { prefix: key });
    expect(entries).toHaveLength(1);
  });

  it('scans again what an earlier restore has left with another verdict', async () => {
    const key = 'earlier-error.txt';
    const { id, content } = await quarantined(key);
    airlock.beforeInvocation(({ task }) => {
      if (task === 'scan-object') throw Object.assign(new Error('broken'), { name: 'Broken' });
    });
    const failed = await run(['restore', id, '--reason', REASON, '--json']);
    airlock.beforeInvocation(undefined);
    expect([failed.code, json(failed.stdout)]).toMatchObject([1, [{ restored: false, result: 'ERROR' }]]);
    expect(await run(['restore', id, '--reason', REASON, '--ignore-signature'])).toMatchObject({ code: 0 });
    expect(await read(VERSIONED, key)).toBe(content.toString());
  });

  it('aborts its upload when S3 fails in the middle, and can be run again', async () => {
    const key = 'broken-off.txt';
    const { id } = await quarantined(key);
    airlock.beforeRequest(({ operation }) => {
      if (operation === 'CompleteMultipartUpload') throw Object.assign(new Error('down'), { name: 'Nope' });
    });
    const args = ['restore', id, '--reason', REASON, '--ignore-signature'];
    expect((await run(args)).code).toBe(2);
    airlock.beforeRequest(undefined);
    await expect(read(VERSIONED, key)).rejects.toThrow();
    expect((await run(args)).code).toBe(0);
  }, 60_000);

  it('puts a copy elsewhere, into a watched bucket only', async () => {
    const { id, content } = await quarantined('moved.txt');
    const to = (place: string) => run(['restore', id, '--reason', REASON, '--ignore-signature', '--to', place]);
    expect(await to(`s3://${definitions}/x`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`does not watch the bucket ${definitions}`),
    });
    expect(await to(`s3://${UNVERSIONED}/else/wo hin.txt`)).toMatchObject({ code: 0 });
    expect(await read(UNVERSIONED, 'else/wo hin.txt')).toBe(content.toString());
  });

  it('is refused without a scan while the definitions are those that found it: nobody is told again', async () => {
    expect((await airlockCommand(airlock.pipeline, ['definitions', 'update'])).code).toBe(0);
    try {
      const { id, content } = await quarantined('unchanged.txt');
      const uploads: unknown[] = [];
      airlock.beforeInvocation(({ task }) => void uploads.push(task));
      const args = ['restore', id, '--reason', REASON, '--json'];
      const refused = await run(args);
      expect([refused.code, json(refused.stdout)]).toMatchObject([
        1,
        [
          {
            id,
            restored: false,
            result: 'INFECTED',
            target: { version: null },
            finding: expect.stringMatching(/^Eicar/),
          },
        ],
      ]);
      expect(refused.stderr).toContain('not scanned again: the scanners still use definitions test-');
      expect(uploads).toEqual([]);
      expect(await logOf(id)).toMatchObject([{ action: 'restore-started' }, { action: 'not-restored' }]);

      expect(await run([...args, '--scan-again'])).toMatchObject({ code: 1 });
      expect(uploads).toContain('notify');
      const sha256 = createHash('sha256').update(content).digest('hex');
      await airlockCommand(airlock.pipeline, ['definitions', 'exempt', sha256, '--reason', REASON]);
      expect(await run(args)).toMatchObject({ code: 0 });
    } finally {
      airlock.beforeInvocation(undefined);
      await as(OPERATOR).send(new DeleteObjectCommand({ Bucket: definitions, Key: 'current.json' }));
    }
  });

  it('removes malware again where onInfected only tags', async () => {
    const { id } = await quarantined('to-tagged.txt');
    const { code } = await run(['restore', id, '--reason', REASON, '--to', `s3://${TAGGED}/x.txt`]);
    expect(code).toBe(1);
    await expect(tagsOf(TAGGED, 'x.txt')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('restores nothing into a bucket whose gate is open', async () => {
    const { id } = await quarantined('no-gate.txt');
    const state = airlock.pipeline.s3.buckets.bucket(UNVERSIONED);
    const { policy } = state;
    state.policy = undefined;
    const outcome = await run([
      'restore',
      id,
      '--reason',
      REASON,
      '--ignore-signature',
      '--to',
      `s3://${UNVERSIONED}/y`,
    ]);
    state.policy = policy;
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('bucket-policy merge') });
    expect(airlock.pipeline.s3.buckets.find(UNVERSIONED, 'y')).toBeUndefined();
  });

  it('a broken list of exemptions exempts nothing, ends no scan, and is not overwritten', async () => {
    const Key = 'own/exemptions.json';
    const { id } = await quarantined('broken-list.txt');
    const { Body } = await as(OPERATOR).send(new GetObjectCommand({ Bucket: definitions, Key }));
    const before = (await Body?.transformToString()) ?? '';
    await as(OPERATOR).send(new PutObjectCommand({ Bucket: definitions, Key, Body: '{ "exemptions": [' }));
    const refused = await run(['restore', id, '--reason', REASON, '--ignore-signature']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('correct s3://') });
    const exempt = await airlock.upload('ours-again.txt', malware(`ours.txt in ${VERSIONED}`));
    expect(exempt.messages).toMatchObject([
      { body: { status: 'INFECTED', finding: 'Eicar-Test-Signature.UNOFFICIAL' } },
    ]);
    await as(OPERATOR).send(new PutObjectCommand({ Bucket: definitions, Key, Body: before }));
  });
});

describe('delete', () => {
  it('asks, and without a terminal deletes nothing', async () => {
    const { id } = await quarantined('asked.txt');
    const outcome = await run(['delete', id, '--reason', REASON]);
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('add --yes') });
    expect((await run(['show', id])).code).toBe(0);
  });

  it('deletes copies for good, and the log says who and why', async () => {
    const [one, two] = [await quarantined('first.txt'), await quarantined('second.txt')];
    const { code, stdout } = await run(['delete', one.id, `s3://${VERSIONED}/second.txt`, '--yes', '--reason', REASON]);
    expect([code, stdout]).toEqual([
      0,
      `deleted\t${one.id}\ts3://uploads/first.txt\ndeleted\t${two.id}\ts3://uploads/second.txt\n`,
    ]);
    expect(airlock.pipeline.s3.buckets.listVersions(quarantine, { prefix: one.copy }).entries).toEqual([]);
    const log = airlock.pipeline.s3.buckets.listObjects(quarantine, { prefix: `_log/${one.id}/` }).entries;
    expect(log.map(({ key }) => key.split('-')[1]?.replace(/-.*/, ''))).toEqual(['deleting', 'deleted']);
  });

  it.each([INVESTIGATOR, OPERATOR])('the log can be changed by nobody: %s', async (who) => {
    const { id } = await quarantined(`logged-${who.at(-1)}.txt`);
    await run(['restore', id, '--reason', REASON]);
    const [{ key: Key = '' } = {}] = airlock.pipeline.s3.buckets.listObjects(quarantine, {
      prefix: `_log/${id}/`,
    }).entries;
    const put = (target: { Key: string; IfNoneMatch?: string }, by = who) =>
      as(by).send(new PutObjectCommand({ Bucket: quarantine, Body: '{}', ...target }));
    const refused = { name: 'AccessDenied' };
    await expect(put({ Key })).rejects.toMatchObject(refused);
    await expect(put({ Key: 'planted', IfNoneMatch: '*' })).rejects.toMatchObject(refused);
    await expect(put({ Key: '_log/planted', IfNoneMatch: '*' }, UPLOADER)).rejects.toMatchObject(refused);
    await expect(as(who).send(new DeleteObjectCommand({ Bucket: quarantine, Key }))).rejects.toMatchObject(refused);
    const added = put({ Key: `_log/${id}/x`, IfNoneMatch: '*' });
    if (who === OPERATOR) await expect(added).rejects.toMatchObject(refused);
    else await added;
  });
});
