import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { createBucketObjects } from '../../../../functions/adapters/aws/bucket-objects.ts';
import { StorageUnavailable } from '../../../../functions/domain/errors.ts';

it('takes no folder for empty because of half an answer', async () => {
  const server = createServer((_, response) => response.end('')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const objects = createBucketObjects(
      {
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        AWS_ACCESS_KEY_ID: 'id',
        AWS_SECRET_ACCESS_KEY: 'secret',
      },
      'definitions',
    );
    await expect(objects.list('own/')[Symbol.asyncIterator]().next()).rejects.toThrow(StorageUnavailable);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
