import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isStillRefused } from '../../../../cli/operations/quarantine/still-refused.ts';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { EXEMPTIONS_KEY, writeExemptions } from '../../../../functions/domain/definitions/exemptions.ts';
import { CURRENT_KEY } from '../../../../functions/domain/definitions/published-definitions.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';

const [SHA, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];
const DECISION = { by: 'arn:aws:iam::000000000000:user/op', at: '2026-01-01T00:00:00Z', reason: 'harmless' };
const exempt = (sha256: string) => ({ ...DECISION, kind: 'content' as const, sha256 });

let server: TestServer;
let s3: S3Client;
let Bucket: string;
let buckets = 0;
let refused: S3Error | undefined;

beforeAll(async () => {
  server = await startTestServer({
    onRequest() {
      if (refused !== undefined) throw refused;
    },
  });
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  s3 = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  s3.destroy();
  await server.stop();
});
beforeEach(() => {
  refused = undefined;
  buckets += 1;
  Bucket = `definitions-${buckets}`;
  server.createBucket(Bucket);
});

const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const publish = (version: string) =>
  put(
    CURRENT_KEY,
    JSON.stringify({
      version,
      prefix: 'versions/x/',
      files: [{ name: 'main.cvd', size: 1, sha256: SHA, modified: '2026-01-01T00:00:00Z' }],
      publishedAt: '2026-01-01T00:00:00Z',
      checkedAt: '2026-01-01T00:00:00Z',
      signaturesTime: null,
    }),
  );
let hashed = 0;
const ask = (status = 'INFECTED', definitions: string | undefined = '27500') => {
  hashed = 0;
  return isStillRefused(s3, Bucket, { status, definitions } as Parameters<typeof isStillRefused>[2], async () => {
    hashed += 1;
    return SHA;
  });
};

describe('a scan could only repeat what was found', () => {
  it('with the definitions that found it; the content is not read for that', async () => {
    await publish('27500');
    expect([await ask(), hashed]).toEqual([true, 0]);
  });

  it('when other contents are exempt', async () => {
    await publish('27500');
    await put(EXEMPTIONS_KEY, writeExemptions([exempt(OTHER), { ...exempt(SHA), removed: DECISION }]));
    expect([await ask(), hashed]).toEqual([true, 1]);
  });
});

describe('only a scan can tell', () => {
  it.each(['ERROR', 'UNSCANNABLE', 'REJECTED'])('after %s', async (status) => {
    await publish('27500');
    expect(await ask(status)).toBe(false);
  });

  it('with other definitions, and without any', async () => {
    expect(await ask()).toBe(false);
    await publish('27501');
    expect(await ask()).toBe(false);
  });

  it('when the content is exempt', async () => {
    await publish('27500');
    await put(EXEMPTIONS_KEY, writeExemptions([exempt(SHA)]));
    expect(await ask()).toBe(false);
  });

  it('for who may not read the definitions; any other fault is one', async () => {
    await publish('27500');
    refused = new S3Error(403, 'AccessDenied', 'no');
    expect(await ask()).toBe(false);
    refused = new S3Error(500, 'InternalError', 'broken');
    await expect(ask()).rejects.toMatchObject({ name: 'InternalError' });
  });
});
