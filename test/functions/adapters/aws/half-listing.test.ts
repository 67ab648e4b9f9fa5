import { createServer } from 'node:http';
import { expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../../emulator/http/loopback.ts';
import { createBucketObjects } from '../../../../functions/adapters/aws/bucket-objects.ts';

/** What a bucket holds, where S3 answers so when it is asked to list it. */
async function listed(answer: string) {
  const server = createServer((_, response) => response.end(answer));
  const { endpoint, close } = await listenOnLoopback(server);
  try {
    const environment = {
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
    };
    const found = [];
    for await (const object of createBucketObjects(environment, 'definitions').list('own/')) found.push(object);
    return found;
  } finally {
    await close();
  }
}

it('takes no folder for empty because of half an answer', async () => {
  await expect(listed('')).rejects.toMatchObject({
    name: 'StorageUnavailable',
    message: 'ListObjectsV2 own/: no key count',
  });
});

it('takes what S3 tells neither key nor time of for no key, and for new', async () => {
  const answer = '<ListBucketResult><KeyCount>1</KeyCount><Contents><Size>1</Size></Contents></ListBucketResult>';
  expect(await listed(answer)).toEqual([{ key: '', modified: Number.POSITIVE_INFINITY }]);
});
