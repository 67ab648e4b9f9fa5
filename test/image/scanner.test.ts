import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type S3Server, startS3Server } from '../../emulator/s3/server.ts';
import { createPrivateFolder, removePrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import { eicar } from '../../local/samples/eicar.ts';
import { type SignatureMirror, startSignatureMirror } from '../support/signature-mirror.ts';
import { buildImage, type Image } from './build-image.ts';
import { type LambdaFunction, startFunction } from './lambda-function.ts';

const MINUTE = 60_000;
/** Bytes; 204 million were measured, and ICU's data has become 26 million less. Any growth must be explained. */
const MOST = 187_000_000;

const folder = createPrivateFolder('image');
let image: Image;
let s3: S3Server;
let mirror: SignatureMirror;
let scanner: LambdaFunction | undefined;

const environment = () => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL_S3: s3.endpoint,
  DEFINITIONS_BUCKET: 'definitions',
  MAX_OBJECT_BYTES: '100000000',
});

beforeAll(async () => {
  image = await buildImage(folder);
  s3 = await startS3Server({ root: join(folder, 's3') });
  mirror = await startSignatureMirror();
  mirror.put('eicar.ndb', `Eicar-Test-Signature:0:0:${eicar().toString('hex')}\nSome.Malware:0:*:6d616c77617265\n`);
  s3.createBucket('uploads');
  s3.createBucket('definitions');
}, 30 * MINUTE);

afterAll(async () => {
  await scanner?.stop();
  await mirror?.close();
  await s3?.close();
  removePrivateFolder(folder);
}, MINUTE);

async function scan(key: string, content: Uint8Array | string, type = 'text/plain') {
  const { etag } = await s3.seed('uploads', key, content);
  scanner ??= await startFunction(image, 'scan-object.handler', environment());
  return scanner.invoke({
    bucket: 'uploads',
    object: { key, size: content.length, etag },
    policy: { maxObjectBytes: 100_000_000, allowedTypes: ['*'], onInfected: 'tag' },
    type,
  });
}

/** Processes of this machine whose command line holds the text, this one's own aside. */
function processesOf(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => commandOf(pid).startsWith(text) || commandOf(pid).includes(`\0${text}`))
    .map(Number)
    .sort((a, b) => b - a);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

describe('The image', () => {
  it('is small, and holds no shell, no package manager, and no program that gives rights', () => {
    const files = filesUnder(image.root);
    expect(files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(MOST);
    expect(files.filter(({ mode }) => (mode & 0o6000) !== 0)).toEqual([]);
    expect(readdirSync(join(image.root, 'usr/bin')).sort()).toEqual(['freshclam', 'setpriv']);
    expect(readdirSync(join(image.root, 'usr/sbin'))).toEqual(['clamd']);
    expect(readdirSync(join(image.root, 'usr/local/bin'))).toEqual(['node']);
  });

  it('says which Debian packages its files are from', () => {
    const packages = readdirSync(join(image.root, 'var/lib/dpkg/status.d'));
    expect(packages).toEqual(expect.arrayContaining(['clamav-daemon', 'clamav-freshclam', 'libc6', 'libclamav12']));
  });

  it('is listed in the SBOM: its Debian packages, Node and the runtime client', () => {
    const print = ['infra/supply-chain/print-sbom.ts', '--image-root', image.root];
    const { status, stdout, stderr } = spawnSync(process.execPath, print, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { components, compositions } = JSON.parse(stdout) as {
      components: { name: string; version: string; purl: string; scope: string }[];
      compositions: { aggregate: string }[];
    };
    expect(compositions.map(({ aggregate }) => aggregate)).toEqual(['complete']);
    const named = new Map(components.map((component) => [component.purl.split('@')[0], component]));
    for (const name of readdirSync(join(image.root, 'var/lib/dpkg/status.d'))) {
      expect(named.has(`pkg:deb/debian/${encodeURIComponent(name)}`)).toBe(true);
    }
    const node = spawnSync(join(image.root, 'usr/local/bin/node'), ['--version'], { encoding: 'utf8' }).stdout.trim();
    expect(`v${named.get('pkg:generic/node')?.version}`).toBe(node);
    const client = JSON.parse(readFileSync(join(image.root, 'opt/aws-lambda-ric/package.json'), 'utf8'));
    expect(named.get('pkg:npm/aws-lambda-ric')).toMatchObject({ version: client.version, scope: 'required' });
    if (process.env.SBOM_FILE !== undefined) writeFileSync(process.env.SBOM_FILE, stdout);
  });

  it(
    'publishes signatures with freshclam',
    async () => {
      const update = await startFunction(image, 'update-definitions.handler', {
        ...environment(),
        DEFINITIONS_MIRROR: 'none',
        DEFINITIONS_CUSTOM_URLS: `${mirror.url}/eicar.ndb`,
        DEFINITIONS_ALLOW_INSECURE_MIRROR: 'true',
      });
      try {
        expect(await update.invoke({})).toMatchObject({ outcome: 'PUBLISHED' });
      } finally {
        await update.stop();
      }
    },
    MINUTE,
  );

  it(
    'finds EICAR and passes what is clean',
    async () => {
      expect(await scan('eicar.txt', eicar())).toMatchObject({
        status: 'INFECTED',
        finding: expect.stringContaining('Eicar-Test-Signature'),
      });
      expect(await scan('clean.txt', 'Nothing is wrong with this file.\n')).toMatchObject({ status: 'CLEAN' });
    },
    MINUTE,
  );

  it('opens what ClamAV does not: 7-Zip is in the image', async () => {
    const hidden = zstdCompressSync(eicar());
    expect(await scan('hidden.zst', hidden, 'application/zstd')).toMatchObject({ status: 'INFECTED' });
  });

  it('keeps the environment of the function from other processes of its user', () => {
    const [pid = 0] = processesOf('/opt/aws-lambda-ric/index.mjs');
    const asFunction = ['--reuid', '993', '--regid', '990', '--clear-groups', 'cat', `/proc/${pid}/environ`];
    const { status, stdout, stderr } = spawnSync('setpriv', asFunction, { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/Permission denied/);
    const [clamd = 0] = processesOf('/usr/sbin/clamd');
    expect(readFileSync(`/proc/${clamd}/environ`, 'utf8')).not.toMatch(/AWS_/);
  });

  it('had its engine up before it asked for work', () => {
    expect(scanner?.logged()).not.toContain('Unavailable');
    expect(scanner?.logged().match(/"EngineStarts":1/g)).toHaveLength(1);
  });

  it('fails by the names that the state machines know', async () => {
    await expect(scanner?.invoke({ bucket: 'uploads' })).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});

/** Not with `recursive`, which follows links to folders. */
function filesUnder(folder: string): Stats[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    return entry.isFile() ? [statSync(path)] : [];
  });
}
