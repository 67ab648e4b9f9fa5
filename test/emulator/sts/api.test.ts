import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { startStsApi } from '../../../emulator/sts/api.ts';

const ACCOUNT = '000000000000';
const ARNS: Readonly<Record<string, string>> = {
  someone: `arn:aws:iam::${ACCOUNT}:user/someone`,
  worker: `arn:aws:iam::${ACCOUNT}:role/worker`,
};
let sts: Listening;
beforeAll(async () => {
  sts = await startStsApi((id) => {
    const arn = ARNS[id];
    return arn === undefined ? undefined : { arn, policies: [] };
  });
});
afterAll(() => sts.close());

async function as<T>(accessKeyId: string, ask: (client: STSClient) => Promise<T>): Promise<T> {
  const credentials = { accessKeyId, secretAccessKey: 'x' };
  const client = new STSClient({ endpoint: sts.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  return ask(client).finally(() => client.destroy());
}
const whoIs = (id: string) => as(id, (client) => client.send(new GetCallerIdentityCommand({})));

it('says who the caller is; a role acts through a session', async () => {
  expect(await whoIs('someone')).toMatchObject({ Arn: ARNS.someone, Account: ACCOUNT, UserId: 'someone' });
  expect((await whoIs('worker')).Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/worker/local`);
});

it('knows no other key, and no other call', async () => {
  await expect(whoIs('nobody')).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  const token = as('someone', (client) => client.send(new GetSessionTokenCommand({})));
  await expect(token).rejects.toMatchObject({ name: 'InvalidAction' });
});
