import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { grantsOf, unneeded } from '../../emulator/iam/grants.ts';
import { rolesOf } from '../../emulator/iam/principals.ts';
import { eicar, encryptedZip, nestedZip, pdf, zip } from '../../local/samples.ts';
import { writeDefinition, writeEicarDefinitions } from '../../local/stack/definitions.ts';
import { OPERATOR } from '../../local/stack/pipeline.ts';
import { Airlock, leftovers, VERSIONED } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';
import { pack } from '../support/containers/seven-zip.ts';

/** `airlock hunt`: given rules in every object of a bucket, with the deployed roles and a real clamd. */
const ORDINARY = 200;
const MAX_OBJECT_BYTES = 100_000;
const PLANTED = 'the needle of this hunt';
const YARA = `rule Needle {\n  strings:\n    $a = "${PLANTED}"\n  condition:\n    $a\n}\n`;
/** Keys with the planted text, wherever it is in them. */
const MATCHING = ['in/again.txt', 'in/deep.zip', 'in/packed.7z', 'in/plain.txt', 'in/tagged.txt', 'in/zipped.zip'];

let airlock: Airlock;
let folder: string;
let results: string;
let definitionsBucket: string;
/** Everything that was asked of S3 but reads, as `operation bucket/key`. */
let writes: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hunt-command-'));
  const definitions = join(folder, 'set');
  await writeEicarDefinitions(definitions);
  await writeDefinition(definitions, 'more', 'Some.Malware', Buffer.from('some malware'));
  const config = { buckets: [{ name: VERSIONED }], maxObjectBytes: MAX_OBJECT_BYTES };
  airlock = await Airlock.start({ airlock: config, definitions, followsPublished: true });
  const bucketNamed = (start: string) =>
    airlock.pipeline.stack.ofType('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith(start))?.ref ?? '';
  results = bucketNamed('RescanResults');
  definitionsBucket = bucketNamed('Definitions');
  const { s3 } = airlock.pipeline;
  for (let index = 0; index < ORDINARY; index += 1) {
    const content = index % 20 === 0 ? pdf() : `An ordinary note, the ${index}th.\n`;
    await s3.seed(VERSIONED, `in/note-${String(index).padStart(3, '0')}`, content, {
      tags: { 'scan-status': 'CLEAN' },
    });
  }
  await s3.seed(VERSIONED, 'in/plain.txt', `here is ${PLANTED}.`);
  await s3.seed(VERSIONED, 'in/again.txt', `and ${PLANTED} once more`);
  await s3.seed(VERSIONED, 'in/tagged.txt', `${PLANTED}, infected before`, { tags: { 'scan-status': 'INFECTED' } });
  await s3.seed(VERSIONED, 'in/zipped.zip', await zip({ 'a.txt': PLANTED }));
  await s3.seed(VERSIONED, 'in/deep.zip', await nestedZip(4, Buffer.from(PLANTED)));
  await s3.seed(VERSIONED, 'in/packed.7z', await pack('7z', { 'a.txt': Buffer.from(PLANTED) }));
  await s3.seed(VERSIONED, 'in/locked.zip', encryptedZip(PLANTED));
  await s3.seed(VERSIONED, 'in/empty.txt', '');
  await s3.seed(VERSIONED, 'in/large.bin', Buffer.alloc(MAX_OBJECT_BYTES + 1));
  await s3.seed(VERSIONED, 'in/frozen.txt', PLANTED, { storageClass: 'GLACIER' });
  await s3.seed(VERSIONED, 'out/eicar.txt', eicar());
}, 60_000);
afterAll(async () => {
  await airlock.close();
  rmSync(folder, { recursive: true, force: true });
  expect(await leftovers()).toEqual([]);
});

const hunt = (args: readonly string[], who = OPERATOR) => airlockCommand(airlock.pipeline, ['hunt', ...args], who);
const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** What is stored in the watched bucket and in that of the definitions, with the tags. */
function stored(): unknown {
  const { buckets } = airlock.pipeline.s3;
  return [VERSIONED, definitionsBucket].map((bucket) =>
    buckets.listObjects(bucket, { prefix: '' }).entries.map(({ key, etag, tags }) => [key, etag, tags]),
  );
}

function watchWrites(): void {
  writes = [];
  airlock.beforeRequest(({ operation, bucket, key }) => {
    if (!/^(Get|Head|List)/.test(operation)) writes.push(`${operation} ${bucket}/${key}`);
  });
}

