import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../../emulator/http/loopback.ts';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { createRescanResults } from '../../../../functions/adapters/aws/rescan-results.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';
import type { FaultProxy } from '../../../support/fault-proxy.ts';
import { type S3Fault, startS3FaultProxy } from '../../../support/s3-faults.ts';

const FOLDER = 'runs/run/uuid';
const LINES = Array.from({ length: 10_000 }, (_, batch) => ({ batch }));

let s3: TestServer;
let proxy: FaultProxy;
/** An operation that no policy allows. */
let refused: string | undefined;
let faulty: { readonly key: string; readonly fault: S3Fault; times?: number } | undefined;

beforeAll(async () => {
  s3 = await startTestServer({
    onRequest: ({ operation }) => {
      if (operation === refused) throw new S3Error(403, 'AccessDenied', 'Access Denied');
    },
  });
  s3.createBucket('results');
  const Key = `${FOLDER}/SUCCEEDED_0.json`;
  await s3.seed('results', Key, LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await s3.seed('results', `${FOLDER}/manifest.json`, JSON.stringify({ ResultFiles: { SUCCEEDED: [{ Key }] } }));
  proxy = await startS3FaultProxy({
    choose: ({ key }) => {
      if (key !== faulty?.key || faulty.times === 0) return undefined;
      if (faulty.times !== undefined) faulty.times -= 1;
      return faulty.fault;
    },
  });
  proxy.forwardTo(s3.endpoint);
});
afterAll(async () => {
  await proxy.close();
  await s3.stop();
});

const results = (endpoint = proxy.endpoint) =>
  createRescanResults({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'role',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_S3: endpoint,
    RESULTS_BUCKET: 'results',
    SOCKET_TIMEOUT_MILLISECONDS: '100',
  });

async function linesOf(run: string, endpoint?: string) {
  const lines = [];
  for await (const line of results(endpoint).lines(run)) lines.push(line);
  return lines;
}
const read = async () => (await linesOf('run')).map(({ line }) => line);

it('reads every line of every file', async () => {
  faulty = undefined;
  expect(await read()).toEqual(LINES);
});

// Half the batches would count as all of them, and the window would move on.
it.each(
  (['manifest.json', 'SUCCEEDED_0.json'] as const).flatMap((file) =>
    (['resetMidBody', 'stalled'] as const).map((fault) => [fault, file] as const),
  ),
)('takes no half for the whole: %s of %s', async (fault, file) => {
  faulty = { key: `${FOLDER}/${file}`, fault };
  await expect(read()).rejects.toMatchObject({ name: 'StorageUnavailable' });
});

it('has no lines of a run without results', async () => {
  expect(await linesOf('other')).toEqual([]);
});

it('reads what succeeded, failed and never began, each under its status, blank lines left out', async () => {
  const files = { SUCCEEDED: '{"a":1}\n\n{"a":2}', FAILED: '{"a":3}\n', PENDING: '{"a":4}\r\n{"a":5}\n' };
  const ResultFiles: Record<string, { Key: string }[]> = {};
  for (const [status, content] of Object.entries(files)) {
    const Key = `runs/mixed/uuid/${status}_0.json`;
    await s3.seed('results', Key, content);
    ResultFiles[status] = [{ Key }];
  }
  // Another object of that folder, listed before the manifest.
  await s3.seed('results', 'runs/mixed/uuid/a.json', 'x');
  await s3.seed('results', 'runs/mixed/uuid/manifest.json', JSON.stringify({ ResultFiles }));
  expect(await linesOf('mixed')).toEqual([
    { status: 'SUCCEEDED', line: { a: 1 } },
    { status: 'SUCCEEDED', line: { a: 2 } },
    { status: 'FAILED', line: { a: 3 } },
    { status: 'PENDING', line: { a: 4 } },
    { status: 'PENDING', line: { a: 5 } },
  ]);
});

it('finds the manifest behind more objects than one answer lists', async () => {
  const listings = {
    first:
      '<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken><Contents><Key>a</Key></Contents>',
    second: '<Contents><Size>1</Size></Contents><Contents><Key>runs/r/u/manifest.json</Key></Contents>',
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://s3');
    const page = searchParams.get('continuation-token') === 't' ? listings.second : listings.first;
    if (searchParams.has('list-type')) return response.end(`<ListBucketResult>${page}</ListBucketResult>`);
    const lines = JSON.stringify({ ResultFiles: { FAILED: [{ Key: 'lines' }] } });
    return response.end(pathname.endsWith('/manifest.json') ? lines : '{"a":1}\n');
  });
  const { endpoint, close } = await listenOnLoopback(server);
  try {
    expect(await linesOf('r', endpoint)).toEqual([{ status: 'FAILED', line: { a: 1 } }]);
  } finally {
    await close();
  }
});

