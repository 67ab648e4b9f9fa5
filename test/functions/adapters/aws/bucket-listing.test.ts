import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { createBucketListing } from '../../../../functions/adapters/aws/bucket-listing.ts';
import { AccessDenied, InvalidInput } from '../../../../functions/domain/errors.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';

let s3: TestServer;
let denied = false;
let mistaken = 0;
const asked: string[] = [];
beforeAll(async () => {
  s3 = await startTestServer({
    authorize: () => (denied ? { allowed: false, reason: 'not this one' } : { allowed: true }),
    onRequest: ({ operation }) => {
      asked.push(operation);
      if (mistaken-- > 0) throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
    },
  });
  s3.createBucket('some');
  s3.createBucket('none');
  await s3.seed('some', 'in/a', 'a');
});
afterAll(() => s3.stop());

const hasObjects = (bucket: string, prefix = '', endpoint = s3.endpoint) =>
  createBucketListing({
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: 'lister',
    AWS_SECRET_ACCESS_KEY: 'secret',
  }).hasObjects(bucket, prefix);

it('says whether a bucket holds anything below a prefix, in one request', async () => {
  expect(await hasObjects('some')).toBe(true);
  expect(await hasObjects('some', 'in/')).toBe(true);
  expect(await hasObjects('some', 'out/')).toBe(false);
  expect(await hasObjects('none')).toBe(false);
  expect(asked).toEqual(Array.from({ length: 4 }, () => 'ListObjectsV2'));
});

it('believes no single 404', async () => {
  mistaken = 1;
  expect(await hasObjects('some')).toBe(true);
});

it.each(['', '<ListBucketResult></ListBucketResult>'])(
  'takes no bucket for empty because of an answer that counts nothing: %j',
  async (body) => {
    const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      await expect(hasObjects('some', '', `http://127.0.0.1:${port}`)).rejects.toMatchObject({
        name: 'StorageUnavailable',
        message: 'ListObjectsV2: no key count',
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  },
);

it('says what was asked where it is refused, or where there is no such bucket', async () => {
  const missing = hasObjects('missing');
  await expect(missing).rejects.toThrow(InvalidInput);
  await expect(missing).rejects.toThrow('bucket: "missing" does not exist');
  denied = true;
  const refused = hasObjects('some');
  await expect(refused).rejects.toThrow(AccessDenied);
  await expect(refused).rejects.toThrow(/^ListObjectsV2: AccessDenied: /);
});
