import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { startLambdaApi } from '../../../emulator/lambda/api.ts';
import { readConcurrency } from '../../../emulator/lambda/concurrency.ts';

let api: Listening;
let client: LambdaClient;
beforeAll(async () => {
  const stack = readTemplate({
    Resources: {
      Engine: { Type: 'AWS::Lambda::Function', Properties: { ReservedConcurrentExecutions: 20 } },
      Small: { Type: 'AWS::Lambda::Function' },
    },
  });
  api = await startLambdaApi({
    arnOf: () => undefined,
    invoke: async () => undefined,
    read: (path) => readConcurrency(stack, path, 1000),
    authorize: async (who) => ({ allowed: who === 'operator', reason: 'not you', grants: [] }),
  });
  client = clientOf('operator');
});
afterAll(async () => {
  client.destroy();
  await api.close();
});

const clientOf = (accessKeyId: string) =>
  new LambdaClient({
    endpoint: api.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'x' },
    maxAttempts: 1,
  });

it('says what the account may run at once, and what is left of it', async () => {
  expect(await client.send(new GetAccountSettingsCommand({}))).toMatchObject({
    AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 980 },
    AccountUsage: { FunctionCount: 2 },
  });
});

it.each([
  ['Engine', 20],
  ['Small', undefined],
])('says what %s reserves: %s', async (FunctionName, reserved) => {
  const { ReservedConcurrentExecutions } = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
  expect(ReservedConcurrentExecutions).toBe(reserved);
});

it('refuses another function, another call, and whom IAM denies', async () => {
  const other = new GetFunctionConcurrencyCommand({ FunctionName: 'Other' });
  await expect(client.send(other)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(client.send(new ListFunctionsCommand({}))).rejects.toMatchObject({ name: 'NotImplemented' });
  const reader = clientOf('reader');
  const refused = reader.send(new GetAccountSettingsCommand({})).finally(() => reader.destroy());
  await expect(refused).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
