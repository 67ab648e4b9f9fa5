import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar, encryptedZip, shellScript, zip } from '../../local/samples.ts';
import { writeDefinition, writeEicarDefinitions } from '../../local/stack/definitions.ts';
import { OPERATOR, READER } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, VERSIONED } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** `airlock definitions`: from an operator's decision to what the scanners find, with the deployed roles and a real clamd. */
const REASON = 'a false positive';
const hex = (text: string) => Buffer.from(text).toString('hex');
let airlock: Airlock;
let bucket: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'definitions-command-'));
  const definitions = join(folder, 'set');
  await writeEicarDefinitions(definitions);
  await writeDefinition(definitions, 'more', 'Some.Malware', Buffer.from('some malware'));
  airlock = await Airlock.start({ airlock: { buckets: [{ name: VERSIONED }] }, definitions, followsPublished: true });
  const buckets = airlock.pipeline.stack.ofType('AWS::S3::Bucket');
  bucket = buckets.find(({ logicalId }) => logicalId.startsWith('Definitions'))?.ref ?? '';
}, 60_000);
afterAll(async () => {
  await airlock.close();
  rmSync(folder, { recursive: true, force: true });
  expect(await leftovers()).toEqual([]);
});

const run = (args: readonly string[], who = OPERATOR) =>
  airlockCommand(airlock.pipeline, ['definitions', ...args], who);
async function json(args: readonly string[]) {
  const { code, stdout, stderr } = await run([...args, '--json']);
  return { code, stderr, record: stdout === '' ? undefined : JSON.parse(stdout) };
}
const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const s3 = () => airlock.pipeline.client(OPERATOR);
const keys = (prefix: string) =>
  airlock.pipeline.s3.buckets.listObjects(bucket, { prefix }).entries.map(({ key }) => key);
let uploads = 0;
async function verdictOn(content: Buffer | string, name = 'file.txt') {
  uploads += 1;
  const { messages } = await airlock.upload(`${uploads}/${name}`, content);
  const { status, finding, definitions } = messages[0]?.body ?? {};
  return { status, finding, definitions };
}