it.each<[operation: string, call: () => Promise<unknown>]>([
  ['ListObjectsV2', () => linesOf('run')],
  ['GetObject', () => linesOf('run')],
  ['GetObject', () => results().read('b', '')],
  ['PutObject', () => results().advance('refused', '', 1)],
])('says what it is about where it is refused: %s', async (operation, call) => {
  faulty = undefined;
  refused = operation;
  try {
    await expect(call()).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'rescan results: AccessDenied: Access Denied',
    });
  } finally {
    refused = undefined;
  }
});

it('needs to know its bucket', () => {
  expect(() => createRescanResults({})).toThrow('RESULTS_BUCKET');
});

it('takes a line or a manifest that is no JSON for half of one', async () => {
  await s3.seed('results', 'runs/odd/uuid/manifest.json', '{');
  await expect(linesOf('odd')).rejects.toMatchObject({
    name: 'StorageUnavailable',
    message: expect.stringMatching(/^rescan results: .*JSON/),
    cause: expect.any(SyntaxError),
  });
});

describe('how far the windows of a bucket and prefix have come', () => {
  const [first, second] = ['2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z'].map((time) => Date.parse(time));

  it('is unknown before the first run, and never goes back', async () => {
    const { read, advance } = results();
    expect(await read('b', 'in/')).toBeUndefined();
    await advance('b', 'in/', second ?? 0);
    expect(await read('b', 'in/')).toBe(second);
    await advance('b', 'in/', first ?? 0);
    expect(await read('b', 'in/')).toBe(second);
    await advance('b', 'in/', (second ?? 0) + 1);
    expect(await read('b', 'in/')).toBe((second ?? 0) + 1);
  });

  it('is of that bucket and that prefix, however long it is', async () => {
    const { read, advance } = results();
    const long = 'p'.repeat(1024);
    await advance('b', long, second ?? 0);
    expect(await read('b', long)).toBe(second);
    expect(await read('b', `${long.slice(1)}q`)).toBeUndefined();
    expect(await read('b2', long)).toBeUndefined();
  });

  it('is kept where the bucket’s owner can read it', async () => {
    await results().advance('kept', 'in/', second ?? 0);
    const key = `progress/kept/${createHash('sha256').update('in/').digest('hex')}.json`;
    const { body } = s3.buckets.get('results', key);
    expect(JSON.parse(await text(s3.bodies.read(body)))).toEqual({
      bucket: 'kept',
      prefix: 'in/',
      to: '2026-11-02T00:00:00.000Z',
    });
  });

  it('is written once, where nothing changes', async () => {
    const { advance } = results();
    await advance('once', '', second ?? 0);
    s3.requests.reset();
    await advance('once', '', second ?? 0);
    expect(s3.requests.count('PutObject')).toBe(0);
  });

  it('is not taken for unknown for one mistaken 404', async () => {
    const key = `progress/b/${createHash('sha256').update('in/').digest('hex')}.json`;
    faulty = { key, fault: 'notFound', times: 1 };
    expect(await results().read('b', 'in/')).toBe((second ?? 0) + 1);
    faulty = undefined;
  });

  it('is not taken for unknown where it cannot be read', async () => {
    faulty = { key: `progress/b/${createHash('sha256').update('in/').digest('hex')}.json`, fault: 'stalled' };
    await expect(results().read('b', 'in/')).rejects.toMatchObject({ name: 'StorageUnavailable' });
    faulty = undefined;
    s3.createBucket('elsewhere');
    const missing = createRescanResults({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'role',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_S3: proxy.endpoint,
      RESULTS_BUCKET: 'no-such-bucket',
    });
    await expect(missing.read('b', '')).rejects.toMatchObject({ name: 'ObjectGone' });
  });
});
