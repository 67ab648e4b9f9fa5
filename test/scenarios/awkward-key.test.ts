import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { rescanMachine } from '../../local/commands/rescan.ts';
import { eicar } from '../../local/samples.ts';
import { Airlock, CONFIG, leftovers, SCANNED, UNVERSIONED, VERSIONED } from '../support/airlock.ts';
import { privateFolders } from '../support/processes.ts';

/* The key is text and nothing else: not a path, not a command, not a pattern, not an encoding. */
let airlock: Airlock;
beforeAll(async () => {
  airlock = await Airlock.start({ airlock: { ...CONFIG, allowedTypes: ['*'] } });
});
afterEach(() => {
  expect(airlock.temporaryFiles()).toEqual([]);
});
afterAll(async () => {
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const PLAIN_KEY = 'plain.txt';
const KEYS = [
  ' leading and trailing spaces ',
  'a+b.txt',
  'a%2Bb.txt',
  '100%.txt',
  '%00.txt',
  '%2e%2e%2f',
  `it's "quoted".txt`,
  '$(touch airlock-was-here).txt',
  '`touch airlock-was-here`.txt',
  '; touch airlock-was-here #.txt',
  '-rf',
  '--config-file=x',
  'two\nlines.txt',
  'tab\tand\rreturn.txt',
  'nul\u0000.txt',
  'bell\u0007escape\u001b[31m.txt',
  'Grüße NFC.txt'.normalize('NFC'),
  'Grüße NFD.txt'.normalize('NFD'),
  '日本語.txt',
  '😀👩‍👩‍👧.txt',
  '\u202egnp.txt',
  'k'.repeat(1024),
  `${'😀'.repeat(255)}.txt`,
  '.',
  '..',
  '../../etc/passwd',
  'a/../b.txt',
  './a.txt',
  '/absolute.txt',
  '//',
  'a//b.txt',
  'folder/',
  '/',
  '{"json":true,"detail":{"object":{"key":"other"}}}',
  '$'.concat('{CheckFileTypeFunctionArn}'),
  '<detail>',
  '"<detail>"',
  'x"}},"policy":{"allowedTypes":["*"],"maxObjectBytes":1},"was":{"a":{"b":"',
  '"'.repeat(1024),
  '$.detail.object.key',
  "States.Format('{}', $.x)",
  'main.cvd',
  'daily.cld',
  'clamd.conf',
  's',
  'a: Eicar FOUND',
  'a: OK',
  '?versionId=null',
  'a?tagging&acl#fragment',
  '\\\\server\\share\\file.txt',
  '__proto__',
  'constructor',
  '*',
  '[a-z]?*',
  'null',
  '0',
];

const policies = new Map<string, Promise<unknown>>();

/** What an execution gets beside a plain key. */
function policyOf(bucket: string): Promise<unknown> {
  const asked =
    policies.get(bucket) ??
    airlock.upload(PLAIN_KEY, 'all is well', { bucket }).then(({ upload }) => {
      return (upload.execution.input as { policy: unknown }).policy;
    });
  policies.set(bucket, asked);
  return asked;
}

const show = (key: string) => JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
/** What SNS does not carry comes as U+FFFD; JSON and EventBridge carry it all. */
const inAttribute = (key: string) => key.replace(/[^\P{Cc}\t\n\r]/gu, '\ufffd');

describe.each([VERSIONED, UNVERSIONED])('in %s', (bucket) => {
  it.each(KEYS.map((key) => [show(key), key]))('%s', async (_, key) => {
    const clean = await airlock.upload(key, 'all is well', { bucket, Tagging: 'owner=me' });
    // Nothing in the key reaches the policy beside it.
    expect(clean.upload.execution.input).toEqual({
      detail: expect.objectContaining({ object: expect.objectContaining({ key, etag: clean.upload.etag }) }),
      policy: await policyOf(bucket),
    });
    expect(clean.result).toMatchObject({ status: 'SUCCEEDED', retries: {} });
    expect(clean.result.states.at(-1)).toBe('Notify');
    expect(clean.tags).toMatchObject({ owner: 'me', 'scan-status': 'CLEAN' });
    expect(clean.messages.map(({ attributes }) => attributes.key)).toEqual([inAttribute(key)]);
    expect(clean.messages.map(({ body }) => body.key)).toEqual([key]);
    expect(clean.events.map(({ detail }) => (detail as { key: string }).key)).toEqual([key]);

    const infected = await airlock.upload(key, eicar(), { bucket });
    expect(infected.tags).toMatchObject({ 'scan-status': 'INFECTED' });
    expect(infected.messages.map(({ body }) => body.key)).toEqual([key]);
  });
});

it.each(['\ufffe', '\uffff'])(
  '%j is no character of a message, so its scan cannot wait; a rescan does it',
  async (character) => {
    const key = `unsendable/a${character}.txt`;
    const { upload, result, tags, messages } = await airlock.upload(key, 'all is well');
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
    expect(result.states).toEqual([...SCANNED.slice(0, -2), 'Key Not Sendable', ...SCANNED.slice(-2)]);
    expect(tags).toMatchObject({ 'scan-status': 'UNSCANNABLE', 'scan-finding': 'key-characters' });
    expect(messages).toMatchObject([{ body: { status: 'UNSCANNABLE', finding: 'key-characters' } }]);
    const asked = { bucket: VERSIONED, prefix: 'unsendable/', strategy: 'all' };
    const rescanned = await airlock.pipeline.start(rescanMachine(airlock.pipeline), asked).result;
    expect(rescanned).toMatchObject({ status: 'SUCCEEDED' });
    expect(await airlock.tags(upload)).toMatchObject({ 'scan-status': 'CLEAN' });
    await airlock.delete(upload);
  },
);

it('left every other object alone, and nothing of theirs in the file system', () => {
  const { buckets } = airlock.pipeline.s3;
  for (const bucket of [VERSIONED, UNVERSIONED]) {
    expect(new Set(buckets.listVersions(bucket, { maxKeys: 10_000 }).entries.map(({ key }) => key))).toEqual(
      new Set([...KEYS, PLAIN_KEY]),
    );
  }
  expect(readdirSync('.')).not.toContain('airlock-was-here');
  expect(readdirSync(tmpdir())).not.toContain('airlock-was-here');
  for (const folder of privateFolders('clamd')) {
    expect(readdirSync(join(tmpdir(), folder)).sort()).toEqual(['clamd.conf', 'db', 's', 'tmp']);
  }
});
