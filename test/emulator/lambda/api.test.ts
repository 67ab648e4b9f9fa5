import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { startLambdaApi } from '../../../emulator/lambda/api.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Updater';
const asked: string[] = [];
let lambda: Listening;
let client: LambdaClient;
beforeAll(async () => {
  lambda = await startLambdaApi({
    arnOf: (name) => (name === 'Updater' || name === ARN ? ARN : undefined),
    invoke: async (_, payload) => {
      if ((payload as { fail?: boolean }).fail)
        throw new Error(JSON.stringify({ errorType: 'Nope', errorMessage: 'no' }));
      return { got: payload };
    },
    authorize: async (accessKeyId, action, resource) => {
      asked.push(`${accessKeyId} ${action} ${resource}`);
      return accessKeyId === 'operator' ? { allowed: true } : { allowed: false, reason: 'nothing allows it' };
    },
  } as Parameters<typeof startLambdaApi>[0]);
  client = clientOf('operator');
});
afterAll(async () => {
  client.destroy();
  await lambda.close();
});

const clientOf = (accessKeyId: string) =>
  new LambdaClient({
    endpoint: lambda.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'x' },
    maxAttempts: 1,
  });
const invoke = (FunctionName: string, payload: object = {}) =>
  client.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(payload)) }));
const textOf = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString();

it.each(['Updater', ARN])('calls a function by its name or ARN: %s', async (name) => {
  const { Payload, FunctionError, StatusCode } = await invoke(name, { a: 'ü' });
  expect([JSON.parse(textOf(Payload)), FunctionError, StatusCode]).toEqual([{ got: { a: 'ü' } }, undefined, 200]);
  expect(asked.at(-1)).toBe(`operator lambda:InvokeFunction ${ARN}`);
});

it('hands on what the function throws, as its error', async () => {
  const { Payload, FunctionError } = await invoke('Updater', { fail: true });
  expect([FunctionError, JSON.parse(textOf(Payload))]).toEqual([
    'Unhandled',
    { errorType: 'Nope', errorMessage: 'no' },
  ]);
});

it('refuses whom no policy allows, unknown functions, and any other call', async () => {
  const other = clientOf('reader');
  const refused = other.send(new InvokeCommand({ FunctionName: 'Updater' })).finally(() => other.destroy());
  await expect(refused).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(invoke('Unknown')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const event = client.send(new InvokeCommand({ FunctionName: 'Updater', InvocationType: 'Event' }));
  await expect(event).rejects.toMatchObject({ name: 'NotImplemented' });
  const asking = client.send(new GetFunctionCommand({ FunctionName: 'Updater' }));
  await expect(asking).rejects.toMatchObject({ name: 'NotImplemented' });
});
