import { beforeAll, expect, it } from '@jest/globals';
import { type LocalStack, readTemplate } from '../../../emulator/cloudformation/template.ts';
import { grantsOf } from '../../../emulator/iam/grants.ts';
import { PolicyEngine } from '../../../emulator/iam/policy-engine.ts';
import { rolesOf } from '../../../emulator/iam/principals.ts';
import { policyOfQueue } from '../../../emulator/iam/resource-policies.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = readTemplate((await synthesis({ workflow: 'EXPRESS' })).template);
}, 60_000);

const found = (type: string, start: string) => {
  const [one] = stack.ofType(type).filter(({ logicalId }) => new RegExp(`^${start}\\w{8}$`).test(logicalId));
  if (one === undefined) throw new Error(`no ${type} ${start}`);
  return one;
};
const queue = () => found('AWS::SQS::Queue', 'StartOverflowQueue');

it('feeds two workers at most, and keeps what Step Functions refuses until it may be redriven', () => {
  const worker = found('AWS::Lambda::Function', 'StartOverflow');
  const mappings = stack.ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);
  expect(mappings).toContainEqual(
    expect.objectContaining({
      EventSourceArn: queue().arn,
      FunctionName: worker.ref,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BatchSize: 10,
      ScalingConfig: { MaximumConcurrency: 2 },
    }),
  );
  expect(queue().properties).toMatchObject({
    VisibilityTimeout: 6 * worker.properties.Timeout,
    RedrivePolicy: { deadLetterTargetArn: found('AWS::SQS::Queue', 'UndeliveredUploads').arn, maxReceiveCount: 100 },
  });
  expect(worker.properties.Environment.Variables.STATE_MACHINE_ARN).toBe(
    found('AWS::StepFunctions::StateMachine', 'ScanOverflowStateMachine').arn,
  );
});

it('takes messages from the EXPRESS state machine alone, whatever IAM grants', async () => {
  const { arn: resource } = queue();
  const sender = found('AWS::IAM::Role', 'ScanUploadStateMachineRole').arn;
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const policies = [{ name: 'all', document: { Version: '2012-10-17', Statement } }];
  for (const arn of [...rolesOf(stack).map((role) => role.arn), 'arn:aws:iam::000000000000:role/Administrator']) {
    const { allowed } = await new PolicyEngine().decide({
      principal: { arn, policies },
      action: 'sqs:SendMessage',
      resource,
      context: { 'aws:SecureTransport': 'true' },
      resourcePolicy: policyOfQueue(stack, resource),
    });
    expect([arn, allowed]).toEqual([arn, arn === sender]);
  }
});

it('lets its function read it and start executions of the one that waits, and nothing else', () => {
  const role = rolesOf(stack).find(({ arn }) => /:role\/StartOverflowRole/.test(arn));
  if (role === undefined) throw new Error('no role');
  const waits = found('AWS::StepFunctions::StateMachine', 'ScanOverflowStateMachine').arn;
  const grants = grantsOf(role).filter(({ action }) => !action.startsWith('logs:'));
  expect(grants.map(({ action, resource }) => [action, resource]).sort()).toEqual([
    ['sqs:DeleteMessage', queue().arn],
    ['sqs:GetQueueAttributes', queue().arn],
    ['sqs:ReceiveMessage', queue().arn],
    ['states:StartExecution', waits],
  ]);
});
