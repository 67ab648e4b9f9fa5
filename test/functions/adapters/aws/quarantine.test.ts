import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:http';
import { expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../../emulator/http/loopback.ts';
import { createQuarantine } from '../../../../functions/adapters/aws/quarantine.ts';

/** Copies: test/scenarios/quarantined.test.ts, against the local S3, which has no annotations. */
it('leaves annotations behind: with them S3 would ask for a permission that nobody has', async () => {
  const copies: IncomingHttpHeaders[] = [];
  const server = createServer(({ method, headers }, response) => {
    if (method === 'PUT') copies.push(headers);
    response.end(method === 'PUT' ? '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>' : '');
  });
  const { endpoint, close } = await listenOnLoopback(server);
  const quarantine = createQuarantine({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'role',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_ENDPOINT_URL_S3: endpoint,
    QUARANTINE_BUCKET: 'quarantine',
  });
  await quarantine.copy({ bucket: 'uploads', key: 'key', versionId: 'v', size: 1, etag: 'e' }, 'kept', {});
  await close();
  expect(copies).toMatchObject([{ 'x-amz-object-annotation-directive': 'EXCLUDE' }]);
});
