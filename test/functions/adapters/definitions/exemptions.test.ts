import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createObjectStore } from '../../../../functions/adapters/aws/object-store.ts';
import { bucketExemptions, createExemptions } from '../../../../functions/adapters/definitions/exemptions.ts';
import { sha256Of } from '../../../../functions/adapters/definitions/published.ts';
import { StorageUnavailable } from '../../../../functions/domain/errors.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';

const KEY = 'own/exemptions.json';
const MADE = { by: 'me', at: '2026-11-26T10:00:00.000Z', reason: 'ours' };
let s3: TestServer;
let folder: string;
let path: string;
let sha256: string;
let faults: string[];

beforeAll(async () => {
  s3 = await startTestServer();
  s3.createBucket('definitions');
  folder = mkdtempSync(join(tmpdir(), 'exemptions-'));
  path = join(folder, 'file');
  writeFileSync(path, 'some content');
  sha256 = await sha256Of(path);
});
afterAll(async () => {
  await s3.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  faults = [];
});

const environment = () => ({
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_S3: s3.endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  DEFINITIONS_BUCKET: 'definitions',
});
const exemptions = () => createExemptions(environment(), (fault) => void faults.push(fault));
const list = (content: unknown) =>
  s3.seed('definitions', KEY, typeof content === 'string' ? content : JSON.stringify(content));

it('without a list, nothing is exempt, and nothing is wrong', async () => {
  expect(await exemptions()?.of(path)).toBeNull();
  expect(faults).toEqual([]);
  expect(createExemptions({}, () => undefined)).toBeUndefined();
});

it('names the content that is exempt, from the next look on, and not after its removal', async () => {
  const entry = { kind: 'content', sha256, ...MADE };
  const looked = exemptions();
  await list({ exemptions: [{ ...entry, sha256: '0'.repeat(64) }] });
  expect(await looked?.of(path)).toBeNull();
  await list({ exemptions: [entry] });
  expect(await looked?.of(path)).toBe(sha256);
  await list({ exemptions: [{ ...entry, removed: MADE }] });
  expect(await looked?.of(path)).toBeNull();
  expect(faults).toEqual([]);
});

it.each(['', 'not JSON', '{"exemptions":[{"kind":"content"}]}'])(
  'a broken list exempts nothing and is told: %j',
  async (text) => {
    await list(text);
    expect(await exemptions()?.of(path)).toBeNull();
    expect(faults).toEqual([expect.stringContaining(KEY)]);
  },
);

it('a list that cannot be read exempts nothing: the finding stays', async () => {
  const store = createObjectStore(environment());
  const broken = { ...store, head: () => Promise.reject(new StorageUnavailable('S3 is down')) };
  const looked = bucketExemptions(broken, 'definitions', (fault) => void faults.push(fault));
  expect(await looked.of(path)).toBeNull();
  expect(faults).toEqual([expect.stringContaining('S3 is down')]);
});

it('a file that is gone is exempt by nothing', async () => {
  await list({ exemptions: [{ kind: 'content', sha256, ...MADE }] });
  expect(await exemptions()?.of(join(folder, 'gone'))).toBeNull();
  expect(faults).toEqual([expect.stringContaining('ENOENT')]);
});
