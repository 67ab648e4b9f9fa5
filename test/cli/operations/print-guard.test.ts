import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCloudFormationApi } from '../../../emulator/cloudformation/api.ts';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { DeployedGuard, permissionsBoundary, serviceControlPolicy } from '../../../functions/domain/gate/guard.ts';
import type { Pipeline } from '../../../local/stack/pipeline.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';
import { airlockCommand } from '../../support/airlock-command.ts';

let api: Listening;
let guard: DeployedGuard;

beforeAll(async () => {
  const stack = readTemplate((await synthesis({})).template);
  guard = DeployedGuard.parse(JSON.parse(stack.outputs.find(({ key }) => key === 'Guard')?.value ?? ''));
  const authorize = async () => ({ allowed: true, reason: '', grants: [] });
  api = await startCloudFormationApi({ stack, authorize });
});
afterAll(() => api.close());

function print(...args: string[]) {
  const pipeline = { endpoints: { cloudFormation: api.endpoint }, s3: { endpoint: '' } } as Pipeline;
  return airlockCommand(pipeline, ['guard', 'print', ...args]);
}

describe('airlock guard print', () => {
  const operator = 'arn:aws:iam::000000000000:role/ops/Operator';

  it('prints a service control policy of what is deployed, on one line', async () => {
    const { code, stdout, stderr } = await print();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\S[^\n]*\n$/);
    expect(JSON.parse(stdout)).toEqual(serviceControlPolicy([guard]));
  });

  it('prints a permissions boundary, and lets operators start executions', async () => {
    const { stdout } = await print('--boundary', '--operator', operator);
    expect(JSON.parse(stdout)).toEqual(permissionsBoundary([guard], [operator]));
  });

  it.each([
    [['--operator', 'arn:aws:iam::000000000000:role/*'], 'role/* is not the ARN of a role'],
    [['--operator', 'arn:aws:iam::000000000000:user/me'], 'user/me is not the ARN of a role'],
    [['--stack', 'S3Airlock', 'Other'], 'Stack with id Other does not exist'],
    [['--operator', ...Array.from({ length: 99 }, (_, index) => `${operator}${index}`)], 'AWS accepts 5120'],
  ])('refuses %j', async (args, words) => {
    const { code, stdout, stderr } = await print(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });
});
