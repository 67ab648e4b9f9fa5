// Over 250 lines: every way in which an update can fail, with the real freshclam and clamd.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { S3Error } from '../../../emulator/s3/errors.ts';
import type { S3RequestInfo } from '../../../emulator/s3/server.ts';
import { METRICS_CHANNEL, type Recorded } from '../../../functions/adapters/aws/metrics.ts';
import { createDefinitionsWorkshop } from '../../../functions/adapters/clamav/definitions-self-test.ts';
import { type FreshclamOptions, freshclam } from '../../../functions/adapters/definitions/freshclam.ts';
import { createDefinitionsMetrics } from '../../../functions/adapters/definitions/metrics.ts';
import { createDefinitionsPublication } from '../../../functions/adapters/definitions/publication.ts';
import { PublishedDefinitions } from '../../../functions/domain/definitions/published-definitions.ts';
import { create, freshclamOptions, updateDefinitions } from '../../../functions/handlers/update-definitions.ts';
import { eicar } from '../../../local/samples/eicar.ts';
import { startTestServer, type TestServer } from '../../emulator/s3/harness.ts';
import { childrenNamed, privateFolders } from '../../support/processes.ts';
import { type SignatureMirror, silence, startSignatureMirror, withStatus } from '../../support/signature-mirror.ts';
import { canMountSmallDisk, mountSmallDisk } from '../../support/small-disk.ts';

const HOUR = 3_600_000;
const itOnSmallDisk = canMountSmallDisk() ? it : it.skip;
const signature = (name: string, content: string | Buffer) => `${name}:0:0:${Buffer.from(content).toString('hex')}\n`;

const BASE = signature('Eicar-Test-Signature', eicar()) + signature('Some.Malware', 'some malware');

/** What freshclam accepts as a set until it checks the digital signature. */
const UNSIGNED = `${'ClamAV-VDB:01 Jan 2026 00-00 +0000:27500:1:90:x:y:builder:1767225600'.padEnd(512)}${'x'.repeat(500)}`;
const PUBLISHED: PublishedDefinitions = {
  version: '27500',
  prefix: 'versions/1/',
  files: [],
  publishedAt: '2026-01-01T00:00:00.000Z',
  checkedAt: '2026-01-01T00:00:00.000Z',
  signaturesTime: null,
};

let s3: TestServer;
let client: S3Client;
let failing = '';
let onRequest: (request: S3RequestInfo) => Promise<void> = async () => undefined;
let mirror: SignatureMirror;
let scratch: string;
let now: Date;
let bucket: string;
let buckets = 0;
const recorded: Recorded['values'][] = [];
const record = (message: unknown) => recorded.push((message as Recorded).values);

beforeAll(async () => {
  now = new Date();
  s3 = await startTestServer({
    clock: () => now,
    onRequest: async (request) => {
      if (request.operation === failing) throw new S3Error(500, 'InternalError', 'We encountered an internal error');
      await onRequest(request);
    },
  });
  client = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  mirror = await startSignatureMirror();
  METRICS_CHANNEL.subscribe(record);
});
afterAll(async () => {
  METRICS_CHANNEL.unsubscribe(record);
  client.destroy();
  await mirror.close();
  await s3.stop();
  expect([...childrenNamed('freshclam'), ...childrenNamed('clamd'), ...privateFolders('')]).toEqual([]);
});

beforeEach(() => {
  now = new Date();
  scratch = mkdtempSync(join(tmpdir(), 'update-'));
  bucket = `definitions-${buckets++}`;
  s3.createBucket(bucket);
  mirror.put('base.ndb', BASE);
});
afterEach(async () => {
  expect(readdirSync(scratch)).toEqual([]);
  rmSync(scratch, { recursive: true });
  failing = '';
  onRequest = async () => undefined;
  mirror.answerWith();
  for (const name of ['base.ndb', 'more.ndb', 'daily.cvd']) mirror.remove(name);
  mirror.forget();
  recorded.splice(0);
});

const keys = () => [...s3.buckets.bucket(bucket).versions.keys()].sort();

function environment(extra: Record<string, string> = {}) {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ACCESS_KEY_ID: 'updater',
    AWS_SECRET_ACCESS_KEY: 'secret',
    DEFINITIONS_BUCKET: bucket,
    SCRATCH_DIRECTORY: scratch,
    MAX_OBJECT_BYTES: '1000000',
    CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf',
    PATH: process.env.PATH,
    ...extra,
  };
}

