import { EventBridgeClient, ListTargetsByRuleCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalStack, REGION, readTemplate, type Template } from '../../../emulator/cloudformation/template.ts';
import type { BusEvent } from '../../../emulator/event-bridge/event.ts';
import { startEventBus } from '../../../emulator/event-bridge/event-bus.ts';
import type { Target } from '../../../emulator/event-bridge/target.ts';
import { createAuthorizer } from '../../../emulator/iam/authorizer.ts';
import { accessKeyIdOf, credentialsOf, rolesOf } from '../../../emulator/iam/principals.ts';
import { assertMayInvoke, createServicePermissions } from '../../../emulator/iam/service-permissions.ts';
import { startSqsApi } from '../../../emulator/sqs/api.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';
import { clientSettings } from '../../../functions/adapters/aws/sdk-client.ts';
import { PEOPLE, UPLOADER } from '../../../local/stack/people.ts';
import { synthesis } from '../../../local/stack/synthesis.ts';

let template: Template;
let stack: LocalStack;
beforeAll(async () => {
  ({ template } = await synthesis({}));
  stack = readTemplate(template);
});

const permissionsOf = (of: LocalStack) => createServicePermissions(of, createAuthorizer({ stack: of, people: PEOPLE }));
const roleArn = (word: string, of = stack) => rolesOf(of).find(({ arn }) => arn.includes(`/${word}`))?.arn ?? '';
const topicArn = () => stack.ofType('AWS::SNS::Topic').find(({ ref }) => ref.includes('Notifications'))?.arn ?? '';
const target = (of = stack) => of.ofType('AWS::Events::Rule')[0]?.properties.Targets[0] as Target;
const queueArn = () => stack.ofType('AWS::SQS::Queue')[0]?.arn ?? '';
const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/default';

/** The same template but for the statements that hold this action. */
function without(action: string): LocalStack {
  const resources = Object.entries(template.Resources).map(([id, resource]) => {
    const copy = structuredClone(resource) as {
      Properties?: { PolicyDocument?: { Statement: { Action: string | string[] }[] } };
    };
    const document = copy.Properties?.PolicyDocument;
    if (document !== undefined) {
      const rest = document.Statement.filter(({ Action }) => ![Action].flat().includes(action));
      document.Statement =
        rest.length > 0 ? rest : document.Statement.map((one) => ({ ...one, Action: 'sts:TagSession' }));
    }
    return [id, copy];
  });
  return readTemplate({ ...template, Resources: Object.fromEntries(resources) });
}

describe('the deployed roles', () => {
  it('may do their work', async () => {
    const permissions = await permissionsOf(stack);
    expect(await permissions.publish(accessKeyIdOf(roleArn('Notify')), topicArn())).toMatchObject({ allowed: true });
    expect(await permissions.any(accessKeyIdOf(roleArn('Notify')), 'events:PutEvents', BUS)).toMatchObject({
      allowed: true,
    });
    expect(permissions.startExecution(target())).toMatchObject({ allowed: true });
    for (const { logicalId, properties } of stack.ofType('AWS::StepFunctions::StateMachine')) {
      const arns = Object.values(properties.DefinitionSubstitutions as Record<string, string>);
      for (const arn of arns.filter((candidate) => /:lambda:/.test(candidate))) {
        await assertMayInvoke(permissions, roleArn(`${logicalId.slice(0, -8)}Role`), arn);
      }
    }
  });

  it('may not do each other’s, nor may people tell of verdicts', async () => {
    const permissions = await permissionsOf(stack);
    for (const who of [...['ScanObject', 'TagObject', 'CheckFileType'].map((word) => roleArn(word)), UPLOADER]) {
      expect(await permissions.publish(accessKeyIdOf(who), topicArn())).toMatchObject({ allowed: false });
      expect(await permissions.any(accessKeyIdOf(who), 'events:PutEvents', BUS)).toMatchObject({ allowed: false });
      for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:SendMessage']) {
        expect(await permissions.queue(accessKeyIdOf(who), action, queueArn())).toMatchObject({ allowed: false });
      }
    }
    const [lambda] = stack.ofType('AWS::Lambda::Function');
    await expect(assertMayInvoke(permissions, roleArn('ScanObject'), lambda?.arn ?? '')).rejects.toMatchObject({
      name: 'Lambda.AWSLambdaException',
      message: expect.stringContaining('lambda:InvokeFunction'),
    });
    const other = { ...target(), RoleArn: roleArn('ScanObject') };
    expect(() => permissions.startExecution(other)).toThrow('no rule of the stack starts');
  });
});