describe('status and update', () => {
  it('say that nothing is published, publish, and say what is', async () => {
    const before = await run(['status']);
    expect([before.code, before.stderr]).toEqual([1, '']);
    expect(before.stdout).toContain('wrong:         nothing has been published: `airlock definitions update`');
    expect(await verdictOn('some malware')).toMatchObject({ finding: 'Some.Malware.UNOFFICIAL' });

    const first = await run(['update']);
    expect([first.code, first.stdout]).toEqual([0, expect.stringMatching(/^PUBLISHED\ttest-\w+\tpublished; scanners/)]);
    expect(first.stderr).toContain('Ctrl-C does not end it');
    expect((await json(['update'])).record).toMatchObject({ outcome: 'UP_TO_DATE', faults: [] });

    const { code, record } = await json(['status']);
    expect([code, record]).toEqual([
      0,
      {
        version: expect.stringMatching(/^test-/),
        publishedAt: expect.any(String),
        checkedAt: expect.any(String),
        signaturesTime: null,
        hold: null,
        files: [
          { name: 'eicar.ndb', size: expect.any(Number) },
          { name: 'more.ndb', size: expect.any(Number) },
        ],
        own: [],
        exemptions: [],
        kept: [],
        refused: [],
        lostUpdates: 0,
        faults: [],
      },
    ]);
    expect((await run(['status'])).stdout).toMatch(/^version: +\S+\npublished: +\S+ \(0 min ago\)\n/);
  });

  it.each([
    [['ignore', 'Some.Malware'], "required option '--reason <text>'"],
    [['ignore', 'two words', '--reason', REASON], 'is not the name of a signature'],
    [['ignore', 'Heuristics.Limits.Exceeded.MaxFiles', '--reason', REASON], 'cannot be ignored'],
    [['exempt', 'abc', '--reason', REASON], 'is not a SHA-256'],
    [['add', '/nowhere/mine.ndb', '--reason', REASON], 'no such file'],
    [['add', '/nowhere/mine.txt', '--reason', REASON], 'is not the name of a signature file of your own'],
    [['add', '/nowhere/daily.cvd', '--reason', REASON], 'is not the name of a signature file of your own'],
    [['add', '/nowhere/mine.ign2', '--reason', REASON], 'can make malware CLEAN'],
    [['rollback'], "required option '--reason <text>'"],
    [['rollback', '--reason', REASON, '--hold-days', '0'], 'is not a number of days'],
    [['rollback', '--reason', REASON, '--to', 'never'], 'there is no earlier set "never"; kept are: none'],
  ])('%j: %s', async (args, message) => {
    expect(await run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('a reader may do none of it', async () => {
    for (const args of [['status'], ['update'], ['exempt', '0'.repeat(64), '--reason', REASON]]) {
      expect(await run(args, READER)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/AccessDenied/),
      });
    }
  });
});

describe('ignore', () => {
  it('makes the engine ignore a signature, says who and why, and takes that back', async () => {
    const { code, record, stderr } = await json(['ignore', 'Some.Malware.UNOFFICIAL', '--reason', REASON]);
    expect([code, record]).toEqual([0, { name: 'Some.Malware', ignored: true, outcome: 'PUBLISHED' }]);
    expect(stderr).toContain('airlock rescan BUCKET --strategy all');
    const ignoring = await verdictOn('some malware');
    expect(ignoring).toMatchObject({ status: 'CLEAN', finding: null });
    expect(await verdictOn(await zip({ 'a.txt': 'some malware' }), 'a.zip')).toMatchObject({ status: 'CLEAN' });
    expect(await verdictOn(eicar())).toMatchObject({ status: 'INFECTED' });

    const status = (await json(['status'])).record;
    expect(status.exemptions).toEqual([
      {
        kind: 'signature',
        name: 'Some.Malware',
        by: 'arn:aws:iam::000000000000:user/operator',
        at: expect.any(String),
        reason: REASON,
        inUse: true,
      },
    ]);
    expect((await json(['ignore', 'Some.Malware', '--remove', '--reason', 'fixed'])).record).toMatchObject({
      ignored: false,
    });
    const after = await verdictOn('some malware');
    expect(after).toMatchObject({ status: 'INFECTED' });
    // The record tells the two sets apart.
    expect(after.definitions).not.toBe(ignoring.definitions);
    expect((await run(['status'])).stdout).toMatch(/ignored: +Some\.Malware, .* a false positive; removed .*: fixed\n/);
  });

  it('leaves out what the engine does not accept, and updates go on', async () => {
    const { code, record, stderr } = await json(['ignore', 'Eicar-Test-Signature', '--reason', REASON]);
    expect([code, record]).toEqual([1, { name: 'Eicar-Test-Signature', ignored: false, outcome: 'UP_TO_DATE' }]);
    expect(stderr).toContain('do not find the EICAR test file');
    expect(stderr).toContain('it is off the list again');
    expect(await verdictOn(eicar())).toMatchObject({ status: 'INFECTED' });
    expect((await json(['update'])).record).toMatchObject({ outcome: 'UP_TO_DATE', faults: [] });
  });
});

describe('exempt', () => {
  const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
  const exempt = (content: Buffer, ...more: string[]) => json(['exempt', sha256(content), '--reason', REASON, ...more]);

  it('makes that content CLEAN at once, names the exemption, and ends it at once', async () => {
    const content = Buffer.from('some malware of ours');
    expect(await exempt(content)).toMatchObject({ code: 0, record: { exempt: true, changed: true } });
    expect((await exempt(content)).record).toMatchObject({ changed: false });
    const id = sha256(content).slice(0, 8);
    expect(await verdictOn(content)).toMatchObject({
      status: 'CLEAN',
      finding: `exempt:${id}:Some.Malware.UNOFFICIAL`,
    });
    expect(await verdictOn(Buffer.concat([content, Buffer.from('!')]))).toMatchObject({ status: 'INFECTED' });
    // Not the content in others: what else is in them was not decided.
    expect(await verdictOn(await zip({ 'a.txt': content }), 'a.zip')).toMatchObject({ status: 'INFECTED' });
    expect(await exempt(content, '--remove')).toMatchObject({ code: 0, record: { exempt: false, changed: true } });
    expect(await verdictOn(content)).toMatchObject({ status: 'INFECTED', finding: 'Some.Malware.UNOFFICIAL' });
  });

  it('reaches objects that have a verdict with a rescan, and so does its removal', async () => {
    const content = Buffer.from('some malware to be rescanned');
    const { upload, tags } = await airlock.upload('rescanned/a.txt', content);
    expect(tags).toMatchObject({ 'scan-status': 'INFECTED' });
    const rescan = ['rescan', VERSIONED, '--strategy', 'all', '--prefix', 'rescanned/', '--wait'];
    await exempt(content);
    expect((await airlockCommand(airlock.pipeline, rescan)).code).toBe(0);
    expect(await airlock.tags(upload)).toMatchObject({
      'scan-status': 'CLEAN',
      'scan-finding': expect.stringMatching(/^exempt:/),
    });
    await exempt(content, '--remove');
    // Malware was found.
    expect((await airlockCommand(airlock.pipeline, rescan)).code).toBe(1);
    expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'INFECTED' });
  });

  it('covers whatever a scan finds in it, ours too, and no check of its type', async () => {
    const infected = await zip({ 'a.txt': 'some malware', 'b.txt': eicar() });
    const locked = encryptedZip();
    const script = shellScript();
    for (const content of [infected, locked, script]) await exempt(content);
    expect(await verdictOn(infected, 'a.zip')).toMatchObject({
      status: 'CLEAN',
      finding: expect.stringMatching(/^exempt:/),
    });
    expect(await verdictOn(locked, 'b.zip')).toMatchObject({
      status: 'CLEAN',
      finding: expect.stringMatching(/:encrypted$/),
    });
    expect(await verdictOn(script, 'c.txt')).toMatchObject({
      status: 'REJECTED',
      finding: expect.stringMatching(/^type:/),
    });
  });

  it('a broken entry exempts nothing and takes no other with it; a broken file exempts nothing', async () => {
    const Key = 'own/exemptions.json';
    const [one, other] = [Buffer.from('some malware, one'), Buffer.from('some malware, other')];
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key }));
    const before = (await Body?.transformToString()) ?? '';
    const made = { by: 'me', at: new Date().toISOString(), reason: REASON };
    const list = [
      { kind: 'content', sha256: sha256(one) },
      { kind: 'content', sha256: sha256(other), ...made },
    ];
    await s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body: JSON.stringify({ exemptions: list }) }));
    expect(await verdictOn(one)).toMatchObject({ status: 'INFECTED' });
    expect(await verdictOn(other)).toMatchObject({ status: 'CLEAN' });
    const { code, record } = await json(['status']);
    expect([code, record.faults]).toEqual([1, [expect.stringContaining('exemption 1')]]);
    expect(await run(['exempt', sha256(one), '--reason', REASON])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`correct s3://${bucket}/own/exemptions.json first`),
    });
    await s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'not JSON' }));
    expect(await verdictOn(other)).toMatchObject({ status: 'INFECTED' });
    expect((await json(['update'])).record).toMatchObject({ faults: [expect.stringContaining('own/exemptions.json')] });
    await s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body: before }));
  });
});