describe('a hunt', () => {
  it('finds what was planted, wherever it is, says what it could not look at, and writes nothing', async () => {
    const before = stored();
    watchWrites();
    const rules = [
      file('needle.yara', YARA),
      file('other.ndb', 'Other.Thing:0:*:6e6f7468696e67206c696b652069742068657265\n'),
    ];
    const { stdout, stderr, code } = await hunt([...rules, `s3://${VERSIONED}/in/`, '--json']);
    airlock.beforeRequest(undefined);
    expect({ code, stderr }).toMatchObject({ code: 3 });
    const lines = linesOf(stdout);
    const totals = lines.pop();
    const of = (what: string) => lines.filter((line) => line.what === what).sort((a, b) => (a.key < b.key ? -1 : 1));
    expect(of('match').map(({ key }) => key)).toEqual(MATCHING);
    expect(of('match')[0]).toEqual({
      ...{ bucket: VERSIONED, key: 'in/again.txt', versionId: expect.any(String) },
      ...{ what: 'match', reason: 'YARA.Needle.UNOFFICIAL' },
    });
    expect(of('unread').map(({ key, reason }) => [key, reason])).toEqual([
      ['in/frozen.txt', 'archived'],
      ['in/large.bin', 'too-large'],
    ]);
    expect(of('partly').map(({ key, reason }) => [key, reason])).toEqual([['in/locked.zip', 'encrypted']]);
    expect(totals).toMatchObject({
      ...{ status: 'SUCCEEDED', bucket: VERSIONED, prefix: 'in/', files: ['needle.yara', 'other.ndb'], signatures: 2 },
      ...{ listed: ORDINARY + 10, looked: ORDINARY + 7, matched: 6, failed: 0 },
      ...{ partly: { encrypted: 1 }, unread: { archived: 1, 'too-large': 1 } },
    });
    expect(stderr).toContain(
      'warning: not everything was looked at: 1 not looked at (archived), 1 not looked at (too-large), 1 looked at in part (encrypted)\n',
    );
    // The operator puts the rules and takes them away; the Map writes its results.
    const declared = new RegExp(
      `^(Put|Delete)Object ${results}/hunt-rules/[\\w-]+\\.json$|^PutObject ${results}/hunts/`,
    );
    expect(writes.filter((write) => !declared.test(write))).toEqual([]);
    expect(writes.filter((write) => write.includes('/hunt-rules/')).map((write) => write.split(' ')[0])).toEqual([
      'PutObject',
      'DeleteObject',
    ]);
    expect(stored()).toEqual(before);
  });

  it('is forecast, and not started', async () => {
    watchWrites();
    const { stdout, code } = await hunt([file('needle.yara', YARA), VERSIONED, '--dry-run', '--json']);
    airlock.beforeRequest(undefined);
    expect({ code, writes, record: JSON.parse(stdout) }).toEqual({
      code: 0,
      writes: [],
      record: {
        ...{ bucket: VERSIONED, prefix: '', listed: ORDINARY + 11, objects: ORDINARY + 10 },
        ...{ bytes: expect.any(Number), estimatedCostUsd: expect.any(Number) },
      },
    });
  });

  it('goes on after Ctrl-C, and is followed and stopped; then its rules are gone', async () => {
    const looking = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    airlock.beforeInvocation(({ task }) => {
      if (task !== 'hunt-batch') return undefined;
      looking.resolve();
      return held.promise;
    });
    const args = ['hunt', file('needle.yara', YARA), `s3://${VERSIONED}/in/plain`];
    const interrupted = await airlockCommand(airlock.pipeline, args, OPERATOR, '', async (child) => {
      await looking.promise;
      child.kill('SIGINT');
    });
    expect(interrupted).toMatchObject({ code: 130, stdout: '' });
    const [, arn = ''] = /to follow it: airlock hunt --follow (\S+)\n/.exec(interrupted.stderr) ?? [];
    expect(rulesLeft()).toHaveLength(1);
    const following = hunt(['--follow', arn.split(':').at(-1) ?? '']);
    held.resolve();
    airlock.beforeInvocation(undefined);
    expect(await following).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^match\tYARA.Needle.UNOFFICIAL\t/),
    });
    expect(rulesLeft()).toEqual([]);
    expect(await hunt(['--stop', arn])).toMatchObject({ code: 0, stderr: 'it had ended before: SUCCEEDED\n' });
  });
});

