import { afterEach, expect, it } from '@jest/globals';
import { MovableClock } from '../../../emulator/clock.ts';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { createAuthorizer } from '../../../emulator/iam/authorizer.ts';
import { createServicePermissions } from '../../../emulator/iam/service-permissions.ts';
import type { EventSourceMapping } from '../../../emulator/lambda/event-source-mapping.ts';
import { startEventSourceMappings } from '../../../emulator/lambda/event-source-mappings.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';

const ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

interface Changes {
  readonly mapping?: object;
  readonly granted?: readonly string[];
  readonly denied?: string;
  readonly Timeout?: number;
}

function stackOf({ mapping = {}, granted = ACTIONS, denied, Timeout = 60 }: Changes) {
  const allow = { Effect: 'Allow', Action: granted, Resource: arnOf('Queue') };
  const deny = { Effect: 'Deny', Principal: '*', Action: denied, Resource: '*' };
  return readTemplate({
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 60 } },
      Function: { Type: 'AWS::Lambda::Function', Properties: { Role: arnOf('Role'), Timeout } },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: [allow] } }] },
      },
      ...(denied !== undefined && {
        QueuePolicy: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: { Version: '2012-10-17', Statement: [deny] } },
        },
      }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: arnOf('Queue'), FunctionName: { Ref: 'Function' }, ...mapping },
      },
    },
  });
}

let mappings: ReadonlyMap<string, EventSourceMapping> = new Map();
afterEach(async () => {
  for (const mapping of mappings.values()) await mapping.close();
  mappings = new Map();
});

async function start(changes: Changes = {}) {
  const stack = stackOf(changes);
  const iam = createAuthorizer({ stack, people: [] });
  const clock = new MovableClock({ stoppedAt: 0 });
  const queues = new Queues({ clock });
  queues.createAll(stack);
  const invoked: string[] = [];
  mappings = await startEventSourceMappings({
    stack,
    queues,
    clock,
    permissions: await createServicePermissions(stack, iam),
    async invoke(functionArn, { Records }) {
      invoked.push(...Records.map(({ body }) => `${functionArn.split(':').at(-1)} ${body}`));
    },
  });
  queues.byName('Queue')?.send({ body: 'a' });
  await clock.advance(0);
  return { invoked, iam, queue: queues.byName('Queue') };
}

it.each([
  ['name', { Ref: 'Function' }],
  ['ARN', arnOf('Function')],
])('invokes the function by its %s, with the rights of its role', async (_, FunctionName) => {
  const { invoked, iam, queue } = await start({ mapping: { FunctionName } });
  expect(invoked).toEqual(['Function a']);
  expect(queue?.messages()).toEqual([]);
  expect(mappings.get('Mapping')?.counts).toMatchObject({ batches: 1, mostAtOnce: 1 });
  expect(iam.answers().flatMap(({ grants }) => grants.map(({ action }) => action))).toEqual(ACTIONS);
});

it.each([false, 'false'])('does nothing when Enabled is %j', async (Enabled) => {
  const { invoked, queue } = await start({ mapping: { Enabled } });
  expect(invoked).toEqual([]);
  expect(queue?.counts.visible).toBe(1);
});

it.each([
  ...ACTIONS.map((missing) => [
    `without ${missing}`,
    { granted: ACTIONS.filter((action) => action !== missing) },
    `does not have permissions to call ${missing.slice('sqs:'.length)} on SQS`,
  ]),
  ['that the queue denies', { denied: 'sqs:ReceiveMessage' }, 'permissions to call ReceiveMessage'],
  ['slower than the queue', { Timeout: 61 }, 'Queue visibility timeout: 60 seconds is less than Function timeout: 61'],
  ['with one invocation at once', { mapping: { ScalingConfig: { MaximumConcurrency: 1 } } }, 'MaximumConcurrency'],
  ['of no queue', { mapping: { EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:x' } }, 'there is no queue'],
  ['of no function', { mapping: { FunctionName: 'x' } }, 'there is no function x'],
] as [string, Changes, string][])('refuses a mapping %s', async (_, changes, message) => {
  await expect(start(changes)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: expect.stringMatching(`^Mapping: .*${message}`),
  });
});
