import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCloudFormationApi } from '../../../emulator/cloudformation/api.ts';
import { type LocalStack, readTemplate } from '../../../emulator/cloudformation/template.ts';
import { type Listening, listenOnLoopback } from '../../../emulator/http/loopback.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';
import { airlock } from '../../support/airlock-command.ts';

/** What every command takes, and what it says of a wrong account, region or stack: from the command line. */
const folder = mkdtempSync(join(tmpdir(), 'airlock-test-'));
const KEYS = { AWS_ACCESS_KEY_ID: 'operator', AWS_SECRET_ACCESS_KEY: 'local' };
const authorize = async () => ({ allowed: true, reason: '', grants: [] });
const opened: Listening[] = [];
let stack: LocalStack;
let deployed: string;

beforeAll(async () => {
  stack = readTemplate((await synthesis({})).template);
  deployed = await cloudFormation();
}, 120_000);
afterAll(async () => {
  for (const { close } of opened) await close();
  rmSync(folder, { recursive: true });
});

async function cloudFormation(props: { stack?: LocalStack; status?: string } = {}): Promise<string> {
  const api = await startCloudFormationApi({ stack, authorize, ...props });
  opened.push(api);
  return api.endpoint;
}

/** A service that answers every request with this error. */
async function refusing(Code: string, message: string): Promise<string> {
  const server = createServer((_, response) => {
    const error = `<Error><Type>Sender</Type><Code>${Code}</Code><Message>${message}</Message></Error>`;
    response.writeHead(403, { 'content-type': 'text/xml' }).end(`<ErrorResponse>${error}</ErrorResponse>`);
  });
  const api = await listenOnLoopback(server);
  opened.push(api);
  return api.endpoint;
}

/** `airlock guard print …` where nothing is set but this: it only reads the stack. */
const guard = (endpoint: string, env: Record<string, string>, args: readonly string[] = [], cwd = folder) =>
  airlock(
    [...args, 'guard', 'print'],
    {
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
      AWS_MAX_ATTEMPTS: '1',
      ...env,
    },
    '',
    cwd,
  );

it('prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await airlock(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

describe('says what was probably meant', () => {
  it.each([
    ['command', ['wating'], /unknown command 'wating'\n\(Did you mean waiting\?\)/],
    ['option', ['waiting', '--regoin', 'eu-west-1'], /unknown option '--regoin'\n\(Did you mean --region\?\)/],
    ['value', ['rescan', 'b', '--strategy', 'unscaned'], /Allowed choices are .*, did you mean unscanned\?\n/],
    ['global value', ['--output', 'jsn', 'waiting'], /Allowed choices are table, json, csv, did you mean json\?\n/],
    ['argument', ['redrive', 'uplods'], /neither an id of .* nor s3:\/\/BUCKET\/KEY, did you mean uploads\?\n/],
  ])('of a wrong %s', async (_, args, said) => {
    expect(await airlock(args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(said) });
  });
});

describe('one line says what to do about', () => {
  it.each([
    ['no region', KEYS, [], /^error: no region is set: give --region, .*AWS_REGION.*\n$/],
    ['no credentials', { AWS_REGION: 'eu-west-1' }, [], /^error: there are no AWS credentials: .*aws sso login.*\n$/],
    [
      'an unknown profile',
      KEYS,
      ['--profile', 'nobody', '--region', 'eu-west-1'],
      /^error: there is no profile nobody/,
    ],
    [
      'a stack that is not there',
      KEYS,
      ['--region', 'eu-west-1', '--stack', 'Elsewhere'],
      /Stack with id Elsewhere does not exist in eu-west-1, .*--stack, --region, --profile\n$/,
    ],
    [
      'a stack that is not there, by its ARN, which names the region',
      { ...KEYS, AWS_REGION: 'eu-west-1' },
      ['--stack', 'arn:aws:cloudformation:ap-south-1:000000000000:stack/Other/1'],
      /does not exist in ap-south-1/,
    ],
    ['a contradiction', KEYS, ['--json', '--output', 'csv'], /^error: --json cannot be used with --output csv\n/],
  ])('%s', async (_, env: Record<string, string>, args, said) => {
    expect(await guard(deployed, env, args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(said) });
  });

  const inRegion = { ...KEYS, AWS_REGION: 'eu-west-1' };
  it.each([
    [
      'ExpiredToken',
      'The security token included in the request is expired',
      /^error: the credentials have expired \(.*\): log in again/,
    ],
    [
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
      /^error: AWS does not accept the credentials \(InvalidClientTokenId: .*invalid\): run `aws configure`/,
    ],
    [
      'AccessDenied',
      'operator may not\ncloudformation:DescribeStacks',
      /^error: AccessDenied: operator may not cloudformation:DescribeStacks\n$/,
    ],
  ])('%s', async (code, message, said) => {
    const { stderr, ...rest } = await guard(await refusing(code, message), inRegion);
    expect(rest).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
    expect(stderr.trim()).not.toContain('\n');
  });

  it.each([
    ['CREATE_IN_PROGRESS', /is being created/],
    ['ROLLBACK_COMPLETE', /could not be created/],
    ['DELETE_IN_PROGRESS', /is being deleted/],
    ['DELETE_FAILED', /is deleted in part/],
  ])('a stack in %s', async (status, said) => {
    const { code, stderr } = await guard(await cloudFormation({ status }), inRegion);
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
    expect(stderr).toContain(`(${status})\n`);
  });

  it.each([['UPDATE_IN_PROGRESS'], ['UPDATE_ROLLBACK_FAILED']])(
    'nothing, of a stack in %s, which is whole',
    async (status) => {
      expect(await guard(await cloudFormation({ status }), inRegion)).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it.each([
    [
      'that another version deployed',
      { key: 'Guard', value: '{}', description: undefined },
      /Guard of the stack S3Airlock cannot be read: another version/,
    ],
    ['that is none', { key: 'Other', value: '{}', description: undefined }, /is it an s3-airlock\?/],
  ])('a stack %s', async (_, output, said) => {
    const endpoint = await cloudFormation({ stack: { ...stack, outputs: [output] } });
    expect(await guard(endpoint, inRegion)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(said) });
  });

  it('a service that does not answer', async () => {
    const { code, stderr } = await guard('http://127.0.0.1:1', inRegion);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: nothing answers at http:\/\/127\.0\.0\.1:1: .*npm run local/),
    ]);
  });
});

