import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resource, Template } from '../../infra/template.ts';

/*
 * The example with the packed package, in an empty folder, as those who install it have it. The package is installed
 * from the registry's packages, so that what it does not declare is missing.
 */
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'airlock-package-'));
const app = join(folder, 'app');
const out = join(folder, 'out');
let tarball: string;
let packed: string[];

const MINUTES = 60_000;
/** Neither an account nor Docker nor this repository's settings. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS_|NODE_OPTIONS$|npm_)/.test(name))),
  AWS_EC2_METADATA_DISABLED: 'true',
  DOCKER_HOST: 'tcp://127.0.0.1:1',
  CDK_DOCKER: 'false',
};
const inApp = (program: string, ...args: string[]) => run(program, args, { cwd: app, env });

/** A program that prints its address, as long as it is used. */
async function serving(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = spawn(process.execPath, args, options);
  // From the start: one that has ended by itself says so once.
  const ended = once(server, 'exit');
  try {
    const early = ended.then(([code]) => Promise.reject(new Error(`ended with ${code}`)));
    const [line] = await Promise.race([once(server.stdout, 'data'), early]);
    await use(String(line).trim());
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}

/** Of all templates, nested ones too. */
function resourcesIn(output: string): [string, Resource][] {
  return readdirSync(output)
    .filter((name) => name.endsWith('.template.json'))
    .flatMap((name) => Object.entries((JSON.parse(readFileSync(join(output, name), 'utf8')) as Template).Resources));
}

beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    env,
    maxBuffer: 64 * 1024 ** 2,
  });
  const [pack] = Object.values(JSON.parse(stdout.slice(stdout.search(/^[[{]/m)))) as {
    filename: string;
    files: { path: string }[];
  }[];
  tarball = join(folder, pack?.filename ?? '');
  packed = (pack?.files ?? []).map(({ path }) => path);
  cpSync('examples/cdk-app', app, { recursive: true });
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const example = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({
      ...example,
      dependencies: { ...example.dependencies, 's3-airlock': `file:${tarball}` },
      devDependencies: {
        typescript: devDependencies.typescript,
        '@types/node': devDependencies['@types/node'],
      },
    }),
  );
  await inApp('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund');
}, 10 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('holds what is needed and nothing else', () => {
    const tops = new Set(
      packed.map((path) =>
        path
          .split('/')
          .slice(0, path.startsWith('dist') ? 2 : 1)
          .join('/'),
      ),
    );
    expect([...tops].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'cli',
      'dist/bundles',
      'dist/cli',
      'dist/clients',
      'dist/console',
      'dist/functions',
      'dist/image',
      'dist/infra',
      'dist/package.json',
      'dist/statemachines',
      'package.json',
    ]);
    expect(packed.filter((path) => /\.test\.|node_modules|\/test\//.test(path))).toEqual([]);
  });

  it('has a bundle of every handler that is not in the image', () => {
    const handlers = readdirSync('functions/handlers')
      .filter((file) => readFileSync(join('functions/handlers', file), 'utf8').includes('export const handler'))
      .map((file) => basename(file, '.ts'));
    const image = readFileSync('infra/scanner/Dockerfile', 'utf8');
    const bundles = packed.flatMap((path) => /^dist\/bundles\/([^/]+)\/index\.mjs$/.exec(path)?.[1] ?? []);
    expect(bundles.sort()).toEqual(handlers.filter((name) => !image.includes(`/${name}.ts`)).sort());
  });

  it('has all files that the image copies', () => {
    const image = join(app, 'node_modules/s3-airlock/dist/image');
    const dockerfile = readFileSync(join(image, 'infra/scanner/Dockerfile'), 'utf8');
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    expect(sources.length).toBeGreaterThan(3);
    expect(sources.filter((source) => !existsSync(join(image, source)))).toEqual([]);
  });

  it(
    'has types that the compiler accepts in a strict project',
    async () => {
      writeFileSync(
        join(app, 'tsconfig.json'),
        JSON.stringify({
          compilerOptions: {
            strict: true,
            noEmit: true,
            module: 'nodenext',
            target: 'es2024',
            types: ['node'],
            skipLibCheck: false,
          },
          include: ['app.ts'],
        }),
      );
      await expect(inApp('npx', 'tsc', '-p', '.')).resolves.toMatchObject({ stdout: '' });
    },
    2 * MINUTES,
  );
});

describe('an app with the construct', () => {
  beforeAll(async () => {
    await run(process.execPath, ['app.ts'], { cwd: app, env: { ...env, CDK_OUTDIR: out } });
  }, 2 * MINUTES);

  it('gates its own bucket, and watches both', () => {
    const all = resourcesIn(out).map(([, resource]) => resource);
    const ofType = (type: string) => all.filter(({ Type }) => Type === type);
    const gates = ofType('AWS::S3::BucketPolicy').filter((policy) =>
      JSON.stringify(policy.Properties).includes('DenyUnlessClean'),
    );
    expect(gates).toHaveLength(1);
    expect(gates[0]?.Properties?.Bucket).toEqual({ Ref: expect.stringMatching(/^Uploads/) });
    expect(gates[0]).toMatchObject({ DeletionPolicy: 'Retain' });
    expect(JSON.stringify(ofType('AWS::Events::Rule'))).toContain('shop-archive');
    expect(ofType('Custom::S3BucketNotifications')).toHaveLength(2);
  });

  it('has the code of every function, bundled before', () => {
    const assets = readdirSync(out).filter(
      (name) => name.startsWith('asset.') && existsSync(join(out, name, 'index.mjs')),
    );
    expect(assets).toHaveLength(12);
    expect(readdirSync(out).some((name) => existsSync(join(out, name, 'infra/scanner/Dockerfile')))).toBe(true);
  });

  it('lets its web server read what is CLEAN and nothing else', () => {
    const policies = resourcesIn(out).filter(([id]) => id.startsWith('WebServerDefaultPolicy'));
    expect(policies).toHaveLength(1);
    expect(policies[0]?.[1].Properties?.PolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Condition: { StringEquals: { 's3:ExistingObjectTag/scan-status': 'CLEAN' } },
      }),
      expect.objectContaining({ Action: 's3:ListBucket' }),
    ]);
  });
});

