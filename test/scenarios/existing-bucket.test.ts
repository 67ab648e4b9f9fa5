import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples.ts';
import { OPERATOR, READER, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, CONFIG } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/*
 * A bucket that was there before the stack: its uploads are scanned from the start, and its gate is closed by
 * the operator's command, beside what its policy says already.
 */
const EXISTING = 'was-there';
const OTHER = 'was-there-too';
const OWN = {
  Sid: 'AuditorsMayList',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::000000000000:user/reader' },
  Action: 's3:ListBucket',
  Resource: `arn:aws:s3:::${EXISTING}`,
};
const TLS_OF_THEIR_OWN = {
  Sid: 'DenyInsecureTransport',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: `arn:aws:s3:::${OTHER}/*`,
  Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
};
let airlock: Airlock;

beforeAll(async () => {
  const buckets = [...CONFIG.buckets, { name: EXISTING, existing: true }, { name: OTHER, existing: true }];
  airlock = await Airlock.start({ airlock: { ...CONFIG, buckets } });
  await putPolicy(EXISTING, OWN);
  await putPolicy(OTHER, TLS_OF_THEIR_OWN);
});
afterAll(() => airlock.close());

const as = (who: string) => airlock.pipeline.client(who);
const putPolicy = (Bucket: string, ...Statement: object[]) =>
  as(OPERATOR).send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  );

async function statementsOf(Bucket: string): Promise<{ Sid: string }[]> {
  const { Policy = '' } = await as(OPERATOR).send(new GetBucketPolicyCommand({ Bucket }));
  return JSON.parse(Policy).Statement;
}

const read = async (Bucket: string, Key: string) =>
  (await as(READER).send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

const command = (args: string[], who = OPERATOR) => airlockCommand(airlock.pipeline, ['bucket-policy', ...args], who);

describe('before its gate is closed', () => {
  it('its uploads get their verdicts, which keep nobody out', async () => {
    expect(await airlock.upload('clean.txt', 'all is well', { bucket: EXISTING })).toMatchObject({
      tags: { 'scan-status': 'CLEAN' },
    });
    expect(await airlock.upload('bad.txt', eicar(), { bucket: EXISTING })).toMatchObject({
      tags: { 'scan-status': 'INFECTED' },
    });
    expect(await read(EXISTING, 'bad.txt')).toBe(eicar().toString());
  });

  it('the gate can be seen, and what it would change, without a change', async () => {
    const [printed, shown] = await Promise.all([command(['print', EXISTING]), command(['diff', EXISTING])]);
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(printed.stdout).Statement[0]).toMatchObject({
      Sid: 'DenyUnlessClean',
      Resource: [`arn:aws:s3:::${EXISTING}/*`],
    });
    expect(shown).toMatchObject({ code: 1, stderr: '' });
    expect(shown.stdout).toContain(`--- ${EXISTING} now\n+++ ${EXISTING} with the gate\n`);
    expect(shown.stdout).toMatch(/^\+ +"Sid": "DenyUnlessClean",$/m);
    expect(shown.stdout).not.toMatch(/^-[^-]/m);
    expect(await statementsOf(EXISTING)).toEqual([OWN]);
  });
});

describe('when it is closed', () => {
  it('what was not found CLEAN is read by nobody, what the policy said before holds, the pipeline works on', async () => {
    const counted = '1 of 2 versions are unreadable until their tag says CLEAN: 1 INFECTED\n';
    // Nobody is there to be asked.
    expect(await command(['merge', EXISTING])).toMatchObject({
      code: 2,
      stderr: `${counted}error: there is no terminal to ask on. To close the gate all the same, add --yes; first: airlock rescan\n`,
    });
    expect(await statementsOf(EXISTING)).toEqual([OWN]);
    expect(await command(['merge', EXISTING, '--yes'])).toEqual({
      code: 0,
      stdout: expect.stringContaining('+      "Sid": "DenyUnlessClean",\n'),
      stderr: `${counted}the gate of ${EXISTING} is closed\n`,
    });
    expect((await statementsOf(EXISTING))[0]).toEqual(OWN);

    expect(await read(EXISTING, 'clean.txt')).toBe('all is well');
    await expect(read(EXISTING, 'bad.txt')).rejects.toThrow(/DenyUnlessClean/);
    const forged = { Key: 'bad.txt', Tagging: { TagSet: [{ Key: 'scan-status', Value: 'CLEAN' }] } };
    await expect(as(UPLOADER).send(new PutObjectTaggingCommand({ Bucket: EXISTING, ...forged }))).rejects.toThrow(
      /DenyForgedVerdict/,
    );
    for (const [key, content, status] of [
      ['new.txt', 'all is well', 'CLEAN'],
      ['bad.txt', eicar(), 'INFECTED'],
    ] as const) {
      const { result, tags } = await airlock.upload(key, content, { bucket: EXISTING });
      expect({ status: result.status, tags }).toMatchObject({ status: 'SUCCEEDED', tags: { 'scan-status': status } });
    }
  });

  it('there is nothing left to do, and a bucket of the stack itself has it from the start', async () => {
    const before = await statementsOf(EXISTING);
    const [again, difference, made] = await Promise.all([
      command(['merge', EXISTING]),
      command(['diff', EXISTING]),
      command(['diff', 'uploads']),
    ]);
    expect(again).toEqual({ code: 0, stdout: '', stderr: `the gate of ${EXISTING} was already closed\n` });
    expect(difference).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(made).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await statementsOf(EXISTING)).toEqual(before);
  });
});

describe('statements under the names of the gate that are not its own', () => {
  it('are shown and not lost, unless that is asked for', async () => {
    const [shown, refused] = await Promise.all([command(['diff', OTHER]), command(['merge', OTHER])]);
    expect(shown).toMatchObject({ code: 1, stderr: expect.stringMatching(/^warning: .* DenyInsecureTransport\n$/) });
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: the policy of was-there-too has its own statements .* DenyInsecureTransport\. .*--replace/,
      ),
    });
    expect(await statementsOf(OTHER)).toEqual([TLS_OF_THEIR_OWN]);

    expect(await command(['merge', OTHER, '--replace'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^- +"s3:TlsVersion": "1\.2"$/m),
    });
    expect((await statementsOf(OTHER)).map(({ Sid }) => Sid).sort()).toEqual(
      (await statementsOf('uploads')).map(({ Sid }) => Sid).sort(),
    );
  });
});

describe('what cannot be done', () => {
  it('is said by name, and leaves the policy as it is', async () => {
    const before = await statementsOf(EXISTING);
    const filler = {
      ...OWN,
      Sid: 'Long',
      Resource: Array.from({ length: 165 }, (_, at) => `${OWN.Resource}/${'x'.repeat(80)}${at}`),
    };
    await putPolicy(OTHER, filler);
    const [nowhere, notWatched, reader, tooLarge] = await Promise.all([
      command(['merge', EXISTING, '--stack', 'Elsewhere']),
      command(['print', 'not-watched']),
      command(['merge', EXISTING], READER),
      command(['merge', OTHER]),
    ]);
    expect(nowhere).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Stack with id Elsewhere does not exist'),
    });
    expect(notWatched).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not watch the bucket not-watched; it watches: uploads, '),
    });
    expect(reader).toMatchObject({ code: 2, stderr: expect.stringContaining('AccessDenied') });
    expect(tooLarge).toMatchObject({ code: 2, stderr: expect.stringMatching(/has 2\d{4} bytes; S3 accepts 20480/) });
    expect(await statementsOf(EXISTING)).toEqual(before);
    expect(await statementsOf(OTHER)).toEqual([filler]);
  });
});