describe('the stack is', () => {
  const project = join(folder, 'project');
  beforeAll(() => {
    mkdirSync(join(project, 'below'), { recursive: true });
    writeFileSync(join(project, 'cdk.json'), JSON.stringify({ context: { airlock: { stackName: 'Prod' } } }));
  });
  const inRegion = { ...KEYS, AWS_DEFAULT_REGION: 'eu-west-1' };

  it('the one of the nearest cdk.json', async () => {
    const { stderr } = await guard(deployed, inRegion, [], join(project, 'below'));
    expect(stderr).toContain('Stack with id Prod does not exist in eu-west-1');
  });

  it('the one that was given, before or after the command', async () => {
    const name = ['--stack', 'S3Airlock'];
    expect(await guard(deployed, inRegion, name, join(project, 'below'))).toMatchObject({ code: 0 });
    const env = { ...inRegion, AWS_ENDPOINT_URL_CLOUDFORMATION: deployed };
    expect(await airlock(['guard', 'print', ...name], env, '', project)).toMatchObject({ code: 0 });
  });

  it('asked for when cdk.json cannot be read', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'cdk.json'), '{');
    const { code, stderr } = await guard(deployed, inRegion, [], broken);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/broken\/cdk\.json cannot be read, .*Give --stack\n$/)]);
  });
});

describe('--local says what is wrong with', () => {
  const profile = {
    pid: process.pid,
    stack: 'S3Airlock',
    region: 'us-east-1',
    certificateAuthority: '/ca.pem',
    snsHost: '127.0.0.1:4583',
    people: {},
  };
  const operator = { accessKeyId: 'operator', secretAccessKey: 'anything' };
  const people = { uploader: operator, reader: operator, operator, investigator: operator };
  it.each([
    ['no profile', undefined, /^error: no pipeline runs on this machine: start it with `npm run local`\n$/],
    ['a profile of another version', profile, /was not written by this version's/],
    [
      'a process that ended',
      { ...profile, pid: 2 ** 22 + 1, endpoints: {}, people },
      /no longer runs \(process 4194305\): start it/,
    ],
    [
      'a service that ended',
      { ...profile, endpoints: { CLOUDFORMATION: 'http://127.0.0.1:1' }, people },
      /nothing answers at http:\/\/127\.0\.0\.1:1/,
    ],
  ])('%s', async (_, content, said) => {
    const file = join(folder, 'local.json');
    if (content !== undefined) writeFileSync(file, JSON.stringify(content));
    const { code, stderr } = await airlock(['--local', 'waiting'], {
      AIRLOCK_LOCAL_PROFILE: file,
      AWS_MAX_ATTEMPTS: '1',
      // What else a shell may have for AWS counts for nothing.
      AWS_PROFILE: 'prod',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_USE_FIPS_ENDPOINT: 'true',
    });
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  });

  it('a profile of the AWS CLI beside it', async () => {
    expect(await airlock(['--local', '--profile', 'x', 'waiting'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be used with --profile'),
    });
  });
});
