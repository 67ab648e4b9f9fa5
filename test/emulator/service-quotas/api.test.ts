import {
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  paginateListServiceQuotas,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { defaultQuotas, startServiceQuotasApi } from '../../../emulator/service-quotas/api.ts';

let api: Listening;
let client: ServiceQuotasClient;
beforeAll(async () => {
  api = await startServiceQuotasApi({
    quotas: defaultQuotas(),
    authorize: async (who, action) => ({ allowed: who === 'operator', reason: `not ${action}`, grants: [] }),
  });
  client = clientOf('operator');
});
afterAll(async () => {
  client.destroy();
  await api.close();
});

const clientOf = (accessKeyId: string) =>
  new ServiceQuotasClient({
    endpoint: api.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'x' },
    maxAttempts: 1,
  });

it('lists the quotas of a service, page by page', async () => {
  const found: unknown[] = [];
  for await (const { Quotas = [] } of paginateListServiceQuotas({ client, pageSize: 3 }, { ServiceCode: 'states' })) {
    found.push(Quotas.map(({ QuotaName, Value }) => [QuotaName, Value]));
  }
  expect(found).toEqual([
    [
      ['StartExecution throttle token bucket size', 1300],
      ['StartExecution throttle token refill rate per second', 300],
      ['StateTransition throttle token bucket size', 5000],
    ],
    [['StateTransition throttle token refill rate per second', 5000]],
  ]);
});

it('refuses a service that it does not have, any other call, and whom IAM denies', async () => {
  const list = (ServiceCode: string, by = client) => by.send(new ListServiceQuotasCommand({ ServiceCode }));
  await expect(list('nothing')).rejects.toMatchObject({ name: 'NoSuchResourceException' });
  const other = clientOf('reader');
  await expect(list('states', other).finally(() => other.destroy())).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  const one = new GetServiceQuotaCommand({ ServiceCode: 'states', QuotaCode: 'L-00000001' });
  await expect(client.send(one)).rejects.toMatchObject({ name: 'NotImplemented' });
});
