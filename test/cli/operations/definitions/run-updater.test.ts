import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, expect, it } from '@jest/globals';
import { runUpdater, UpdateFailed } from '../../../../cli/operations/definitions/run-updater.ts';

/** How the function's answers and Lambda's are told apart. */
let server: Server | undefined;
let lambda: LambdaClient | undefined;
afterEach(() => {
  lambda?.destroy();
  server?.closeAllConnections();
  server?.close();
});

async function answering(body: unknown, headers: Readonly<Record<string, string>> = {}, status = 200) {
  const calls: string[] = [];
  server = createServer((request, response) => {
    calls.push(request.url ?? '');
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  lambda = new LambdaClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials, maxAttempts: 1 });
  return { calls, run: runUpdater(lambda, 'Updater') };
}

it('returns what the function answers', async () => {
  const { run, calls } = await answering({ outcome: 'PUBLISHED', version: '1', more: true });
  expect(await run).toEqual({ outcome: 'PUBLISHED', version: '1', faults: [] });
  expect(calls).toEqual(['/2015-03-31/functions/Updater/invocations']);
});

it.each([
  ['the mirror accepts no requests before noon', 'wait until then'],
  ['clamd refuses the definitions: LibClamAV Error', 'airlock definitions remove'],
  ['the new definitions find x in clean.txt, which is clean', 'airlock definitions remove'],
  ['something else', 'something else'],
])('a failure %j says what to do: %s', async (errorMessage, advice) => {
  const answer = { errorType: 'DefinitionsUpdateFailed', errorMessage };
  const { run } = await answering(answer, { 'x-amz-function-error': 'Unhandled' });
  await expect(run).rejects.toThrow(UpdateFailed);
  await expect(run).rejects.toThrow(advice);
});

it('an answer of another version is not taken for a success', async () => {
  const { run } = await answering({ done: true });
  await expect(run).rejects.toThrow('another version of s3-airlock');
});

it('a refusal of Lambda is its own', async () => {
  const { run } = await answering({ Message: 'no' }, { 'x-amzn-errortype': 'AccessDeniedException' }, 403);
  await expect(run).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

it('a lost answer is not repeated, since the function may run', async () => {
  const { run, calls } = await answering({}, {}, 0);
  await expect(run).rejects.toThrow('it may still run');
  expect(calls).toHaveLength(1);
});