function update(names: readonly string[] = ['base.ndb'], changes: Partial<FreshclamOptions> = {}) {
  const env = environment();
  const clock = () => now;
  const handler = updateDefinitions(
    {
      clock,
      publication: createDefinitionsPublication(env, clock),
      workshop: createDefinitionsWorkshop(env),
      mirror: freshclam({
        mirror: null,
        customUrls: names.map((name) => `${mirror.url}/${name}`),
        allowInsecureMirror: true,
        milliseconds: 20_000,
        patienceSeconds: 1,
        attempts: 1,
        searchPath: process.env.PATH,
        ...changes,
      }),
    },
    createDefinitionsMetrics(env),
  );
  return handler({}, {} as Context);
}

async function contentOf(key: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body?.transformToString() ?? '';
}

const currentText = () => contentOf('current.json');
const current = async () => PublishedDefinitions.parse(JSON.parse(await currentText()));
const later = (milliseconds: number) => {
  now = new Date(now.getTime() + milliseconds);
};

describe('an update', () => {
  it('publishes a set whole, and then says which it is', async () => {
    await expect(update()).resolves.toMatchObject({ outcome: 'PUBLISHED' });
    const set = await current();
    expect(set).toMatchObject({ version: expect.stringMatching(/^local-/), publishedAt: now.toISOString() });
    expect(set.files).toEqual([expect.objectContaining({ name: 'base.ndb', size: BASE.length })]);
    expect(keys()).toEqual(['current.json', 'freshclam.dat', `${set.prefix}base.ndb`, `${set.prefix}manifest.json`]);
    expect(await contentOf(`${set.prefix}base.ndb`)).toBe(BASE);
    expect(recorded).toEqual([{ DefinitionsUpdateFailed: 0, DefinitionsAge: 0 }]);
  });

  it('that finds nothing new asks for differences only, publishes nothing, and says that it looked', async () => {
    await update();
    const before = await current();
    mirror.put('base.ndb', BASE);
    mirror.forget();
    later(4 * HOUR);
    await expect(update()).resolves.toMatchObject({ outcome: 'UP_TO_DATE', version: before.version });
    expect(mirror.requests).toEqual(['GET /base.ndb -> 200']);
    expect(await current()).toEqual({ ...before, checkedAt: now.toISOString() });
    expect(recorded.at(-1)).toEqual({ DefinitionsUpdateFailed: 0, DefinitionsAge: 0 });
  });

  it('shows the mirror the time of what it has', async () => {
    mirror.put('base.ndb', BASE, new Date(now.getTime() - HOUR));
    await update();
    mirror.forget();
    await update();
    expect(mirror.requests).toEqual(['GET /base.ndb -> 304']);
  });

  it('that finds something new publishes another folder; folders of yesterday go, but never the one in force nor the one before', async () => {
    await update();
    const first = await current();
    later(HOUR);
    mirror.put('more.ndb', signature('More', 'more'));
    await expect(update(['base.ndb', 'more.ndb'])).resolves.toMatchObject({ outcome: 'PUBLISHED' });
    const second = await current();
    expect(second.version).not.toBe(first.version);
    expect(keys()).toContain(`${first.prefix}base.ndb`);

    later(25 * HOUR);
    await update(['base.ndb', 'more.ndb']);
    expect(keys()).toContain(`${second.prefix}base.ndb`);
    mirror.put('more.ndb', signature('More', 'even more'));
    await update(['base.ndb', 'more.ndb']);
    const third = await current();
    const filesOf = (...sets: { prefix: string }[]) =>
      sets.flatMap(({ prefix }) => ['base.ndb', 'manifest.json', 'more.ndb'].map((name) => `${prefix}${name}`));
    expect(keys()).toEqual(['current.json', 'freshclam.dat', ...filesOf(second, third)]);

    later(HOUR);
    mirror.put('more.ndb', signature('More', 'more than that'));
    await update(['base.ndb', 'more.ndb']);
    expect(keys()).toEqual(['current.json', 'freshclam.dat', ...filesOf(third, await current())]);
  });

  it('takes the operator’s custom definitions along, and drops what is no longer requested', async () => {
    await s3.seed(bucket, 'own/mine.ndb', signature('Mine', 'not in this house'));
    await s3.seed(bucket, 'own/daily.cvd', 'never in place of an official set');
    await s3.seed(bucket, 'own/sub/other.ndb', 'no folders');
    await s3.seed(bucket, 'own/README', 'no signatures');
    mirror.put('more.ndb', signature('More', 'more'));
    await update(['base.ndb', 'more.ndb']);
    expect((await current()).files.map(({ name }) => name)).toEqual(['base.ndb', 'mine.ndb', 'more.ndb']);
    s3.buckets.delete(bucket, 'own/mine.ndb');
    await update(['base.ndb']);
    expect((await current()).files.map(({ name }) => name)).toEqual(['base.ndb']);
  });

  it('publishes again what was damaged in the bucket', async () => {
    await update();
    const { prefix } = await current();
    await s3.seed(bucket, `${prefix}base.ndb`, signature('Eicar-Test-Signature', 'x'.repeat(68)));
    later(HOUR);
    await expect(update()).resolves.toMatchObject({ outcome: 'PUBLISHED' });
    expect((await current()).prefix).not.toBe(prefix);
  });

  it('puts a current.json that makes no sense right', async () => {
    await s3.seed(bucket, 'current.json', '{"version":"1","prefix":"../"}');
    await update();
    expect((await current()).files).toHaveLength(1);
  });

  it('prints its metrics as CloudWatch reads them', async () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      createDefinitionsMetrics(environment({ AWS_LAMBDA_FUNCTION_NAME: 'UpdateDefinitions' })).updated(
        false,
        { ...PUBLISHED, checkedAt: new Date(now.getTime() - 90_000_000).toISOString() },
        now,
      );
      const lines = write.mock.calls.map(([line]) => JSON.parse(String(line)));
      expect(lines).toEqual([
        expect.objectContaining({ service: 's3-airlock', DefinitionsUpdateFailed: 1, DefinitionsAge: 90_000 }),
      ]);
      expect(lines[0]._aws.CloudWatchMetrics).toMatchObject([{ Namespace: 'S3Airlock', Dimensions: [['service']] }]);
    } finally {
      write.mockRestore();
    }
  });

  it.each([
    [{}, {}],
    [{ DEFINITIONS_MIRROR: '', DEFINITIONS_CUSTOM_URLS: '' }, {}],
    [{ DEFINITIONS_MIRROR: 'http://m' }, { mirror: 'http://m' }],
    [
      { DEFINITIONS_MIRROR: 'none', DEFINITIONS_CUSTOM_URLS: 'http://a http://b' },
      { mirror: null, customUrls: ['http://a', 'http://b'] },
    ],
    [{ DEFINITIONS_CUSTOM_URLS: ' http://a  ' }, { customUrls: ['http://a'] }],
    [{ DEFINITIONS_ALLOW_LISTS: 'a.ign2 b.fp' }, { allowLists: ['a.ign2', 'b.fp'] }],
    [{ DEFINITIONS_ALLOW_INSECURE_MIRROR: 'true' }, { allowInsecureMirror: true }],
    [{ DEFINITIONS_ALLOW_INSECURE_MIRROR: 'false' }, {}],
  ])('takes from the environment %j', (env, expected) => {
    expect(freshclamOptions({ ...env, PATH: '/bin' })).toEqual({
      mirror: undefined,
      customUrls: [],
      allowInsecureMirror: false,
      allowLists: [],
      ...expected,
      milliseconds: 600_000,
      patienceSeconds: 60,
      attempts: 3,
      searchPath: '/bin',
    });
  });

  it('wants no payload', async () => {
    await expect(create(environment())({ force: true }, {} as Context)).rejects.toThrow('force');
  });
});

