import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startCloudFormationApi } from '../../../../emulator/cloudformation/api.ts';
import { type LocalStack, readTemplate } from '../../../../emulator/cloudformation/template.ts';
import { startEventBridgeApi } from '../../../../emulator/event-bridge/api.ts';
import { Rules } from '../../../../emulator/event-bridge/rules.ts';
import type { Listening } from '../../../../emulator/http/loopback.ts';
import { createDeployedUploads } from '../../../../functions/adapters/aws/deployed-uploads.ts';
import { synthesis } from '../../../../local/stack/synthesis.ts';

const TRUSTED = [{ prefix: 'exports/', writerRoleArns: ['arn:aws:iam::000000000000:role/Exporter'] }];
const object = { key: 'k "quoted"', size: 3, etag: 'e', 'version-id': 'v' };
let stack: LocalStack;
let cloudFormation: Listening;
let eventBridge: Listening;
let environment: Record<string, string>;
let asked: string[] = [];
let refuse = (_action: string) => false;

beforeAll(async () => {
  const buckets = [{ name: 'first' }, { name: 'second', onInfected: 'delete', trusted: TRUSTED }];
  stack = readTemplate((await synthesis({ requests: true, buckets })).template);
  const authorize = async (_caller: string, action: string) => {
    asked.push(action);
    return { allowed: !refuse(action), reason: 'says the test', grants: [] };
  };
  cloudFormation = await startCloudFormationApi({ stack, authorize });
  eventBridge = await startEventBridgeApi({
    rules: new Rules(stack.ofType('AWS::Events::Rule')),
    put: () => {},
    authorize,
  });
  const [worker] = stack
    .ofType('AWS::Lambda::Function')
    .filter(({ logicalId }) => logicalId.startsWith('StartRequestedScans'));
  environment = {
    ...worker?.properties.Environment.Variables,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'worker',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.endpoint,
  };
}, 60_000);
afterAll(async () => {
  await cloudFormation.close();
  await eventBridge.close();
});
beforeEach(() => {
  asked = [];
  refuse = () => false;
});

it('gives the input that the rule of the bucket would give', async () => {
  const deployed = createDeployedUploads(environment);
  for (const [bucket, onInfected] of [
    ['first', 'tag'],
    ['second', 'delete'],
  ] as const) {
    expect((await deployed.ofBucket(bucket))(object)).toEqual({
      detail: { bucket: { name: bucket }, object },
      policy: expect.objectContaining({
        onInfected,
        maxObjectBytes: expect.any(Number),
        allowedTypes: expect.anything(),
      }),
    });
  }
});

it('gives none for a key that is trusted in its bucket', async () => {
  const deployed = createDeployedUploads(environment);
  const [first, second] = [await deployed.ofBucket('first'), await deployed.ofBucket('second')];
  for (const key of ['exports/', 'exports/a "b".txt']) {
    expect(() => second({ ...object, key })).toThrow(
      expect.objectContaining({
        name: 'InvalidInput',
        message: `key: ${JSON.stringify(key)} is under a trusted prefix: nothing there is scanned`,
      }),
    );
    expect(first({ ...object, key })).toHaveProperty('policy');
  }
  expect(second({ ...object, key: 'Exports/a' })).toHaveProperty('policy.trusted', ['exports/']);
});

it('knows no other bucket, and names it', async () => {
  await expect(createDeployedUploads(environment).ofBucket('third')).rejects.toMatchObject({
    name: 'InvalidInput',
    message: 'bucket: the stack does not watch this one ("third")',
  });
  const other = createDeployedUploads({ ...environment, RULE_PREFIX: 'another-airlock-' });
  await expect(other.ofBucket('first')).rejects.toMatchObject({ name: 'InvalidInput' });
});

describe('what is deployed', () => {
  it('is asked for once in a minute', async () => {
    let now = 0;
    const deployed = createDeployedUploads(environment, () => now);
    await deployed.ofBucket('first');
    await deployed.ofBucket('first');
    now = 59_000;
    await deployed.ofBucket('first');
    expect(asked).toEqual(['cloudformation:DescribeStacks', 'events:ListTargetsByRule']);
    now = 60_000;
    await deployed.ofBucket('first');
    expect(asked).toHaveLength(4);
  });

  it('is asked for once, however many objects wait for it', async () => {
    let now = 0;
    const deployed = createDeployedUploads(environment, () => now);
    for (const later of [0, 60_000]) {
      now = later;
      await Promise.all(Array.from({ length: 20 }, () => deployed.ofBucket('first')));
    }
    expect(asked).toHaveLength(4);
  });

  it.each(['cloudformation:DescribeStacks', 'events:ListTargetsByRule'])(
    'is asked for again after a fault of %s',
    async (action) => {
      const deployed = createDeployedUploads(environment);
      refuse = (each) => each === action;
      const fault = {
        name: 'DeploymentUnreadable',
        transient: true,
        message: expect.stringContaining('says the test'),
      };
      await expect(deployed.ofBucket('first')).rejects.toMatchObject(fault);
      refuse = () => false;
      expect((await deployed.ofBucket('first'))(object)).toMatchObject({ detail: { object } });
    },
  );
});
