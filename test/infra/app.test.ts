import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'airlock-app-test-'));
const outputs = [join(folder, 'one'), join(folder, 'two')] as const;

/** `cdk synth` as its users run it, without an account, a region or Docker. */
async function node(
  args: string[],
  extra: NodeJS.ProcessEnv = {},
  cwd = process.cwd(),
): Promise<{ code: number | null; text: string }> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS_|NODE_OPTIONS$)/.test(name)));
  const child = spawn(process.execPath, args, { env: { ...env, ...extra }, stdio: ['ignore', 'pipe', 'pipe'], cwd });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text };
}

const NOWHERE = { AWS_EC2_METADATA_DISABLED: 'true', DOCKER_HOST: 'tcp://127.0.0.1:1', CDK_DOCKER: 'false' };

const synth = (output: string, ...args: string[]) =>
  node(['node_modules/aws-cdk/bin/cdk', 'synth', '-q', '-o', output, ...args], NOWHERE);

/** What `cdk synth` starts, without the seconds that the command itself takes. */
function app(output: string, { context }: { context: object } = JSON.parse(readFileSync('cdk.json', 'utf8'))) {
  return node(['infra/app.ts'], { ...NOWHERE, CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify(context) });
}

function files(output: string): string[] {
  return readdirSync(output, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(output, join(entry.parentPath, entry.name)))
    .sort();
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('cdk synth', () => {
  let runs: { code: number | null; text: string }[];

  beforeAll(async () => {
    runs = await Promise.all([synth(outputs[0]), app(outputs[1])]);
  }, 300_000);

  it('works with neither an AWS account nor Docker', () => {
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
  });

  it('prints nothing: no warnings, no notices, no bundles', () => {
    expect(runs.map(({ text }) => text)).toEqual(['', '']);
  });

  it('writes the same files, to the byte, every time', () => {
    const [one, two] = outputs;
    expect(files(one)).toEqual(files(two));
    for (const file of files(one)) {
      expect([file, readFileSync(join(one, file)).equals(readFileSync(join(two, file)))]).toEqual([file, true]);
    }
  });

  it('puts no path of this machine into what is deployed', () => {
    for (const file of files(outputs[0])) {
      expect([file, readFileSync(join(outputs[0], file), 'utf8').includes(`${process.cwd()}/`)]).toEqual([file, false]);
    }
  });

  it('gives the image what goes into it and nothing else', () => {
    const dockerfile = files(outputs[0]).find((file) => file.endsWith('infra/scanner/Dockerfile'));
    const context = files(join(outputs[0], dockerfile?.split('/')[0] ?? ''));
    const tops = new Set(
      context.map((file) =>
        file
          .split('/')
          .slice(0, file.startsWith('infra') ? 2 : 1)
          .join('/'),
      ),
    );
    expect([...tops].sort()).toEqual([
      'functions',
      'infra/esbuild-options.ts',
      'infra/scanner',
      'package-lock.json',
      'package.json',
    ]);
  });

  it('bundles handlers that Node can load', async () => {
    const bundles = files(outputs[0]).filter((file) => file.endsWith('index.mjs'));
    expect(bundles).toHaveLength(12);
    const script = 'for (const file of process.argv.slice(1)) console.log(typeof (await import(file)).handler)';
    const { text } = await node([
      '--input-type=module',
      '-e',
      script,
      ...bundles.map((file) => join(outputs[0], file)),
    ]);
    expect(text).toBe('function\n'.repeat(bundles.length));
  });
});

describe('a configuration that is wrong', () => {
  const from = (context: object, cwd?: string) =>
    node([resolve('infra/app.ts')], { CDK_CONTEXT_JSON: JSON.stringify(context), HOME: folder }, cwd);

  it('fails synth with one line for each fault, and nothing else', async () => {
    expect(await from({ airlock: { maxObjectBytes: 3000000000, onInfected: 'remove', bukets: [] } })).toEqual({
      code: 1,
      text: expect.stringMatching(/^(airlock\.\w+: .+\n){3}$/),
    });
  });

  it('is read from the command line, which is told what it replaces', async () => {
    const { code, text } = await from({ airlock: '{"bukets":[]}' });
    expect([code, text.split('\n')]).toEqual([
      1,
      [
        '-c airlock replaces the whole object airlock of cdk.json',
        'airlock.bukets: unknown key ([]), did you mean buckets?',
        '',
      ],
    ]);
  });

  it('is found where CDK does not read it', async () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'cdk.json'), '{"airlock": {}, "context": {}}');
    writeFileSync(join(elsewhere, 'cdk.context.json'), '{"airlock": {}}');
    writeFileSync(join(folder, '.cdk.json'), '{"context": {"airlock": {}}}');
    const { code, text } = await from({ airlock: {} }, elsewhere);
    expect([code, text.split('\n').map((line) => line.split(':')[0])]).toEqual([
      1,
      ['airlock in cdk.json', 'airlock in cdk.context.json', 'context.airlock in ~/.cdk.json', ''],
    ]);
    rmSync(join(folder, '.cdk.json'));
  });

  it('is not the defaults when there is none', async () => {
    const { code, text } = await from({});
    expect([code, text]).toEqual([1, expect.stringMatching(/^there is no configuration: .*airlock init/s)]);
  });

  it('makes cdk synth itself exit with 1, without a stack trace', async () => {
    const { code, text } = await synth(join(folder, 'wrong'), '-c', 'airlok={}');
    expect([code, text]).toEqual([1, expect.stringContaining('context key airlok: unknown, did you mean airlock?\n')]);
    expect(text).not.toMatch(/^\s+at |Node\.js v/m);
  });
});
