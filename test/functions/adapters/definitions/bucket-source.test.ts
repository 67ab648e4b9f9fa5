import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { createObjectStore } from '../../../../functions/adapters/aws/object-store.ts';
import { createDefinitionsSource } from '../../../../functions/adapters/clamav/definitions-source.ts';
import { warmEngine } from '../../../../functions/adapters/clamav/warm-engine.ts';
import {
  type BucketDefinitionsOptions,
  bucketDefinitions,
  createBucketDefinitions,
} from '../../../../functions/adapters/definitions/bucket-source.ts';
import type { DefinitionsSource } from '../../../../functions/adapters/definitions/source.ts';
import { DefinitionsUnavailable } from '../../../../functions/domain/errors.ts';
import { eicar } from '../../../../local/samples/eicar.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';
import { childrenNamed, privateFolders, until } from '../../../support/processes.ts';

const MINUTES = 60_000;
const signature = (name: string, content: string | Buffer) => `${name}:0:0:${Buffer.from(content).toString('hex')}\n`;
const EICAR = signature('Eicar-Test-Signature', eicar());
const BASE = EICAR + signature('Some.Malware', 'some malware');

let s3: TestServer;
let bucket: string;
let buckets = 0;
let folder: string;
let now: number;
let broken = false;
let source: DefinitionsSource;
const refused: string[] = [];

beforeAll(async () => {
  s3 = await startTestServer({
    onRequest: () => {
      if (broken) throw new S3Error(403, 'AccessDenied', 'Access Denied');
    },
  });
});
afterAll(() => s3.stop());

beforeEach(() => {
  bucket = `definitions-${buckets++}`;
  s3.createBucket(bucket);
  folder = mkdtempSync(join(tmpdir(), 'bucket-definitions-'));
  now = Date.parse('2026-11-21T12:00:00Z');
  refused.splice(0);
  source = open();
});
afterEach(() => {
  broken = false;
  source.close?.();
  expect(readdirSync(folder).filter((name) => name.startsWith('airlock-'))).toEqual([]);
  rmSync(folder, { recursive: true });
});

function environment() {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ACCESS_KEY_ID: 'scanner',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
}

function open(changes: Partial<BucketDefinitionsOptions> = {}): DefinitionsSource {
  return bucketDefinitions({
    store: createObjectStore(environment()),
    bucket,
    clock: () => new Date(now),
    parent: folder,
    onRefused: ({ message }) => refused.push(message),
    ...changes,
  });
}

