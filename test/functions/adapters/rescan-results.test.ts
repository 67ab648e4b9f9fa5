import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createRescanResults } from '../../../functions/adapters/rescan-results.ts';
import { startTestServer, type TestServer } from '../../local/s3/harness.ts';
import type { FaultProxy } from '../../support/fault-proxy.ts';
import { type S3Fault, startS3FaultProxy } from '../../support/s3-faults.ts';

const FOLDER = 'runs/run/uuid';
const LINES = Array.from({ length: 10_000 }, (_, batch) => ({ batch }));

let s3: TestServer;
let proxy: FaultProxy;
let faulty: { readonly key: string; readonly fault: S3Fault } | undefined;

beforeAll(async () => {
  s3 = await startTestServer();
  s3.createBucket('results');
  const Key = `${FOLDER}/SUCCEEDED_0.json`;
  await s3.seed('results', Key, LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await s3.seed('results', `${FOLDER}/manifest.json`, JSON.stringify({ ResultFiles: { SUCCEEDED: [{ Key }] } }));
  proxy = await startS3FaultProxy({ choose: ({ key }) => (key === faulty?.key ? faulty.fault : undefined) });
  proxy.forwardTo(s3.endpoint);
});
afterAll(async () => {
  await proxy.close();
  await s3.stop();
});

async function read() {
  const results = createRescanResults({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'role',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_S3: proxy.endpoint,
    RESULTS_BUCKET: 'results',
    SOCKET_TIMEOUT_MILLISECONDS: '100',
  });
  const lines = [];
  for await (const { line } of results.lines('run')) lines.push(line);
  return lines;
}

it('reads every line of every file', async () => {
  faulty = undefined;
  expect(await read()).toEqual(LINES);
});

// Half the batches would count as all of them, and the window would move on.
it.each(
  (['manifest.json', 'SUCCEEDED_0.json'] as const).flatMap((file) =>
    (['resetMidBody', 'stalled'] as const).map((fault) => [fault, file] as const),
  ),
)('takes no half for the whole: %s of %s', async (fault, file) => {
  faulty = { key: `${FOLDER}/${file}`, fault };
  await expect(read()).rejects.toMatchObject({ name: 'StorageUnavailable' });
});
