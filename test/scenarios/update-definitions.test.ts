import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { type LocalStack, readTemplate } from '../../emulator/cloudformation/template.ts';
import { type Authorizer, createAuthorizer } from '../../emulator/iam/authorizer.ts';
import { grantsOf, unneeded } from '../../emulator/iam/grants.ts';
import { credentialsOf, rolesOf } from '../../emulator/iam/principals.ts';
import { createDefinitionsSource } from '../../functions/adapters/clamav/definitions-source.ts';
import { AccessDenied } from '../../functions/domain/errors.ts';
import { create } from '../../functions/handlers/update-definitions.ts';
import { eicar } from '../../local/samples/eicar.ts';
import { createBuckets } from '../../local/stack/buckets.ts';
import { PEOPLE } from '../../local/stack/people.ts';
import { synthesis } from '../../local/stack/synthesis.ts';
import { startTestServer, type TestServer } from '../emulator/s3/harness.ts';
import { type SignatureMirror, startSignatureMirror } from '../support/signature-mirror.ts';

/** From the mirror to a scanner's disk with the deployed roles and the real freshclam and clamd. */
const signature = (name: string, content: string | Buffer) => `${name}:0:0:${Buffer.from(content).toString('hex')}\n`;
const BASE = signature('Eicar-Test-Signature', eicar()) + signature('Some.Malware', 'some malware');

let stack: LocalStack;
let iam: Authorizer;
let s3: TestServer;
let mirror: SignatureMirror;
let folder: string;

beforeAll(async () => {
  stack = readTemplate((await synthesis({})).template);
  iam = createAuthorizer({ stack, people: PEOPLE });
  s3 = await startTestServer({ authorize: iam.s3 });
  createBuckets(stack, s3);
  mirror = await startSignatureMirror();
  mirror.put('base.ndb', BASE);
  folder = mkdtempSync(join(tmpdir(), 'update-definitions-'));
});
afterAll(async () => {
  await mirror.close();
  await s3.stop();
  rmSync(folder, { recursive: true });
});

function functionNamed(word: string) {
  const found = stack.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith(word));
  const { Environment, Role } = found?.properties ?? {};
  return { env: { ...Environment.Variables, ...environment(), ...credentialsOf(Role) }, role: String(Role) };
}

const environment = () => ({
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_S3: s3.endpoint,
  DEFINITIONS_MIRROR: 'none',
  DEFINITIONS_CUSTOM_URLS: `${mirror.url}/base.ndb`,
  DEFINITIONS_ALLOW_INSECURE_MIRROR: 'true',
  CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf',
  SCRATCH_DIRECTORY: folder,
  PATH: process.env.PATH,
});

const update = () => create(functionNamed('UpdateDefinitions').env)({}, {} as Context);

it('goes from the mirror to a scanner under the deployed roles, and no grant is too many', async () => {
  const { env: scanner, role: scannerRole } = functionNamed('ScanObject');
  const early = createDefinitionsSource(scanner);
  await expect(early.current()).rejects.toThrow('no definitions have been published yet');

  await expect(update()).resolves.toMatchObject({ outcome: 'PUBLISHED' });
  await expect(update()).resolves.toMatchObject({ outcome: 'UP_TO_DATE' });
  const bucket = String(scanner.DEFINITIONS_BUCKET);
  // An old folder, which must be removed.
  await s3.seed(bucket, 'versions/old/base.ndb', 'old', { lastModified: new Date('2026-01-01T00:00:00Z') });
  await s3.seed(bucket, 'own/mine.ndb', signature('Mine', 'not in this house'));
  await expect(update()).resolves.toMatchObject({ outcome: 'PUBLISHED' });
  expect([...s3.buckets.bucket(bucket).versions.keys()]).not.toContain('versions/old/base.ndb');

  const { directory } = await early.current();
  expect(readdirSync(directory).sort()).toEqual(['base.ndb', 'mine.ndb']);
  expect(readFileSync(join(directory, 'base.ndb'), 'utf8')).toBe(BASE);
  early.close?.();

  const roles = [functionNamed('UpdateDefinitions').role, scannerRole];
  const grants = rolesOf(stack)
    .filter(({ arn }) => roles.includes(arn))
    .flatMap(grantsOf);
  const excess = unneeded(grants, iam.answers()).map(({ principal, action, resource }) => {
    return `${principal
      .split('/')
      .at(-1)
      ?.replace(/[0-9A-F]{8}$/, '')} ${action} ${resource.split(':').at(-1)}`;
  });
  // Only Lambda uses logs and the dead-letter queue; another scenario covers the watched buckets.
  expect(excess.filter((grant) => / s3:\w+ definitions/.test(grant))).toEqual([]);
  expect(excess.filter((grant) => grant.startsWith('UpdateDefinitionsRole'))).toEqual([
    expect.stringContaining('logs:CreateLogStream'),
    expect.stringContaining('logs:PutLogEvents'),
    expect.stringContaining('sqs:SendMessage FailedUpdates'),
  ]);
});

it.each(['ScanObject', 'ScanBatch', 'TagObject', 'CheckFileType', 'Notify'])(
  'nobody but UpdateDefinitions publishes: %s may not',
  async (word) => {
    const { env } = functionNamed(word);
    const { DEFINITIONS_BUCKET } = functionNamed('UpdateDefinitions').env;
    const handler = create({
      ...env,
      DEFINITIONS_BUCKET,
      MAX_OBJECT_BYTES: '1000',
      CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf',
    });
    mirror.put('base.ndb', BASE + signature('Forged', word));
    await expect(handler({}, {} as Context)).rejects.toThrow(AccessDenied);
  },
);
