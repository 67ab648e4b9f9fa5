import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createQuarantine } from '../../../../functions/adapters/aws/quarantine.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';
import type { FaultProxy } from '../../../support/fault-proxy.ts';
import { type S3Fault, startS3FaultProxy } from '../../../support/s3-faults.ts';

let s3: TestServer;
let proxy: FaultProxy;
let fault: S3Fault | undefined;

beforeAll(async () => {
  s3 = await startTestServer();
  s3.createBucket('plain');
  s3.createBucket('quarantine', { versioning: 'enabled' });
  proxy = await startS3FaultProxy({ choose: ({ what }) => (what === 'COPY' ? fault : undefined) });
  proxy.forwardTo(s3.endpoint);
});
afterAll(async () => {
  await proxy.close();
  await s3.stop();
});

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  QUARANTINE_BUCKET: 'quarantine',
  SOCKET_TIMEOUT_MILLISECONDS: '100',
};

async function copy(): Promise<void> {
  const { etag, size } = await s3.seed('plain', 'k.txt', 'malware');
  const quarantine = createQuarantine({ ...ENVIRONMENT, AWS_ENDPOINT_URL_S3: proxy.endpoint });
  await quarantine.copy({ bucket: 'plain', key: 'k.txt', etag, size }, 'copy', {});
}

// The content is deleted next: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
it.each<S3Fault>(['errorIn200', 'halfErrorIn200', 'truncated', 'resetMidBody', 'stalled'])(
  'takes nothing for a copy that S3 does not say it made: %s',
  async (done) => {
    fault = done;
    await expect(copy()).rejects.toMatchObject({ name: 'StorageUnavailable' });
    fault = undefined;
    await copy();
    expect(await createQuarantine({ ...ENVIRONMENT, AWS_ENDPOINT_URL_S3: s3.endpoint }).holds('copy')).toBe(true);
  },
);

it('names the original that it cannot read, and what was asked of it', async () => {
  const quarantine = createQuarantine({ ...ENVIRONMENT, AWS_ENDPOINT_URL_S3: s3.endpoint });
  await expect(quarantine.copy({ bucket: 'plain', key: 'gone', etag: 'x', size: 1 }, 'copy', {})).rejects.toThrow(
    /^HeadObject/,
  );
});
