import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createObjectStore } from '../../../../functions/adapters/aws/object-store.ts';
import { readCurrent } from '../../../../functions/adapters/definitions/published.ts';
import { AccessDenied } from '../../../../functions/domain/errors.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';

let s3: TestServer;
let bucket: string;
let buckets = 0;
let denied = false;
beforeAll(async () => {
  s3 = await startTestServer({
    authorize: () => (denied ? { allowed: false, reason: 'not this one' } : { allowed: true }),
  });
});
afterAll(() => s3.stop());
beforeEach(() => {
  bucket = `definitions-${buckets++}`;
  s3.createBucket(bucket);
});

const read = () =>
  readCurrent(
    createObjectStore({
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ACCESS_KEY_ID: 'scanner',
      AWS_SECRET_ACCESS_KEY: 'secret',
    }),
    bucket,
  );

const TIME = '2026-11-21T00:00:00.000Z';
const SET = {
  version: '27500',
  prefix: 'versions/1/',
  files: [{ name: 'daily.cvd', size: 1, sha256: 'a'.repeat(64), modified: TIME }],
  publishedAt: TIME,
  checkedAt: TIME,
  signaturesTime: null,
};
const JSON_OF_SET = JSON.stringify(SET);
const etagOf = (content: string) => createHash('md5').update(content).digest('hex');

describe('current.json', () => {
  it('names the published set, and has an ETag for the next swap', async () => {
    await s3.seed(bucket, 'current.json', JSON_OF_SET);
    expect(await read()).toEqual({ etag: etagOf(JSON_OF_SET), set: SET });
  });

  it('may hold more than today’s scanner knows, up to a million bytes', async () => {
    const full = JSON.stringify({ ...SET, more: '' });
    const padded = full.padEnd(1_000_000, ' ');
    await s3.seed(bucket, 'current.json', padded);
    expect(await read()).toEqual({ etag: etagOf(padded), set: SET });
  });

  it('is not there before the first publication', async () => {
    expect(await read()).toEqual({ complaint: 'no definitions have been published yet' });
  });

  it.each([
    ['', 'current.json is 0 bytes long'],
    [JSON_OF_SET.padEnd(1_000_001, ' '), 'current.json is 1000001 bytes long'],
    ['{', 'current.json: not JSON'],
    ['{}', /^current\.json: .*version.*prefix.*files/s],
    [JSON.stringify({ ...SET, prefix: '../' }), /^current\.json: .*is not a folder of versions\//s],
  ])('that makes no sense is complained about, with its ETag: %#', async (content, complaint) => {
    await s3.seed(bucket, 'current.json', content);
    const current = await read();
    expect(current).toEqual({ etag: etagOf(content), complaint: expect.stringMatching(complaint) });
  });

  it('that may not be read is a fault, not an absence', async () => {
    denied = true;
    try {
      await expect(read()).rejects.toThrow(AccessDenied);
    } finally {
      denied = false;
    }
  });
});
