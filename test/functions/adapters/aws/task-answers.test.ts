import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTaskAnswers } from '../../../../functions/adapters/aws/task-answers.ts';
import { AnswerUndelivered } from '../../../../functions/domain/errors.ts';
import type { TaskAnswers } from '../../../../functions/domain/ports.ts';

/** What Step Functions would say to the next call; the SDK repeats what may pass. */
let refusal: { readonly status: number; readonly name: string } | undefined;
let calls: { readonly action: string; readonly body: object }[] = [];
let server: Server;
let answers: TaskAnswers;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    calls.push({ action, body: JSON.parse(await text(request)) });
    const body = refusal === undefined ? {} : { __type: refusal.name, message: 'no' };
    response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  answers = createTaskAnswers({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_SFN: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
beforeEach(() => {
  refusal = undefined;
  calls = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('gives an output as JSON', async () => {
  await answers.succeed('token', { status: 'CLEAN' });
  expect(calls).toEqual([{ action: 'SendTaskSuccess', body: { taskToken: 'token', output: '{"status":"CLEAN"}' } }]);
});

it('gives an error by its name, no longer than Step Functions takes', async () => {
  await answers.fail('token', 'EngineUnavailable', 'x'.repeat(40_000));
  const cause = 'x'.repeat(32_768);
  expect(calls).toEqual([
    { action: 'SendTaskFailure', body: { taskToken: 'token', error: 'EngineUnavailable', cause } },
  ]);
});

it.each(['TaskTimedOut', 'TaskDoesNotExist'])('takes %s for an answer that nobody waits for', async (name) => {
  refusal = { status: 400, name };
  await answers.succeed('token', {});
  await answers.fail('token', 'E', 'c');
  expect(calls).toHaveLength(2);
});

it.each([
  ['InvalidToken', 400],
  ['InvalidOutput', 400],
  ['AccessDeniedException', 400],
  ['ThrottlingException', 400],
  ['InternalFailure', 500],
])('throws when Step Functions says %s', async (name, status) => {
  refusal = { status, name };
  const fault = await answers.succeed('token', {}).catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(AnswerUndelivered);
  expect((fault as Error).message).toContain(name);
});
