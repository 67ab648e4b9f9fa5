import { createHash } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { copyId, describedCopies, findCopy, listCopies } from '../../../../cli/operations/quarantine/copies.ts';
import { quarantineKey } from '../../../../functions/domain/quarantine.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';
import { ODD_KEYS } from '../../../support/odd-keys.ts';

let s3: TestServer;
let client: S3Client;
/** More than S3 lists at once. */
const COPIES = 1010;

beforeAll(async () => {
  s3 = await startTestServer();
  s3.createBucket('quarantine', { versioning: 'enabled' });
  s3.createBucket('many', { versioning: 'enabled' });
  client = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'x' },
  });
  for (let at = 0; at < COPIES; at += 1) await s3.seed('many', `many/${at}/v`, 'x');
  for (const key of ['_log/abc/1.json', '_log/abc/2.json']) await s3.seed('many', key, '{}');
});
afterAll(async () => {
  client.destroy();
  await s3.stop();
});

/** As the pipeline copies it. */
const quarantined = (Key: string, original: string) =>
  client.send(
    new PutObjectCommand({
      Bucket: 'quarantine',
      Key,
      Body: 'x',
      Metadata: { 'airlock-bucket': 'odd', 'airlock-key': Buffer.from(original).toString('base64url') },
    }),
  );
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

it('lists page by page, and never the log', async () => {
  const pages: number[] = [];
  for await (const page of listCopies(client, 'many')) pages.push(page.length);
  expect(pages.reduce((a, b) => a + b)).toBe(COPIES);
  expect(pages).toHaveLength(2);
});

it('describes one after another as they are asked for', async () => {
  const before = s3.requests.reads;
  for await (const copy of describedCopies(client, 'many', 'many/')) {
    expect(copy.key).toBe('many/0/v');
    break;
  }
  // One page, and as many as are described at once.
  expect(s3.requests.reads - before).toBeLessThanOrEqual(17);
});

it.each(ODD_KEYS)('finds a copy by ID, key and original: %j', async (key) => {
  const reference = { bucket: 'odd', key, size: 1, etag: 'e', versionId: 'v1' };
  const name = quarantineKey(reference, sha256);
  await quarantined(name, key);
  for (const named of [copyId(name), name, `s3://odd/${key}`]) {
    expect(await findCopy(client, 'quarantine', named)).toMatchObject({
      key: name,
      original: { bucket: 'odd', key },
    });
  }
});

it('names the copies of one original where there are several', async () => {
  for (const version of ['v1', 'v2']) await quarantined(`odd/twice/${version}`, 'twice');
  const ids = [copyId('odd/twice/v1'), copyId('odd/twice/v2')];
  await expect(findCopy(client, 'quarantine', 's3://odd/twice')).rejects.toThrow(`${ids[0]} of `);
  await expect(findCopy(client, 'quarantine', 's3://odd/twice')).rejects.toThrow(`${ids[1]} of `);
});
