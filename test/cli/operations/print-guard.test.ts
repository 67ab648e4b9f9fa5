import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { printableGuard, type WantedGuard } from '../../../cli/operations/print-guard.ts';
import { startCloudFormationApi } from '../../../emulator/cloudformation/api.ts';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { DeployedGuard, permissionsBoundary, serviceControlPolicy } from '../../../functions/domain/gate/guard.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';
import { airlock } from '../../support/airlock-command.ts';

let api: Listening;
let guard: DeployedGuard;

beforeAll(async () => {
  const stack = readTemplate((await synthesis({})).template);
  guard = DeployedGuard.parse(JSON.parse(stack.outputs.find(({ key }) => key === 'Guard')?.value ?? ''));
  const authorize = async () => ({ allowed: true, reason: '', grants: [] });
  api = await startCloudFormationApi({ stack, authorize });
});
afterAll(() => api.close());

function printed(wanted: Partial<WantedGuard>) {
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'local' };
  const client = new CloudFormationClient({ endpoint: api.endpoint, region: 'us-east-1', credentials });
  return printableGuard(client, { boundary: false, stacks: ['S3Airlock'], operatorRoleArns: [], ...wanted });
}

describe('airlock guard print', () => {
  const operator = 'arn:aws:iam::000000000000:role/ops/Operator';

  it('prints a service control policy of what is deployed, on one line', async () => {
    const { code, stdout, stderr } = await airlock(['guard', 'print'], {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'operator',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_CLOUDFORMATION: api.endpoint,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\S[^\n]*\n$/);
    expect(JSON.parse(stdout)).toEqual(serviceControlPolicy([guard]));
  });

  it('prints a permissions boundary, and lets operators start executions', async () => {
    const text = await printed({ boundary: true, operatorRoleArns: [operator] });
    expect(JSON.parse(text)).toEqual(permissionsBoundary([guard], [operator]));
  });

  it.each<[Partial<WantedGuard>, RegExp]>([
    [{ operatorRoleArns: [operator, 'arn:aws:iam::000000000000:role/*'] }, /role\/\* is not the ARN of a role$/],
    [{ operatorRoleArns: ['arn:aws:iam::000000000000:user/me'] }, /user\/me is not the ARN of a role$/],
    [{ stacks: ['S3Airlock', 'Other'] }, /Stack with id Other does not exist/],
  ])('refuses %j', async (wanted, words) => {
    await expect(printed(wanted)).rejects.toThrow(words);
  });

  it.each([
    [false, /AWS accepts 5120$/],
    [true, /AWS accepts 6144$/],
  ])('refuses what is larger than AWS accepts, as a boundary: %s', async (boundary, words) => {
    const operatorRoleArns = Array.from({ length: 99 }, (_, index) => `${operator}${index}`);
    await expect(printed({ boundary, operatorRoleArns })).rejects.toThrow(words);
  });
});
