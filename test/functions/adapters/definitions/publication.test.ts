import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { createDefinitionsPublication } from '../../../../functions/adapters/definitions/publication.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';

/* Whole updates: test/functions/handlers/update-definitions.test.ts. */
const NOW = new Date('2026-11-21T12:00:00Z');
const TIME = '2026-11-21T00:00:00.000Z';
const root = mkdtempSync(join(tmpdir(), 'publication-'));
let s3: TestServer;
let bucket: string;
let buckets = 0;
let folder: string;
/** An operation that no policy allows. */
let refused: string | undefined;

beforeAll(async () => {
  s3 = await startTestServer({
    onRequest: ({ operation }) => {
      if (operation === refused) throw new S3Error(403, 'AccessDenied', 'Access Denied');
    },
  });
});
afterAll(async () => {
  await s3.stop();
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  bucket = `definitions-${buckets++}`;
  s3.createBucket(bucket);
  folder = mkdtempSync(join(root, 'folder-'));
  refused = undefined;
});

const environment = () => ({
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_S3: s3.endpoint,
  AWS_ACCESS_KEY_ID: 'updater',
  AWS_SECRET_ACCESS_KEY: 'secret',
  DEFINITIONS_BUCKET: bucket,
});
const publication = () => createDefinitionsPublication(environment(), () => NOW);
const keys = () => [...s3.buckets.bucket(bucket).versions.keys()].sort();
const contentOf = (key: string) => text(s3.bodies.read(s3.buckets.get(bucket, key).body));
const inFolder = () =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

/** A set of files by name; every one lies in the bucket. */
async function published(files: Readonly<Record<string, string>>) {
  const prefix = 'versions/1/';
  const described = Object.entries(files).map(([name, content]) => ({
    name,
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    modified: TIME,
  }));
  for (const [name, content] of Object.entries(files)) await s3.seed(bucket, `${prefix}${name}`, content);
  return { version: '1', prefix, files: described, publishedAt: TIME, checkedAt: TIME, signaturesTime: null };
}

describe('a folder that is seeded', () => {
  it('has the files that are wanted, with their times, and freshclam’s state', async () => {
    const set = await published({ 'a.ndb': 'A', 'b.ndb': 'B' });
    await s3.seed(bucket, 'freshclam.dat', 'state');
    expect(await publication().seed(folder, set, (name) => name !== 'b.ndb')).toBe(true);
    expect(inFolder()).toEqual({ 'a.ndb': 'A', 'freshclam.dat': 'state' });
    expect(statSync(join(folder, 'a.ndb')).mtime.toISOString()).toBe(TIME);
  });

  it('is empty before the first publication, which counts as not intact', async () => {
    expect(await publication().seed(folder, undefined, () => true)).toBe(false);
    expect(inFolder()).toEqual({});
  });

  it.each<[string, (key: string) => unknown]>([
    ['gone', (key) => s3.buckets.delete(bucket, key)],
    ['longer', (key) => s3.seed(bucket, key, 'AA')],
    ['another', (key) => s3.seed(bucket, key, 'X')],
  ])('is not intact where a file is %s, and does without it', async (_, spoil) => {
    const set = await published({ 'a.ndb': 'A', 'b.ndb': 'B' });
    await spoil('versions/1/a.ndb');
    expect(await publication().seed(folder, set, () => true)).toBe(false);
    expect(inFolder()).toEqual({ 'b.ndb': 'B' });
  });

  it.each(['HeadObject', 'GetObject'])('is none where S3 refuses: %s', async (operation) => {
    const set = await published({ 'a.ndb': 'A' });
    await s3.seed(bucket, 'freshclam.dat', 'state');
    refused = operation;
    await expect(publication().seed(folder, undefined, () => true)).rejects.toMatchObject({ name: 'AccessDenied' });
    s3.buckets.delete(bucket, 'freshclam.dat');
    await expect(publication().seed(folder, set, () => true)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

it('adds the operator’s own files, and none that is no set of his', async () => {
  await s3.seed(bucket, 'own/mine.ndb', 'M');
  for (const key of ['own/daily.cvd', 'own/sub/other.ndb', 'own/README', 'other/mine2.ndb']) {
    await s3.seed(bucket, key, 'x');
  }
  await publication().addOwn(folder);
  expect(inFolder()).toEqual({ 'mine.ndb': 'M' });
});

it('keeps freshclam’s state where there is one', async () => {
  await publication().saveState(folder);
  expect(keys()).toEqual([]);
  writeFileSync(join(folder, 'freshclam.dat'), 'state');
  await publication().saveState(folder);
  expect(keys()).toEqual(['freshclam.dat']);
  expect(await contentOf('freshclam.dat')).toBe('state');
});

describe('a set that is put in force', () => {
  it('is told to whoever reads the bucket, as JSON', async () => {
    const set = await published({ 'a.ndb': 'A' });
    await publication().swap(set, {});
    expect(s3.buckets.get(bucket, 'current.json').attributes.headers['content-type']).toBe('application/json');
    expect(await contentOf('current.json')).toBe(JSON.stringify(set, undefined, 2));
    expect((await publication().read()).set).toEqual(set);
  });

  it('takes the place of the one that was read, and of no other', async () => {
    const set = await published({ 'a.ndb': 'A' });
    const { swap, read } = publication();
    await swap(set, {});
    await expect(swap(set, {})).rejects.toMatchObject({ name: 'ObjectReplaced' });
    const first = await read();
    const second = { ...set, version: '2' };
    await swap(second, first);
    await expect(swap(set, first)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect((await read()).set).toEqual(second);
  });
});

it('uploads the files of a set to its folder', async () => {
  const set = await published({ 'a.ndb': 'A' });
  writeFileSync(join(folder, 'a.ndb'), 'AA');
  writeFileSync(join(folder, 'b.ndb'), 'B');
  await publication().upload(folder, { ...set, prefix: 'versions/2/' });
  expect(keys()).toEqual(['versions/1/a.ndb', 'versions/2/a.ndb', 'versions/2/manifest.json']);
  expect(await contentOf('versions/2/a.ndb')).toBe('AA');
});

it('removes folders that are a day old, and none that is to be kept', async () => {
  const set = await published({ 'a.ndb': 'A' });
  const before = s3.requests.count('DeleteObjects');
  const daysAgo = (days: number) => ({ lastModified: new Date(NOW.getTime() - days * 86_400_000) });
  await s3.seed(bucket, 'versions/1/a.ndb', 'A', daysAgo(9));
  await s3.seed(bucket, 'versions/2/a.ndb', 'A', daysAgo(0.9));
  await s3.seed(bucket, 'own/a.ndb', 'A', daysAgo(9));
  await publication().prune([set]);
  expect(s3.requests.count('DeleteObjects')).toBe(before);
  await s3.seed(bucket, 'versions/0/a.ndb', 'A', daysAgo(1.1));
  await publication().prune([set]);
  expect(keys()).toEqual(['own/a.ndb', 'versions/1/a.ndb', 'versions/2/a.ndb']);
});

it('needs to know its bucket', () => {
  expect(() => createDefinitionsPublication({ ...environment(), DEFINITIONS_BUCKET: '' }, () => NOW)).toThrow(
    'DEFINITIONS_BUCKET',
  );
});