describe('an update that fails keeps the set in force and says so', () => {
  const failures: [string, () => void, RegExp, Partial<FreshclamOptions>?][] = [
    ['a malformed file', () => mirror.put('base.ndb', 'garbage'), /freshclam ended with 8: .*Malformed database/],
    ['an empty file', () => mirror.put('base.ndb', ''), /./],
    ['a set that misses EICAR', () => mirror.put('base.ndb', signature('Other', 'other')), /do not find the EICAR/],
    [
      'a set that finds nothing but EICAR',
      () => mirror.put('base.ndb', signature('Eicar-Test-Signature', eicar())),
      /hold no signature but EICAR's/,
    ],
    [
      'a set that finds what is clean',
      () => mirror.put('base.ndb', signature('Eicar', eicar()) + signature('Oops', 'Nothing is wrong')),
      /find Oops\.UNOFFICIAL in clean\.txt/,
    ],
    ['403', () => mirror.answerWith(withStatus(403)), /accepts no requests before .*403|accepts no requests before/],
    ['429, which freshclam calls a success', () => mirror.answerWith(withStatus(429)), /accepts no requests before/],
    ['500', () => mirror.answerWith(withStatus(500)), /freshclam ended with 11: .*\(500\)/],
    ['404', () => mirror.remove('base.ndb'), /freshclam ended with 11/],
    ['a mirror that says nothing', () => mirror.answerWith(silence), /freshclam ended with 5: .*[Tt]imeout/],
    [
      'a body that breaks off',
      () =>
        mirror.answerWith((_, response) => {
          response.writeHead(200, { 'content-length': '1000' }).write('Eicar');
          setImmediate(() => response.destroy());
        }),
      /freshclam ended with/,
    ],
    [
      'freshclam that hangs',
      () => mirror.answerWith(silence),
      /did not finish within 300 ms/,
      { milliseconds: 300, patienceSeconds: 60 },
    ],
    [
      'a private mirror of official sets that are not signed',
      () => mirror.put('daily.cvd', UNSIGNED),
      /freshclam ended with 7: .*verify database integrity/,
      { mirror: 'here' },
    ],
    [
      'a private mirror that refuses',
      () => mirror.answerWith(withStatus(403)),
      /freshclam ended with 11|wants no requests/,
      { mirror: 'here' },
    ],
    ['freshclam that is not there', () => undefined, /No such file/, { binary: '/nowhere/freshclam' }],
  ];

  it.each(failures)('%s', async (...[, fail, words, changes]) => {
    await update();
    const before = await currentText();
    const stored = keys();
    later(5 * HOUR);
    fail();
    const mirrorOf = changes?.mirror === 'here' ? { mirror: mirror.url } : {};
    const failing = update(['base.ndb'], { ...changes, ...mirrorOf });
    await expect(failing).rejects.toMatchObject({ name: 'DefinitionsUpdateFailed' });
    await expect(failing).rejects.toThrow(words);
    expect(await currentText()).toBe(before);
    expect(keys()).toEqual(stored);
    expect(recorded.at(-1)).toEqual({ DefinitionsUpdateFailed: 1, DefinitionsAge: 18_000 });
  });

  it('the first one too: nothing is in force then', async () => {
    mirror.answerWith(withStatus(500));
    await expect(update()).rejects.toThrow();
    expect(recorded.at(-1)).toEqual({ DefinitionsUpdateFailed: 1 });
    expect(keys()).toEqual(['freshclam.dat']);
  });

  it('and leaves a mirror in peace that asked for it, the next time too', async () => {
    await update();
    mirror.answerWith(withStatus(429));
    await expect(update()).rejects.toThrow(/no requests before/);
    mirror.answerWith();
    mirror.forget();
    await expect(update([], { mirror: mirror.url })).rejects.toThrow(/no requests before/);
    expect(mirror.requests).toEqual([]);
  });

  itOnSmallDisk('when the disk is full', async () => {
    await update();
    const before = await currentText();
    mirror.put('base.ndb', signature('Eicar', eicar()) + signature('More', 'more').repeat(10_000));
    mkdirSync(scratch, { recursive: true });
    const unmount = mountSmallDisk(scratch, 65_536);
    try {
      await expect(update()).rejects.toThrow();
    } finally {
      unmount();
    }
    expect(await currentText()).toBe(before);
    expect(recorded.at(-1)).toMatchObject({ DefinitionsUpdateFailed: 1 });
  });

  it.each(['PutObject', 'GetObject', 'ListObjectsV2', 'HeadObject'])('when S3 fails at %s', async (operation) => {
    await update();
    const before = await currentText();
    mirror.put('base.ndb', signature('Eicar', eicar()) + signature('More', 'more'));
    failing = operation;
    await expect(update()).rejects.toMatchObject({ name: 'StorageUnavailable' });
    failing = '';
    expect(await currentText()).toBe(before);
  });
});

