import { GetBucketPolicyCommand, GetObjectCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar } from '../../local/samples.ts';
import { OPERATOR, READER } from '../../local/stack/pipeline.ts';
import { Airlock, CONFIG, UNVERSIONED, VERSIONED } from '../support/airlock.ts';
import { airlockCommand } from '../support/airlock-command.ts';

/** The gate is taken away by nobody but an operator who was told what becomes readable. */
let airlock: Airlock;

beforeAll(async () => {
  airlock = await Airlock.start({ airlock: CONFIG });
  await airlock.upload('report.txt', 'all is well');
  await airlock.upload('report.txt', eicar());
  await airlock.upload('bad.txt', eicar(), { bucket: UNVERSIONED });
});
afterAll(() => airlock.close());

const as = (who: string) => airlock.pipeline.client(who);
const remove = (args: string[], who = OPERATOR) =>
  airlockCommand(airlock.pipeline, ['bucket-policy', 'remove', ...args], who);
const read = async (Bucket: string, Key: string) =>
  (await as(READER).send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
async function policyOf(Bucket: string): Promise<{ Statement: { Sid: string }[] }> {
  const { Policy = '' } = await as(OPERATOR).send(new GetBucketPolicyCommand({ Bucket }));
  return JSON.parse(Policy);
}
const OWN = {
  Sid: 'AuditorsMayList',
  Effect: 'Allow',
  Principal: { AWS: READER },
  Action: 's3:ListBucket',
  Resource: `arn:aws:s3:::${VERSIONED}`,
};

describe('without a terminal and without --yes', () => {
  it('it says what would become readable, and the gate stays', async () => {
    const before = await policyOf(VERSIONED);
    const { code, stdout, stderr } = await remove([VERSIONED]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^- +"Sid": "DenyUnlessClean",$/m);
    expect(stderr.split('\n')).toEqual([
      '1 of 2 versions become readable: 1 INFECTED',
      'error: there is no terminal to ask on. To remove the gate all the same, add --yes',
      '',
    ]);
    expect(await policyOf(VERSIONED)).toEqual(before);
    await expect(read(VERSIONED, 'report.txt')).rejects.toThrow(/DenyUnlessClean/);
  });

  it('it looks no further than it was told to', async () => {
    const { stderr } = await remove([VERSIONED, '--count-at-most', '1']);
    expect(stderr).toContain('at least 1 of 1 versions become readable: 1 INFECTED (the bucket has more');
    expect(await remove([VERSIONED, '--count-at-most', 'all'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not a number of versions'),
    });
  });
});

describe('what it cannot do', () => {
  it('it says, and the gate stays', async () => {
    const before = await policyOf(VERSIONED);
    expect(await remove([VERSIONED, '--yes'], READER)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('AccessDenied'),
    });
    expect(await remove(['nowhere-at-all', '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('NoSuchBucket'),
    });
    expect(await policyOf(VERSIONED)).toEqual(before);
  });

  it('it does not do to a policy that somebody changes while it counts', async () => {
    const before = await policyOf(VERSIONED);
    const changed = { ...before, Statement: [...before.Statement, OWN] };
    airlock.beforeRequest(async ({ operation }) => {
      if (operation !== 'ListObjectVersions') return;
      airlock.beforeRequest(undefined);
      await as(OPERATOR).send(new PutBucketPolicyCommand({ Bucket: VERSIONED, Policy: JSON.stringify(changed) }));
    });
    expect(await remove([VERSIONED, '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`the policy of ${VERSIONED} has changed in the meantime`),
    });
    expect(await policyOf(VERSIONED)).toEqual(changed);
  });
});

describe('with --yes', () => {
  it('it takes away only the gate, and content is readable as the owner’s policies say', async () => {
    // Added by the test above.
    expect((await policyOf(VERSIONED)).Statement).toContainEqual(OWN);
    expect(await remove([VERSIONED, '--yes'])).toMatchObject({
      code: 0,
      stderr: `1 of 2 versions become readable: 1 INFECTED\nthe gate of ${VERSIONED} is removed\n`,
    });
    expect((await policyOf(VERSIONED)).Statement).toEqual([OWN]);
    expect(await read(VERSIONED, 'report.txt')).toBe(eicar().toString());
  });

  it('it leaves no policy where there was nothing but the gate, and is done when done again', async () => {
    expect(await remove([UNVERSIONED, '--yes'])).toMatchObject({
      code: 0,
      stderr: `1 of 1 versions become readable: 1 INFECTED\nthe gate of ${UNVERSIONED} is removed\n`,
    });
    await expect(policyOf(UNVERSIONED)).rejects.toThrow(/policy does not exist/);
    expect(await remove([UNVERSIONED])).toEqual({
      code: 0,
      stdout: '',
      stderr: `the policy of ${UNVERSIONED} has no gate\n`,
    });
  });

  it('what a merge closes again is closed', async () => {
    const merge = await airlockCommand(airlock.pipeline, ['bucket-policy', 'merge', VERSIONED, '--yes']);
    expect(merge).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(new RegExp(`the gate of ${VERSIONED} is closed\n$`)),
    });
    await expect(read(VERSIONED, 'report.txt')).rejects.toThrow(/DenyUnlessClean/);
  });
});