describe('add and remove', () => {
  it('adds a file once the engine has accepted it, and takes it out again', async () => {
    const path = file('mine.ndb', `Own.Bad:0:*:${hex('bad in this house')}\n`);
    const { code, record } = await json(['add', path, '--reason', 'our own']);
    expect([code, record]).toMatchObject([0, { file: 'mine.ndb', outcome: 'PUBLISHED' }]);
    expect(await verdictOn('this is bad in this house')).toMatchObject({ finding: 'Own.Bad.UNOFFICIAL' });
    expect((await json(['status'])).record.own).toMatchObject([
      { name: 'mine.ndb', by: 'arn:aws:iam::000000000000:user/operator', reason: 'our own', allows: false },
    ]);
    expect((await json(['remove', 'mine.ndb'])).record).toMatchObject({ outcome: 'PUBLISHED' });
    expect(await verdictOn('this is bad in this house')).toMatchObject({ status: 'CLEAN' });
    expect((await run(['remove', 'mine.ndb'])).code).toBe(1);
  });

  it.each([
    ['malformed.ndb', 'no signature at all\n', 'clamd refuses the definitions'],
    ['every.ndb', `Own.Every:0:*:${hex('is wrong with')}\n`, 'which is clean'],
  ])('leaves %s out, which the engine or the samples refuse', async (name, content, message) => {
    const { code, stderr } = await run(['add', file(name, content), '--reason', 'our own']);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect([...keys(`own/${name}`), ...keys('proposed/')]).toEqual([]);
    expect((await json(['update'])).record).toMatchObject({ outcome: 'UP_TO_DATE' });
  });
});

describe('rollback', () => {
  it('goes back to an earlier set, holds it against updates, and ends the hold', async () => {
    await run(['add', file('new.ndb', `New.Bad:0:*:${hex('news of today')}\n`), '--reason', 'our own']);
    const { version } = (await json(['status'])).record;
    expect(await verdictOn('the news of today')).toMatchObject({ status: 'INFECTED' });

    const back = await json(['rollback', '--reason', REASON, '--hold-days', '3']);
    expect([back.code, back.record]).toEqual([
      0,
      { version: expect.any(String), publishedAt: expect.any(String), until: expect.any(String) },
    ]);
    expect(back.record.version).not.toBe(version);
    expect(await verdictOn('the news of today')).toMatchObject({ status: 'CLEAN' });
    const held = await json(['update']);
    expect(held.record).toMatchObject({ outcome: 'HELD', until: back.record.until });
    expect((await json(['ignore', 'Some.Malware', '--reason', REASON])).code).toBe(1);
    expect((await json(['status'])).record).toMatchObject({ version: back.record.version, hold: { reason: REASON } });

    expect((await json(['rollback', '--end'])).record).toMatchObject({ ended: true });
    expect((await json(['update'])).record).toMatchObject({ outcome: 'PUBLISHED' });
    expect(await verdictOn('the news of today')).toMatchObject({ status: 'INFECTED' });
    expect(await verdictOn('some malware')).toMatchObject({ status: 'CLEAN' });
  });
});

it('status says who refused what', async () => {
  const Key = 'current.json';
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key }));
  const before = (await Body?.transformToString()) ?? '';
  const set = JSON.parse(before);
  const broken = { ...set, prefix: 'versions/broken/', files: [{ ...set.files[0], sha256: '0'.repeat(64) }] };
  await s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body: JSON.stringify(broken) }));
  expect(await verdictOn(eicar())).toMatchObject({ status: 'INFECTED' });
  await s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body: before }));
  const { code, record } = await json(['status']);
  expect(record.refused[0]).toMatchObject({
    who: expect.stringContaining('ScanObject'),
    what: expect.stringContaining('versions/broken/'),
  });
  expect([code, record.faults]).toEqual([1, [expect.stringContaining('refused a published set')]]);
});
