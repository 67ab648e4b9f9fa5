import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { Sandbox } from '../../../support/sandbox.ts';

/** Without a byte, and how long the sandbox is frozen meanwhile. */
const SOCKET_TIMEOUT = 300;
const FROZEN = 500;
/** So much is written as it arrives. */
const CONTENT = Buffer.alloc(9_000_000, 'Test.Signature:0:*:00112233445566778899\n');

const folder = mkdtempSync(join(tmpdir(), 'frozen-download-'));
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.kill());
afterAll(() => rmSync(folder, { recursive: true }));

/** S3 with one object; half of it is sent in the first answer, and `rest` decides about the other half. */
async function startHalfS3(rest: Promise<(response: ServerResponse) => void>) {
  const server = createServer(async (request, response) => {
    const identity = { etag: '"e"', 'accept-ranges': 'bytes' };
    if (request.method === 'HEAD') {
      response.writeHead(200, { ...identity, 'content-length': CONTENT.length }).end();
      return;
    }
    const range = `bytes 0-${CONTENT.length - 1}/${CONTENT.length}`;
    response.writeHead(206, { ...identity, 'content-length': CONTENT.length, 'content-range': range });
    gets += 1;
    if (gets > 1) return void response.end(CONTENT);
    response.write(CONTENT.subarray(0, CONTENT.length / 2));
    (await rest)(response);
  }).listen(0, '127.0.0.1');
  let gets = 0;
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    gets: () => gets,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

it.each<[string, (response: ServerResponse) => void]>([
  ['S3 went on sending', (response) => void response.end(CONTENT.subarray(CONTENT.length / 2))],
  ['S3 closed the connection', (response) => void response.destroy()],
  ['S3 waited', () => undefined],
])('brings every signature, though its sandbox was frozen meanwhile, and %s', async (_, rest) => {
  const frozen = Promise.withResolvers<typeof rest>();
  const s3 = await startHalfS3(frozen.promise);
  const file = {
    name: 'a.ndb',
    size: CONTENT.length,
    sha256: createHash('sha256').update(CONTENT).digest('hex'),
    modified: '2026-11-21T00:00:00.000Z',
  };
  sandbox = new Sandbox(
    folder,
    `import { createObjectStore } from '@root/functions/adapters/aws/object-store.ts';
     import { downloadDefinitions } from '@root/functions/adapters/definitions/download.ts';
     const store = createObjectStore(process.env);
     const telling = { ...store, async openRange(...range) {
       const body = await store.openRange(...range);
       return (async function* () { for await (const chunk of body) { console.log('chunk'); yield chunk; } })();
     } };
     const set = { version: '1', prefix: 'versions/1/', files: [${JSON.stringify(file)}] };
     try {
       const { version } = await downloadDefinitions({ store: telling, bucket: 'b' }, set, undefined, ${JSON.stringify(folder)});
       console.log('has ' + version);
     } catch (fault) {
       console.log(fault.message);
     }
     process.exit();`,
    {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      SOCKET_TIMEOUT_MILLISECONDS: String(SOCKET_TIMEOUT),
    },
  );
  try {
    await sandbox.printed('chunk');
    const thaw = sandbox.freeze(FROZEN);
    frozen.resolve(rest);
    await thaw;
    await sandbox.ended();
    expect(sandbox.lines.filter((line) => line !== 'chunk')).toEqual(['has 1']);
  } finally {
    s3.close();
  }
});