describe('two updates at once', () => {
  it('never go backwards: the first to publish stands', async () => {
    await update();
    mirror.put('more.ndb', signature('More', 'old'));
    const held = holdBefore('PutObject', 'current.json');
    const slow = update(['base.ndb', 'more.ndb']);
    await held.reached;
    mirror.put('more.ndb', signature('More', 'new'));
    later(1000);
    await expect(update(['base.ndb', 'more.ndb'])).resolves.toMatchObject({ outcome: 'PUBLISHED' });
    const published = await currentText();
    held.release();
    await expect(slow).resolves.toMatchObject({ outcome: 'SUPERSEDED' });
    expect(await currentText()).toBe(published);
  });

  it('may both be the first', async () => {
    const held = holdBefore('PutObject', 'current.json');
    const slow = update();
    await held.reached;
    later(1000);
    await update();
    const published = await currentText();
    held.release();
    await expect(slow).resolves.toMatchObject({ outcome: 'SUPERSEDED' });
    expect(await currentText()).toBe(published);
  });

  it('do not lose what is new to one that found nothing', async () => {
    await update();
    mirror.put('more.ndb', signature('More', 'more'));
    const held = holdBefore('PutObject', 'current.json');
    const slow = update(['base.ndb', 'more.ndb']);
    await held.reached;
    later(1000);
    await expect(update(['base.ndb'])).resolves.toMatchObject({ outcome: 'UP_TO_DATE' });
    held.release();
    await expect(slow).resolves.toMatchObject({ outcome: 'PUBLISHED' });
    expect((await current()).files).toHaveLength(2);
  });
});

/** Holds the first such request. */
function holdBefore(operation: string, key: string) {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  onRequest = async (request) => {
    if (request.operation !== operation || request.key !== key) return;
    onRequest = async () => undefined;
    reached.resolve();
    await released.promise;
  };
  return { reached: reached.promise, release: () => released.resolve() };
}