async function publish(version: string, files: Readonly<Record<string, string>>, changes: object = {}) {
  const prefix = `versions/${version}/`;
  const described = [];
  for (const [name, content] of Object.entries(files)) {
    await s3.seed(bucket, `${prefix}${name}`, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    described.push({ name, size: Buffer.byteLength(content), sha256, modified: '2026-11-21T00:00:00.000Z' });
  }
  const time = '2026-11-21T00:00:00.000Z';
  const set = { version, prefix, files: described, publishedAt: time, checkedAt: time, signaturesTime: null };
  await s3.seed(bucket, 'current.json', JSON.stringify({ ...set, ...changes }));
}

/** Asks when the ten minutes are over. */
const later = () => {
  now += 10 * MINUTES;
  return source.current();
};
const read = (directory: string) =>
  Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
const sets = () => readdirSync(join(folder, readdirSync(folder).find((name) => name.startsWith('airlock-')) ?? ''));

describe('bucketDefinitions', () => {
  it('brings what current.json names to this disk', async () => {
    await publish('1', { 'a.ndb': 'A', 'b.hsb': '' });
    const { version, directory } = await source.current();
    expect([version, read(directory)]).toEqual(['1', { 'a.ndb': 'A', 'b.hsb': '' }]);
    expect(statSync(join(directory, 'a.ndb')).mode & 0o077).toBe(0);
  });

  it('looks again at most every ten minutes, and at one small object only', async () => {
    await publish('1', { 'a.ndb': 'A' });
    const first = await source.current();
    await publish('2', { 'a.ndb': 'B' });
    const before = s3.requests.reads;
    now += 10 * MINUTES - 1;
    expect(await source.current()).toBe(first);
    expect(s3.requests.reads).toBe(before);
    now += 1;
    expect((await source.current()).version).toBe('2');
    const after = s3.requests.reads;
    await later();
    expect(s3.requests.reads - after).toBe(2);
  });

  it('keeps the old files until the engine has loaded the new, and what both share but once', async () => {
    await publish('1', { 'main.ndb': 'large', 'daily.ndb': 'old' });
    const first = await source.current();
    source.inForce?.(first);
    const gets = s3.requests.reads;
    await publish('2', { 'main.ndb': 'large', 'daily.ndb': 'new' });
    const second = await later();
    expect(s3.requests.reads - gets).toBe(4);
    expect(read(first.directory)['daily.ndb']).toBe('old');
    expect(statSync(join(second.directory, 'main.ndb')).nlink).toBe(2);
    source.inForce?.(second);
    await until(() => sets().length === 1);
    expect(read(second.directory)).toEqual({ 'main.ndb': 'large', 'daily.ndb': 'new' });
  });

  it('goes back to the old set when the engine refuses the new, and does not fetch that again', async () => {
    await publish('1', { 'a.ndb': 'A' });
    const first = await source.current();
    await publish('2', { 'a.ndb': 'B' });
    await later();
    source.inForce?.(first);
    expect(refused).toEqual([expect.stringContaining('versions/2/')]);
    expect(await later()).toEqual(first);
    await until(() => sets().length === 1);
    expect(existsSync(join(first.directory, 'a.ndb'))).toBe(true);
    await publish('3', { 'a.ndb': 'C' });
    expect((await later()).version).toBe('3');
  });

  const UNUSABLE: [string, () => Promise<unknown>, RegExp][] = [
    ['a file that was changed', () => s3.seed(bucket, 'versions/2/a.ndb', 'X'), /SHA-256/],
    ['a file that was cut off', () => s3.seed(bucket, 'versions/2/a.ndb', ''), /0 bytes long instead of 1/],
    ['a file that is gone', async () => s3.buckets.delete(bucket, 'versions/2/a.ndb'), /is gone/],
    ['a current.json that is cut off', () => s3.seed(bucket, 'current.json', '{"version":'), /not JSON/],
    ['an empty current.json', () => s3.seed(bucket, 'current.json', ''), /0 bytes long/],
    ['a current.json that is gone', async () => s3.buckets.delete(bucket, 'current.json'), /published yet/],
    ['a name that leads elsewhere', () => publish('2', { 'a.ndb': 'B' }, { files: [ELSEWHERE] }), /not a file name/],
    ['a folder that is none of ours', () => publish('2', { 'a.ndb': 'B' }, { prefix: 'own/' }), /not a folder/],
    ['no files', () => publish('2', { 'a.ndb': 'B' }, { files: [] }), /files/],
    [
      'S3 that refuses',
      async () => {
        broken = true;
      },
      /HeadObject/,
    ],
  ];

  it.each(UNUSABLE)('goes on with the old set in the face of %s', async (...[, spoil, reason]) => {
    await publish('1', { 'a.ndb': 'A' });
    const first = await source.current();
    await publish('2', { 'a.ndb': 'B' });
    await spoil();
    expect(await later()).toBe(first);
    expect(read(first.directory)).toEqual({ 'a.ndb': 'A' });
    expect(refused).toEqual([expect.stringMatching(reason)]);
    expect(sets()).toHaveLength(1);
    broken = false;
    await publish('3', { 'a.ndb': 'C' });
    expect((await later()).version).toBe('3');
  });

  it.each(UNUSABLE)(
    'throws DefinitionsUnavailable in the face of %s when it has none, and looks again at once',
    async (...[, spoil, reason]) => {
      await publish('2', { 'a.ndb': 'B' });
      await spoil();
      await expect(source.current()).rejects.toThrow(DefinitionsUnavailable);
      await expect(source.current()).rejects.toThrow(reason);
      broken = false;
      await publish('3', { 'a.ndb': 'C' });
      expect((await source.current()).version).toBe('3');
      expect(refused).toEqual([]);
    },
  );

  it('takes no set that finds nothing but EICAR, and keeps the old one', async () => {
    await publish('1', { 'a.ndb': EICAR, 'b.ign2': 'Eicar' });
    await expect(source.current()).rejects.toThrow(DefinitionsUnavailable);
    await expect(source.current()).rejects.toThrow("the definitions in versions/1/ hold no signature but EICAR's");
    expect(sets()).toEqual([]);
    await publish('2', { 'a.ndb': BASE });
    const second = await source.current();
    await publish('3', { 'a.ndb': EICAR });
    expect(await later()).toBe(second);
    expect(refused).toEqual([expect.stringContaining('versions/3/')]);
    expect(sets()).toHaveLength(1);
  });

  it('calls every set test where test signatures are allowed', async () => {
    source = open({ testSignatures: true });
    await publish('1', { 'a.ndb': EICAR });
    const { version } = await source.current();
    expect(version).toMatch(/^test-[0-9a-f]{8}$/);
    await publish('2', { 'a.ndb': BASE });
    expect((await later()).version).not.toBe(version);
    await publish(version, { 'a.ndb': EICAR });
    expect((await later()).version).toBe(version);
  });

  it.each([
    [{}, 'DefinitionsUnavailable'],
    [{ TEST_SIGNATURES: 'allowed' }, 'test'],
    [{ TEST_SIGNATURES: 'allowed', AWS_LAMBDA_FUNCTION_NAME: 'ScanObject' }, 'DefinitionsUnavailable'],
    [{ TEST_SIGNATURES: 'yes' }, 'DefinitionsUnavailable'],
  ])('under %j, a set that finds nothing but EICAR is %s', async (extra, expected) => {
    const env = { ...environment(), DEFINITIONS_BUCKET: bucket, SCRATCH_DIRECTORY: folder, ...extra };
    await publish('1', { 'a.ndb': EICAR });
    const own = createDefinitionsSource(env);
    const outcome = own.current().then(
      ({ version }) => version,
      ({ name }: Error) => name,
    );
    expect((await outcome).replace(/-[0-9a-f]{8}$/, '')).toBe(expected);
    own.close?.();
  });

  it('wants room for what it fetches', async () => {
    let free = 1;
    source = open({ freeBytes: () => free });
    await publish('1', { 'a.ndb': 'AA' });
    await expect(source.current()).rejects.toThrow('no room for 2 bytes of definitions, 1 are free');
    free = 2;
    const first = await source.current();
    await publish('2', { 'a.ndb': 'AA', 'b.ndb': 'BBB' });
    expect(await later()).toBe(first);
    expect(refused).toEqual(['no room for 3 bytes of definitions, 2 are free']);
  });

  it('minds no folder that is gone before it is removed', async () => {
    await publish('1', { 'a.ndb': 'A' });
    const first = await source.current();
    await publish('2', { 'a.ndb': 'B' });
    source.inForce?.(await later());
    await until(() => sets().length === 1);
    await publish('3', { 'a.ndb': 'C' });
    const third = await later();
    rmSync(join(folder, readdirSync(folder)[0] ?? ''), { recursive: true });
    source.inForce?.(third);
    // Whatever the file system was asked before this is done after it.
    for (let turn = 0; turn < 20; turn += 1) await stat(folder);
    expect(refused).toEqual([]);
    expect(existsSync(first.directory)).toBe(false);
  });

  it('does not come back to a set that the engine refused, closed in between or not', async () => {
    await publish('1', { 'a.ndb': 'A' });
    const first = await source.current();
    await publish('2', { 'a.ndb': 'B' });
    await later();
    source.inForce?.(first);
    source.close?.();
    await expect(source.current()).rejects.toThrow(DefinitionsUnavailable);
    await expect(source.current()).rejects.toThrow(/^no \w+$/);
    await publish('3', { 'a.ndb': 'C' });
    expect((await source.current()).version).toBe('3');
  });

  it('says what kept it from the first set', async () => {
    broken = true;
    await expect(source.current()).rejects.toMatchObject({
      name: 'DefinitionsUnavailable',
      message: expect.stringMatching(/^no \w+: AccessDenied: HeadObject: /),
      cause: { name: 'AccessDenied' },
    });
  });

  it.each([
    ['the scratch folder', () => folder],
    ['the system’s temporary folder where no other is named', () => ''],
  ])('lies below %s', async (_, place) => {
    const env = { ...environment(), DEFINITIONS_BUCKET: bucket, SCRATCH_DIRECTORY: place() };
    const own = createBucketDefinitions(env);
    try {
      await publish('1', { 'a.ndb': 'A' });
      const { directory } = await own.current();
      expect(dirname(dirname(directory))).toBe(place() || tmpdir());
      expect(basename(dirname(directory))).toMatch(/^airlock-\d+-definitions-\w{6}$/);
      expect(basename(directory)).toMatch(/^set-\w{6}$/);
    } finally {
      own.close?.();
    }
    expect(() => createBucketDefinitions({ ...env, DEFINITIONS_BUCKET: '' })).toThrow('DEFINITIONS_BUCKET');
  });

  it('is where the environment says so, and starts nothing before it is asked', () => {
    const before = s3.requests.reads;
    createDefinitionsSource({ ...environment(), DEFINITIONS_BUCKET: bucket });
    expect(s3.requests.reads).toBe(before);
    expect(privateFolders('definitions')).toEqual([]);
  });
});

const ELSEWHERE = {
  name: '../a.ndb',
  size: 1,
  sha256: createHash('sha256').update('B').digest('hex'),
  modified: '2026-11-21T00:00:00.000Z',
};

describe('an engine over it', () => {
  const start = () =>
    warmEngine(source, {
      configuration: 'infra/scanner/clamd.conf',
      maxObjectBytes: 1_000_000,
      maxScanMilliseconds: 60_000,
      scanMilliseconds: 70_000,
      startMilliseconds: 20_000,
    });

  it('loses no scan while it reloads, and finds with the new set what was clean under the old', async () => {
    await publish('1', { 'a.ndb': BASE });
    const engine = start();
    try {
      const paths = Array.from({ length: 40 }, (_, index) => join(folder, `file-${index}`));
      for (const [index, path] of paths.entries()) writeFileSync(path, index % 4 === 0 ? eicar() : 'soon to be found');
      const scan = async (path: string, index: number) => {
        // Published during the download.
        if (index === 20) {
          await publish('2', { 'a.ndb': BASE + signature('New', 'soon to be found') });
          now += 10 * MINUTES;
        }
        return { index, ...(await engine.scan(path)) };
      };
      const answers = await inFlight(8, paths, scan);
      for (const { index, infected, definitions } of answers) {
        expect([index, definitions, infected]).toEqual([index, definitions, index % 4 === 0 || definitions === '2']);
      }
      expect(new Set(answers.map(({ definitions }) => definitions))).toEqual(new Set(['1', '2']));
      expect(await engine.scan(paths[1] ?? '')).toMatchObject({ infected: true, definitions: '2' });
      await until(() => sets().length === 1);
    } finally {
      await engine.stop();
    }
    expect(childrenNamed('clamd')).toEqual([]);
  });

  it('has one set in memory and one on the disk after each update, and never two clamd', async () => {
    await publish('1', { 'a.ndb': BASE });
    const engine = start();
    const most = { clamd: 0, sets: 0 };
    const look = setInterval(() => {
      most.clamd = Math.max(most.clamd, childrenNamed('clamd').length);
      most.sets = Math.max(most.sets, sets().length);
    }, 1);
    try {
      const path = join(folder, 'file');
      writeFileSync(path, eicar());
      await engine.scan(path);
      for (const version of ['2', '3', '4']) {
        await publish(version, { 'a.ndb': BASE + signature(`New${version}`, 'more') });
        now += 10 * MINUTES;
        expect(await engine.scan(path)).toMatchObject({ definitions: version });
        await until(() => sets().length === 1);
        expect(childrenNamed('clamd')).toHaveLength(1);
      }
    } finally {
      clearInterval(look);
      await engine.stop();
    }
    expect(most).toEqual({ clamd: 1, sets: 2 });
  });

  it('goes on with the old set when clamd does not load the new, also after clamd has died', async () => {
    await publish('1', { 'a.ndb': BASE });
    const engine = start();
    try {
      const path = join(folder, 'eicar');
      writeFileSync(path, eicar());
      await engine.scan(path);
      await publish('2', { 'a.ndb': 'whole, and nonsense' });
      now += 10 * MINUTES;
      expect(await engine.scan(path)).toMatchObject({ infected: true, definitions: '1' });
      expect(refused).toEqual([expect.stringContaining('the engine does not load versions/2/')]);
      process.kill(childrenNamed('clamd')[0] ?? 0, 'SIGKILL');
      await until(() => childrenNamed('clamd').length === 0);
      // Like the state machine: retries the first scan that finds clamd dead.
      const answer = await engine.scan(path).catch(() => engine.scan(path));
      expect(answer).toMatchObject({ infected: true, definitions: '1' });
    } finally {
      await engine.stop();
    }
  });

  it('throws DefinitionsUnavailable while nothing is published', async () => {
    const engine = start();
    await expect(engine.start()).rejects.toThrow(DefinitionsUnavailable);
    await publish('1', { 'a.ndb': BASE });
    await engine.start();
    await engine.stop();
  });
});

/** So many at once, in order. */
async function inFlight<Item, Result>(
  atOnce: number,
  items: readonly Item[],
  call: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, item] = next;
      results[index] = await call(item, index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