const rulesLeft = () =>
  airlock.pipeline.s3.buckets.listObjects(results, { prefix: 'hunt-rules/' }).entries.map(({ key }) => key);

describe('what goes wrong', () => {
  it('is refused before anything is started: exit code 2', async () => {
    watchWrites();
    expect(await hunt([file('needs.yar', `import "pe"\n${YARA}`), VERSIONED])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('"needs.yar" line 1: ClamAV has no modules'),
    });
    airlock.beforeRequest(undefined);
    expect(writes).toEqual([]);
  });

  it('is refused by the engine: exit code 1, and nothing is listed', async () => {
    const broken = `${YARA}rule Broken {\n  strings:\n    $b = "abcdef"\n  condition:\n    $b and\n}\n`;
    const { code, stdout, stderr } = await hunt([file('broken.yara', broken), VERSIONED]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/error: FAILED: InvalidInput: .*broken.yara line 12 syntax error/);
    expect(rulesLeft()).toEqual([]);
  });

  it('is a batch that fails: its objects are named', async () => {
    airlock.beforeInvocation(({ task }) => {
      if (task === 'hunt-batch') throw Object.assign(new Error('scripted'), { name: 'EngineUnavailable' });
    });
    const { code, stdout, stderr } = await hunt([file('needle.yara', YARA), `s3://${VERSIONED}/in/plain`]);
    airlock.beforeInvocation(undefined);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed\tEngineUnavailable: .*scripted.*\t\ts3:\/\/uploads\/in\/plain.txt\n$/);
    expect(stderr).toContain('error: FAILED: ');
    expect(rulesLeft()).toEqual([]);
  });
});

describe('what goes wrong beside a match', () => {
  it('is not hidden by it, and nothing is applied', async () => {
    for (const key of ['half/denied.txt', 'half/plain.txt']) await airlock.pipeline.s3.seed(VERSIONED, key, PLANTED);
    const s3 = airlock.pipeline.client(OPERATOR);
    const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket: VERSIONED }));
    const { Statement, ...policy } = JSON.parse(Policy);
    const Resource = `arn:aws:s3:::${VERSIONED}/half/denied.txt`;
    const denied = { Effect: 'Deny', Principal: '*', Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource };
    const Denying = JSON.stringify({ ...policy, Statement: [...Statement, denied] });
    await s3.send(new PutBucketPolicyCommand({ Bucket: VERSIONED, Policy: Denying }));
    const args = [file('half.yara', YARA), `s3://${VERSIONED}/half/`, '--apply', '--reason', 'the incident of Tuesday'];
    const { code, stdout, stderr } = await hunt(args);
    await s3.send(new PutBucketPolicyCommand({ Bucket: VERSIONED, Policy }));
    expect(stdout).toMatch(/^match\t.*half\/plain.txt$/m);
    expect(stdout).toMatch(/^failed\tAccessDenied: .*half\/denied.txt$/m);
    expect(stderr).toContain('error: the hunt did not succeed: nothing is applied\n');
    expect(code).toBe(1);
  });
});

