import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicar, writeZipBomb } from '../../../local/samples.ts';
import { writeEicarDefinitions } from '../../../local/stack/definitions.ts';
import { airlock } from '../../support/airlock-command.ts';
import {
  allListeningSockets,
  LOOPBACK_ADDRESS,
  listeningAddresses,
  listeningSockets,
} from '../../support/listening-sockets.ts';
import { processTree, until } from '../../support/processes.ts';

/* `npm run local` over two buckets: what it says at first, and the line for each thing that happens. */
let folder: string;
let child: ChildProcessByStdio<null, Readable, null>;
let closed: Promise<unknown[]>;
let said = '';
let started: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-command-'));
  await writeEicarDefinitions(join(folder, 'definitions'));
  const config = join(folder, 'config.json');
  const buckets = [{ name: 'first-uploads' }, { name: 'second-uploads', versioned: false }];
  writeFileSync(config, JSON.stringify({ stackName: 'Prod', buckets }));
  const { NODE_OPTIONS, ...inherited } = process.env;
  const env = { ...inherited, AIRLOCK_LOCAL_PROFILE: profile() };
  child = spawn(
    process.execPath,
    [
      'local/main.ts',
      '--port',
      '0',
      '--definitions',
      join(folder, 'definitions'),
      '--test-signatures',
      '--config',
      config,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env },
  );
  closed = once(child, 'close');
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    said += chunk;
  });
  await until(() => child.exitCode !== null || said.includes('operator'));
  started = said;
}, 60_000);
afterAll(async () => {
  child.kill('SIGTERM');
  await closed;
  rmSync(folder, { recursive: true });
});

const profile = () => join(folder, '.airlock', 'local.json');

/** What the shell prints after the lines are pasted into it. */
function pasted(command: string): string {
  const lines = started.split('\n').filter((line) => line.trim().startsWith('export '));
  const script = [...lines, command].join('\n');
  const { stdout, stderr, status } = spawnSync('sh', ['-euc', script], {
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** The first printed line that contains this, since the command started. */
async function line(part: string): Promise<string> {
  const find = () =>
    said
      .slice(started.length)
      .split('\n')
      .slice(0, -1)
      .find((one) => one.includes(part));
  await until(() => child.exitCode !== null || find() !== undefined);
  return find() ?? '';
}

it('says what it watches, and what to paste into a shell', () => {
  expect(started).toContain('every upload to first-uploads and second-uploads is scanned');
  expect(started).toMatch(/^Console: http:\/\/127\.0\.0\.1:\d+\/$/m);
  const variables = Object.fromEntries(
    pasted('env')
      .split('\n')
      .filter((variable) => variable.startsWith('AWS_'))
      .map((variable) => variable.split('=')),
  );
  const endpoint = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(variables).toEqual({
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_SFN: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ENDPOINT_URL_SNS: endpoint,
    AWS_ENDPOINT_URL_SERVICE_QUOTAS: endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint,
    AWS_ENDPOINT_URL_LAMBDA: endpoint,
    AWS_ENDPOINT_URL_STS: endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
    AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: endpoint,
    AWS_ENDPOINT_URL_SECURITYHUB: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'uploader',
    AWS_SECRET_ACCESS_KEY: 'anything',
  });
  expect(started).toMatch(/reader\b.*may read what is CLEAN.*operator\b.*may do everything/);
});

it('listens on the loopback only, in all its processes', () => {
  const tree = processTree(child.pid ?? 0);
  // The command and its engine at least; an endpoint for each service that it prints.
  expect(tree.length).toBeGreaterThan(1);
  const addresses = listeningAddresses(tree);
  expect(addresses.length).toBeGreaterThan(10);
  expect(new Set(addresses)).toEqual(new Set([LOOPBACK_ADDRESS]));
});

describe('prints a line for', () => {
  it('each upload, with its bucket', async () => {
    const s3 = new S3Client({ ...client('S3'), forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: 'first-uploads', Key: 'in/note.txt', Body: 'all is well' }));
    await s3.send(new PutObjectCommand({ Bucket: 'second-uploads', Key: 'note.txt', Body: eicar() }));
    s3.destroy();
    expect(await line('in/note.txt')).toMatch(
      /^CLEAN +11 B +[\d.]+ m?s {2}first-uploads\/in\/note\.txt text\/plain \(definitions: test-[0-9a-f]{8}\)$/,
    );
    expect(await line('second-uploads')).toMatch(/^INFECTED .* second-uploads\/note\.txt .*eicar/i);
  });

  it('a rescan by hand of the stack that the configuration names, with its totals, or why there are none', async () => {
    const rescan = `cli/airlock.ts rescan second-uploads --stack Prod --strategy all --prefix no --wait --json`;
    // 1: something is infected.
    const lines = pasted(`AWS_ACCESS_KEY_ID=operator '${process.execPath}' ${rescan} || test $? = 1`)
      .trimEnd()
      .split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ what: 'infected', key: 'note.txt' });
    const { status, runId } = JSON.parse(lines[1] ?? '');
    expect(status).toBe('SUCCEEDED');
    expect(await line('second-uploads/no:')).toMatch(
      /^RESCAN +68 B +[\d.]+ m?s {2}.*: 1 listed, 1 due, 1 scanned, 0 failed, 0 changed, 1 infected \(definitions: test\)$/,
    );

    const stepFunctions = new SFNClient(client('SFN', 'operator'));
    const stateMachineArn = runId.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, '');
    await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input: '{"bucket":"nobodys"}' }));
    stepFunctions.destroy();
    expect(await line('nobodys')).toMatch(/^RESCAN +0 B +[\d.]+ m?s {2}nobodys: FAILED: InvalidInput: .*watched/);
    expect(said).not.toContain('ERROR');
  });
});