describe('a template that lacks a grant', () => {
  it.each(['sns:Publish', 'kms:GenerateDataKey', 'kms:Decrypt'])('%s: nothing is published', async (action) => {
    const permissions = await permissionsOf(without(action));
    expect(await permissions.publish(accessKeyIdOf(roleArn('Notify')), topicArn())).toMatchObject({ allowed: false });
  });

  it('events:PutEvents, lambda:InvokeFunction, states:StartExecution: each is refused', async () => {
    expect(
      await (await permissionsOf(without('events:PutEvents'))).any(roleArn('Notify'), 'events:PutEvents', BUS),
    ).toMatchObject({
      allowed: false,
    });
    const broken = await permissionsOf(without('lambda:InvokeFunction'));
    const [lambda] = stack.ofType('AWS::Lambda::Function');
    await expect(assertMayInvoke(broken, roleArn('ScanUploadStateMachineRole'), lambda?.arn ?? '')).rejects.toThrow();
    expect((await permissionsOf(without('states:StartExecution'))).startExecution(target())).toMatchObject({
      allowed: false,
    });
  });

  it('for the dead-letter queue does not even start: its events would be lost', async () => {
    await expect(permissionsOf(without('sqs:SendMessage'))).rejects.toThrow('send to its dead-letter queue');
  });
});

describe('SQS', () => {
  it('takes what IAM allows, batches as their single calls, and nothing that is not SQS', async () => {
    const queues = new Queues();
    queues.create({
      arn: `arn:aws:sqs:${REGION}:000000000000:q`,
      ref: 'http://localhost/000000000000/q',
      properties: {},
    });
    const asked: string[] = [];
    const gateway = await startSqsApi({
      queues,
      async authorize(accessKeyId, action, queueArn) {
        asked.push(`${action} ${queueArn.split(':').at(-1)}`);
        return { allowed: accessKeyId === 'may', reason: 'says the test', grants: [] };
      },
    });
    const client = (who: string) =>
      new SQSClient({
        region: REGION,
        endpoint: gateway.endpoint,
        credentials: { accessKeyId: who, secretAccessKey: 'local' },
      });
    const QueueUrl = `${gateway.endpoint}/000000000000/q`;
    const [may, other] = [client('may'), client('else')];
    try {
      await may.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'größer' }] }));
      const { Messages = [] } = await may.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 }));
      expect(Messages.map(({ Body }) => Body)).toEqual(['größer']);
      await expect(other.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining('says the test'),
      });
      await expect(
        may.send(new ReceiveMessageCommand({ QueueUrl: `${QueueUrl}x`, WaitTimeSeconds: 0 })),
      ).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
      expect(asked).toEqual(['sqs:SendMessage q', 'sqs:ReceiveMessage q', 'sqs:PurgeQueue q', 'sqs:ReceiveMessage qx']);

      const sns = { Action: 'Publish', TopicArn: 'arn:aws:sns:us-east-1:000000000000:t', Message: 'x' };
      const authorization = 'AWS4-HMAC-SHA256 Credential=operator/20260101/us-east-1/sns/aws4_request';
      const signed = { method: 'POST', body: new URLSearchParams(sns), headers: { authorization } };
      expect((await fetch(gateway.endpoint, signed)).status).toBe(400);
      const anonymous = { method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.ListQueues' }, body: '{}' };
      expect((await fetch(gateway.endpoint, anonymous)).status).toBe(403);
    } finally {
      for (const opened of [may, other]) opened.destroy();
      await gateway.close();
      queues.close();
    }
  });
});

describe('EventBridge', () => {
  it('takes events of those who may put them on that bus', async () => {
    const events: BusEvent[] = [];
    const asked: string[] = [];
    const bus = await startEventBus({
      inputOf: (event) => event,
      rules: [],
      deliver: () => undefined,
      deadLetter: () => undefined,
      onEvent: (event) => events.push(event),
      authorize: async (accessKeyId, action, resource) => {
        asked.push(`${action} ${resource}`);
        return { allowed: accessKeyId === 'may', reason: 'says the test', grants: [] };
      },
    });
    const client = (who: string) =>
      new EventBridgeClient(
        clientSettings(
          { AWS_REGION: REGION, AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint, ...credentialsOf(who) },
          'EVENTBRIDGE',
        ),
      );
    const put = (who: string, EventBusName?: string) =>
      client(who).send(
        new PutEventsCommand({
          Entries: [{ Source: 's3-airlock', DetailType: 'Object Scan Completed', Detail: '{}', EventBusName }],
        }),
      );
    try {
      await put('may');
      await put('may', 'other');
      await expect(put('else', BUS)).rejects.toMatchObject({ name: 'AccessDeniedException' });
      expect(asked.splice(0)).toEqual(
        [BUS, BUS.replace('default', 'other'), BUS].map((arn) => `events:PutEvents ${arn}`),
      );
      const list = new ListTargetsByRuleCommand({ Rule: 'uploads' });
      await expect(client('else').send(list)).rejects.toMatchObject({ name: 'AccessDeniedException' });
      await expect(client('may').send(list)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      expect(asked).toEqual(
        Array(2).fill(`events:ListTargetsByRule ${BUS.replace('event-bus/default', 'rule/uploads')}`),
      );
      expect(events).toHaveLength(2);
    } finally {
      await bus.close();
    }
  });
});