describe('--apply', () => {
  it('needs a reason', async () => {
    expect(await hunt([file('needle.yara', YARA), VERSIONED, '--apply'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'--apply' and '--reason <text>' need each other"),
    });
  });

  it('adds the rules, and has the ordinary scan decide about what they matched', async () => {
    await airlockCommand(airlock.pipeline, ['definitions', 'update']);
    const args = [file('needle.yara', YARA), `s3://${VERSIONED}/in/`, '--apply', '--reason', 'the incident of Tuesday'];
    const { stdout, stderr, code } = await hunt([...args, '--json']);
    expect({ code, stderr }).toMatchObject({ code: 3 });
    const lines = linesOf(stdout);
    const [update] = lines.filter(({ outcome }) => outcome !== undefined);
    expect(update).toMatchObject({ file: 'needle.yara', outcome: 'PUBLISHED' });
    const verdicts = lines.filter(({ execution }) => execution !== undefined);
    expect(verdicts.map(({ key }) => key).sort()).toEqual(MATCHING);
    for (const verdict of verdicts) {
      expect(verdict).toMatchObject({
        ...{ status: 'INFECTED', finding: 'YARA.Needle.UNOFFICIAL', definitions: update.version },
      });
    }
    expect(stderr).toContain('\n6 scanned, 6 not CLEAN\n');
    const own = airlock.pipeline.s3.buckets.listObjects(definitionsBucket, { prefix: 'own/' }).entries;
    expect(own.map(({ key }) => key)).toEqual(['own/needle.yara']);
    expect(rulesLeft()).toEqual([]);
  }, 30_000);
});

/** Grants that nothing uses locally, and why they are needed anyway. */
const NOT_LOCAL: readonly (readonly [grant: RegExp, reason: string])[] = [
  [/ logs:\w+ /, 'the functions and the state machine log to nobody here'],
  [/^HuntBucketStateMachineRole\w+ states:(Describe|Stop)Execution /, 'children are waited for in this process'],
  [
    /^HuntBucketStateMachineRole\w+ s3:(GetObject|ListMultipartUploadParts|AbortMultipartUpload) /,
    'results too large for one PutObject: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html',
  ],
];

describe('the roles of a hunt', () => {
  const ofHunts = /\/(PrepareHunt|HuntBatch|SummarizeHunt|HuntBucket)/;

  it('need what they are granted: for objects that are gone or replaced, and for rules that are gone', async () => {
    const { stack, iam, s3 } = airlock.pipeline;
    for (const key of ['odd/gone.txt', 'odd/replaced.txt']) await s3.seed(VERSIONED, key, PLANTED);
    airlock.beforeRequest(async ({ operation, key, versionId }) => {
      if (operation !== 'GetObject' || versionId !== undefined) return;
      const { versionId: there } = s3.buckets.find(VERSIONED, key) ?? {};
      if (key === 'odd/gone.txt' && there !== undefined) s3.buckets.delete(VERSIONED, key, there);
      if (key === 'odd/replaced.txt') await s3.seed(VERSIONED, key, `${PLANTED}, again`);
    });
    const { code, stdout } = await hunt([file('needle.yara', YARA), `s3://${VERSIONED}/odd/`, '--json']);
    airlock.beforeRequest(undefined);
    expect(code).toBe(3);
    expect(linesOf(stdout).at(-1)).toMatchObject({ listed: 2, matched: 1, unread: { gone: 1 } });
    for (const task of ['prepare-hunt', 'hunt-batch']) {
      // Other rules: an engine that is warm would not ask for them.
      const rules = file('other.yara', YARA.replace('Needle', task.replace('-', '_')));
      airlock.beforeInvocation(({ task: called }) => {
        const [key = ''] = rulesLeft();
        const { versionId } = s3.buckets.find(results, key) ?? {};
        if (called === task) s3.buckets.delete(results, key, versionId);
      });
      expect(await hunt([rules, `s3://${VERSIONED}/odd/`])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/hunt-rules\/\S+ is gone|error: FAILED/),
      });
      airlock.beforeInvocation(undefined);
    }
    const excess = rolesOf(stack)
      .filter(({ arn }) => ofHunts.test(arn))
      .flatMap((role) => unneeded(grantsOf(role), iam.answers()))
      .map(({ principal, action, resource }) => `${principal.split('/').at(-1)} ${action} ${resource}`);
    const reasons = excess.map((grant) => NOT_LOCAL.filter(([pattern]) => pattern.test(grant)));
    expect(excess.filter((_, at) => reasons[at]?.length === 0)).toEqual([]);
    expect(new Set(reasons.flat())).toEqual(new Set(NOT_LOCAL));
  }, 30_000);

  it.each(['PrepareHunt', 'HuntBatch', 'SummarizeHunt', 'HuntBucket'])(
    '%s can neither tag nor write an object of the bucket',
    async (word) => {
      const role = airlock.pipeline.stack.ofType('AWS::IAM::Role').find(({ logicalId }) => logicalId.startsWith(word));
      const s3 = airlock.pipeline.client(role?.arn ?? '');
      const target = { Bucket: VERSIONED, Key: 'in/plain.txt' };
      const Tagging = { TagSet: [{ Key: 'scan-status', Value: 'CLEAN' }] };
      await expect(s3.send(new PutObjectTaggingCommand({ ...target, Tagging }))).rejects.toThrow(/denied/i);
      await expect(s3.send(new PutObjectCommand({ ...target, Body: 'other' }))).rejects.toThrow(/denied/i);
      for (const Bucket of [definitionsBucket, results]) {
        const put = new PutObjectCommand({ Bucket, Key: 'own/mine.fp', Body: 'x' });
        await expect(s3.send(put)).rejects.toThrow(/denied/i);
      }
    },
  );
});
