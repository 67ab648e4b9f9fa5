import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiFault, startJsonApi } from '../../../emulator/http/json-api.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=operator/20260101/us-east-1/events/aws4_request, SignedHeaders=host, Signature=0';

let api: Listening;
beforeAll(async () => {
  api = await startJsonApi({
    service: 'AWSEvents',
    version: '1.1',
    authorize: async (accessKeyId, action, resource) => ({
      allowed: resource === 'mine',
      grants: [],
      reason: `${accessKeyId} asked for ${action}`,
    }),
    async answer({ action, body, authorize }) {
      const { resource } = JSON.parse(body);
      if (action === 'Refuse') throw new ApiFault('ResourceNotFoundException', 'no such rule');
      await authorize(`events:${action}`, resource);
      return { action };
    },
  });
});
afterAll(() => api.close());

async function call(
  target: string | undefined,
  body = '{"resource":"mine"}',
  authorization: string | undefined = SIGNED,
) {
  const headers = { ...(target && { 'x-amz-target': target }), ...(authorization && { authorization }) };
  const response = await fetch(api.endpoint, { method: 'POST', headers, body });
  return { status: response.status, type: response.headers.get('content-type'), content: await response.json() };
}

it('answers in the service’s own version of the protocol', async () => {
  expect(await call('AWSEvents.PutEvents')).toEqual({
    status: 200,
    type: 'application/x-amz-json-1.1',
    content: { action: 'PutEvents' },
  });
});

it.each([
  ['another service', ['AWSStepFunctions.StartExecution'], 501, 'NotImplemented', /only AWSEvents/],
  ['another protocol', [undefined], 501, 'NotImplemented', /only AWSEvents/],
  ['no signature', ['AWSEvents.PutEvents', '{}', ''], 403, 'MissingAuthenticationToken', /missing/],
  [
    'what IAM denies',
    ['AWSEvents.PutEvents', '{"resource":"theirs"}'],
    400,
    'AccessDeniedException',
    /^operator is not authorized to perform: events:PutEvents on theirs: operator asked/,
  ],
  ['what the service refuses', ['AWSEvents.Refuse'], 400, 'ResourceNotFoundException', /no such rule/],
  ['a body that is no JSON', ['AWSEvents.PutEvents', '{'], 500, 'InternalFailure', /JSON/],
] as const)('refuses %s', async (_, [target, body, authorization], status, __type, message) => {
  const refused = await call(target, body, authorization);
  expect(refused).toMatchObject({ status, content: { __type, message: expect.stringMatching(message) } });
});
