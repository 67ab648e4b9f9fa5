import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { removeProfile, writeProfile } from '../../local/profile.ts';
import { LAST_PORT, portOf } from '../../local/stack/ports.ts';

const folder = mkdtempSync(join(tmpdir(), 'airlock-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
const people = { uploader: credentials, reader: credentials, operator: credentials };
const profile = {
  pid: process.pid,
  stack: 'S3Airlock',
  region: 'us-east-1',
  endpoints: {},
  certificateAuthority: '/ca.pem',
  snsHost: '127.0.0.1:4583',
  people,
};
/** Runs as long as this test, and ended before it. */
const [RUNNING, ENDED] = [process.ppid, 2 ** 22 + 1];

it.each([
  ['nothing', undefined, true],
  ['no profile', 'no JSON', true],
  ['what a process left that ended', JSON.stringify({ ...profile, pid: ENDED }), true],
  ['its own', JSON.stringify(profile), true],
  ['that of a pipeline that runs', JSON.stringify({ ...profile, pid: RUNNING }), false],
])('a profile replaces %s: %#', (_, before, replaced) => {
  const file = join(folder, 'sub', `${expect.getState().currentTestName?.length}.json`);
  const write = () => writeProfile(profile, file);
  write();
  if (before === undefined) rmSync(file);
  else writeFileSync(file, before, { mode: 0o644 });
  expect(write()).toBe(replaced);
  if (!replaced) {
    removeProfile(file);
    expect(readFileSync(file, 'utf8')).toBe(before);
    return;
  }
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(profile);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  removeProfile(file);
  expect(existsSync(file)).toBe(false);
});

it('every service keeps its port behind that of S3, or takes any free one', () => {
  expect([portOf('s3', 4572), portOf('cloudFormation', 4572), portOf('sqs', 4572)]).toEqual([4572, 4573, 4577]);
  expect([portOf('s3'), portOf('sqs', 0)]).toEqual([0, 0]);
  expect(portOf('sqs', LAST_PORT)).toBeLessThan(65_536);
});
