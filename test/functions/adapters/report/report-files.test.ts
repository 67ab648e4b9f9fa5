import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { s3Settings } from '../../../../functions/adapters/aws/sdk-client.ts';
import { createReportFiles } from '../../../../functions/adapters/report/report-files.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';

const [OLDER, NEWER] = ['2026-11-26T03:00:00.000Z', '2026-11-27T03:00:00.000Z'];
const DATED = 'reports/dated/b/some key.csv';
const LATEST = 'reports/latest/b.csv';
const PIECE = 'x'.repeat(1024 ** 2);
let s3: TestServer;
let failing: { operation: string; fault: S3Error } | undefined;
let requests: string[];
beforeAll(async () => {
  s3 = await startTestServer({
    onRequest: ({ operation }) => {
      requests.push(operation);
      if (failing?.operation === operation) throw failing.fault;
    },
  });
  s3.createBucket('results');
});
afterAll(() => s3.stop());
beforeEach(() => {
  failing = undefined;
  requests = [];
});

const environment = () => ({
  ...{ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_S3: s3.endpoint, RESULTS_BUCKET: 'results' },
  ...{ AWS_ACCESS_KEY_ID: 'reporter', AWS_SECRET_ACCESS_KEY: 'secret' },
});
const files = () => createReportFiles(environment());

async function* pieces(count: number): AsyncGenerator<string> {
  for (let at = 0; at < count; at += 1) yield PIECE;
}

async function stored(Key: string) {
  const client = new S3Client(s3Settings(environment()));
  const { Body, ContentType, Metadata } = await client.send(new GetObjectCommand({ Bucket: 'results', Key }));
  return { text: await Body?.transformToString(), ContentType, Metadata };
}

it('writes what does not fit into one request, and reads it back', async () => {
  await files().writeLarge(DATED, 'csv', NEWER, pieces(12));
  expect(requests).toContain('CompleteMultipartUpload');
  const { text, ...rest } = await stored(DATED);
  expect(text?.length).toBe(12 * PIECE.length);
  expect(rest).toEqual({ ContentType: 'text/csv; charset=utf-8', Metadata: { start: NEWER } });
  await files().write('reports/parts/run/b/000001.jsonl', '{}\n');
  expect(await files().read('reports/parts/run/b/000001.jsonl')).toBe('{}\n');
});

it('publishes a copy with its time, and never an older one over a newer one', async () => {
  await files().writeLarge(DATED, 'csv', NEWER, pieces(1));
  await files().publish(DATED, LATEST, NEWER);
  expect(await stored(LATEST)).toEqual(await stored(DATED));
  await files().writeLarge('older.csv', 'csv', OLDER, pieces(2));
  await files().publish('older.csv', LATEST, OLDER);
  expect((await stored(LATEST)).Metadata).toEqual({ start: NEWER });
  await files().publish(DATED, LATEST, NEWER);
  expect((await stored(LATEST)).text?.length).toBe(PIECE.length);
});

it('leaves nothing of what it could not write', async () => {
  failing = { operation: 'UploadPart', fault: new S3Error(403, 'AccessDenied', 'not now') };
  await expect(files().writeLarge('half.csv', 'csv', NEWER, pieces(12))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  expect(requests).toContain('AbortMultipartUpload');
  failing = undefined;
  await expect(stored('half.csv')).rejects.toMatchObject({ name: 'NoSuchKey' });
  failing = { operation: 'HeadObject', fault: new S3Error(403, 'AccessDenied', 'not now') };
  await expect(files().publish(DATED, LATEST, NEWER)).rejects.toMatchObject({ name: 'AccessDenied' });
});