describe('an application with Express', () => {
  const shop = join(folder, 'shop');
  const inShop = (program: string, ...args: string[]) => run(program, args, { cwd: shop, env });

  beforeAll(async () => {
    cpSync('examples/node-express', shop, { recursive: true });
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const example = JSON.parse(readFileSync(join(shop, 'package.json'), 'utf8'));
    const { typescript, '@types/node': types } = devDependencies;
    writeFileSync(
      join(shop, 'package.json'),
      JSON.stringify({
        ...example,
        dependencies: { ...example.dependencies, 's3-airlock': `file:${tarball}` },
        devDependencies: { ...example.devDependencies, typescript, '@types/node': types },
      }),
    );
    await inShop('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund');
  }, 10 * MINUTES);

  it(
    'has types that the compiler accepts in a strict project, for the browser too',
    async () => {
      writeFileSync(join(shop, 'page.ts'), "import { upload } from 's3-airlock/upload/browser';\nexport { upload };\n");
      const compilerOptions = {
        strict: true,
        noEmit: true,
        module: 'nodenext',
        target: 'es2024',
        allowImportingTsExtensions: true,
        types: ['node'],
        lib: ['es2024', 'dom'],
      };
      writeFileSync(join(shop, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
      await expect(inShop('npx', 'tsc', '-p', '.')).resolves.toMatchObject({ stdout: '' });
    },
    2 * MINUTES,
  );

  it('says which settings are missing, and serves the page and its module', async () => {
    await expect(inShop(process.execPath, 'server.ts')).rejects.toMatchObject({
      stderr: expect.stringContaining('set BUCKET, TOPIC_ARN, UPLOAD_SECRET'),
    });
    const settings = { BUCKET: 'uploads', TOPIC_ARN: 'arn', UPLOAD_SECRET: 'x'.repeat(32), AWS_REGION: 'us-east-1' };
    await serving(['server.ts'], { cwd: shop, env: { ...env, ...settings, PORT: '0' } }, async (url) => {
      expect(await (await fetch(url)).text()).toContain('<title>Upload</title>');
      const module = await fetch(`${url}/upload.js`);
      expect(module.headers.get('content-type')).toMatch(/javascript/);
      expect(await module.text()).not.toMatch(/\bfrom ["'](node:|@aws-sdk|\.)/);
    });
  });
});

describe('the command of the package', () => {
  it('serves the console, whose page was bundled before', async () => {
    const profile = join(folder, 'local.json');
    const credentials = { accessKeyId: 'operator', secretAccessKey: 'anything' };
    writeFileSync(
      profile,
      JSON.stringify({
        ...{ pid: process.pid, stack: 'S3Airlock', region: 'us-east-1', certificateAuthority: '', snsHost: '' },
        endpoints: Object.fromEntries(
          ['S3', 'SFN', 'SQS', 'SNS', 'EVENTBRIDGE', 'CLOUDFORMATION', 'CLOUDWATCH', 'CLOUDWATCH_LOGS', 'LAMBDA'].map(
            (name) => [name, 'http://127.0.0.1:1'],
          ),
        ),
        people: {
          ...{ uploader: credentials, reader: credentials, operator: credentials, investigator: credentials },
        },
      }),
    );
    const command = join(app, 'node_modules/s3-airlock/cli/bin.mjs');
    const withProfile = { cwd: app, env: { ...env, AIRLOCK_LOCAL_PROFILE: profile } };
    await serving([command, 'local', 'console'], withProfile, async (url) => {
      expect(await (await fetch(url)).text()).toContain('<title>s3-airlock</title>');
      for (const name of ['app.js', 'app.css', 'theme.js', 'icon.svg', 'licenses.txt']) {
        expect((await fetch(new URL(name, url))).status).toBe(200);
      }
    });
  });

  it('is s3-airlock', async () => {
    const { stdout } = await inApp('npx', 's3-airlock', '--help');
    expect(stdout).toContain('bucket-policy');
  });

  it('knows its version and its name, and how to print', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(await inApp('npx', 's3-airlock', '--version')).toMatchObject({ stdout: `${version}\n` });
    const { stdout } = await inApp('npx', 's3-airlock', 'complete', 'bash');
    expect(stdout).toContain('# bash completion for s3-airlock');
    const unknown = inApp('npx', 's3-airlock', 'status', 's3://uploads/a', '--local');
    await expect(unknown).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: no pipeline runs/) });
  });
});