describe('airlock --local', () => {
  const env = () => ({ AIRLOCK_LOCAL_PROFILE: profile() });

  it('reads a profile that nobody else may read', async () => {
    expect(statSync(profile()).mode & 0o777).toBe(0o600);
    const { code, stdout, stderr } = await airlock(['--local', 'waiting', '--json'], env());
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ queue: 'uploads', waiting: 0 });
  });

  it('finds it in the folder, or above it', async () => {
    const below = join(folder, 'below');
    mkdirSync(below);
    expect(await airlock(['waiting', '--local'], {}, '', below)).toMatchObject({ code: 0 });
  });

  it.each(['uploader', 'reader', 'operator'])('prints what a shell of the %s needs', async (person) => {
    const { code, stdout } = await airlock(['local', 'env', '--as', person], env());
    const printed = started.split('\n').flatMap((line) => (line.startsWith('  export ') ? [line.trim()] : []));
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(
      printed.map((line) => line.replace(/(ACCESS_KEY_ID)=.*/, `$1=${person}`)),
    );
  });

  it('does not know anybody else', async () => {
    const { code, stderr } = await airlock(['local', 'env', '--as', 'oprator'], env());
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean operator?')]);
  });
});

it('ends without a word on what Ctrl-C breaks off', async () => {
  const bomb = join(folder, 'bomb.zip');
  await writeZipBomb(bomb);
  const before = said.length;
  const s3 = new S3Client({ ...client('S3'), forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: 'first-uploads', Key: 'bomb.zip', Body: readFileSync(bomb) }));
  s3.destroy();
  const tree = processTree(child.pid ?? 0);
  const sockets = new Set(listeningSockets(tree));
  child.kill('SIGINT');
  expect(await closed).toEqual([130, null]);
  expect(said.slice(before)).not.toContain('ERROR');
  expect(tree.flatMap(processTree)).toEqual([]);
  expect(allListeningSockets().filter((socket) => sockets.has(socket))).toEqual([]);
  // Nothing is left that `airlock --local` would read.
  expect(existsSync(profile())).toBe(false);
});

/** For the test's own calls. */
function client(service: string, accessKeyId = 'uploader') {
  return {
    endpoint: pasted(`echo $AWS_ENDPOINT_URL_${service}`).trim(),
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'anything' },
  };
}
