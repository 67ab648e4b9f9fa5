import { beforeEach, describe, expect, it } from '@jest/globals';
import { MovableClock } from '../../../emulator/clock.ts';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { createAuthorizer } from '../../../emulator/iam/authorizer.ts';
import { createServicePermissions } from '../../../emulator/iam/service-permissions.ts';
import { startEventSourceMappings } from '../../../emulator/lambda/event-source-mappings.ts';
import type { SqsEvent } from '../../../emulator/lambda/sqs-event.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';
import { isSendMessageTask, sendMessageTask } from '../../../emulator/step-functions/sqs-task.ts';
import { LocalStateMachine } from '../../../emulator/step-functions/state-machine.ts';
import { TaskTokens } from '../../../emulator/step-functions/task-tokens.ts';

const ROLE = 'arn:aws:iam::000000000000:role/Scan';
const SEND = 'arn:aws:states:::sqs:sendMessage';
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const role = (name: string, Action: string | string[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    Policies: [{ PolicyName: 'p', PolicyDocument: policy({ Effect: 'Allow', Action, Resource: arnOf('Scans') }) }],
  },
});

function stackOf({ granted = 'sqs:SendMessage', denied = 'sqs:AddPermission' } = {}) {
  const deny = { Effect: 'Deny', Principal: '*', Action: denied, Resource: '*' };
  const RedrivePolicy = { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 2 };
  return readTemplate({
    Resources: {
      Scans: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 60, RedrivePolicy } },
      Dead: { Type: 'AWS::SQS::Queue' },
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: { Queues: [{ Ref: 'Scans' }], PolicyDocument: policy(deny) },
      },
      ScanRole: role('Scan', granted),
      WorkerRole: role('Worker', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']),
      Worker: { Type: 'AWS::Lambda::Function', Properties: { Role: arnOf('WorkerRole'), Timeout: 10 } },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: arnOf('Scans'),
          FunctionName: { Ref: 'Worker' },
          BatchSize: 5,
          ScalingConfig: { MaximumConcurrency: 2 },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
    },
  });
}

let clock: MovableClock;
let queues: Queues;
let tokens: TaskTokens;
beforeEach(() => {
  clock = new MovableClock({ stoppedAt: 0 });
  queues = new Queues({ clock });
  tokens = new TaskTokens();
});

async function deployed(changes = {}) {
  const stack = stackOf(changes);
  queues.createAll(stack);
  const permissions = await createServicePermissions(stack, createAuthorizer({ stack, people: [] }));
  const sendMessage = sendMessageTask(queues, permissions);
  const machine = (Parameters: object, Resource = SEND, more = {}) =>
    new LocalStateMachine({
      arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Scan',
      roleArn: ROLE,
      definition: {
        StartAt: 'Scan Object',
        States: { 'Scan Object': { Type: 'Task', Resource, Parameters, End: true, ...more } },
      },
      clock,
      tokens,
      retryWaitMs: 0,
      async invoke(resource, payload, { roleArn }) {
        if (isSendMessageTask(resource)) return sendMessage(payload, roleArn);
        throw new Error(resource);
      },
    });
  return { stack, permissions, machine };
}
const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/Scans';

describe('sqs:sendMessage', () => {
  it('sends text as it is and anything else as JSON, and has SQS’s answer', async () => {
    const { machine } = await deployed();
    const MessageAttributes = { Kind: { DataType: 'String', 'StringValue.$': '$.kind' } };
    const { result } = machine({ QueueUrl, 'MessageBody.$': '$.body', MessageAttributes, DelaySeconds: 5 }).start({
      body: { key: 'größer' },
      kind: 'upload',
    });
    expect((await result).output).toEqual({
      MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      MD5OfMessageBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      MD5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    await machine({ QueueUrl, MessageBody: 'text' }).start({}).result;
    const sent = queues.byName('Scans')?.messages() ?? [];
    expect(sent).toMatchObject([
      { body: '{"key":"größer"}', senderId: 'Scan', attributes: { Kind: { StringValue: 'upload' } } },
      { body: 'text' },
    ]);
    expect(queues.byName('Scans')?.counts).toEqual({ visible: 1, delayed: 1, inFlight: 0 });
  });

  it.each([
    ['its role may not', { granted: 'sqs:ReceiveMessage' }, {}, 'SQS.AmazonSQSException', /Error Code: AccessDenied/],
    ['the queue denies it', { denied: 'sqs:SendMessage' }, {}, 'SQS.AmazonSQSException', /sqs:sendmessage on resource/],
    ['there is no queue', {}, { QueueUrl: `${QueueUrl}x` }, 'SQS.QueueDoesNotExistException', /does not exist/],
    ['there is no body', {}, { 'MessageBody.$': '$.none' }, 'SQS.AmazonSQSException', /MissingParameter/],
    ['the body is not text', {}, { MessageBody: '\u0000' }, 'SQS.InvalidMessageContentsException', /characters/],
  ])('fails with Step Functions’ name where %s', async (_, changes, parameters, error, cause) => {
    const { machine } = await deployed(changes);
    const Parameters = { QueueUrl, ...('MessageBody.$' in parameters ? {} : { MessageBody: 'a' }), ...parameters };
    const { result } = machine(Parameters).start({ none: null });
    expect(await result).toMatchObject({ status: 'FAILED', error, cause: expect.stringMatching(cause) });
    expect(queues.byName('Scans')?.messages()).toEqual([]);
  });
});

describe('executions that wait for workers', () => {
  const Parameters = { QueueUrl, MessageBody: { 'token.$': '$$.Task.Token', 'key.$': '$.key' } };
  const read = ({ Records }: SqsEvent) =>
    Records.map(({ messageId, body }) => ({ messageId, ...(JSON.parse(body) as { token: string; key: string }) }));

  it('all end, though a worker dies with its batch, and each with its own verdict', async () => {
    const { stack, permissions, machine } = await deployed();
    let late = 0;
    let invocations = 0;
    const mappings = await startEventSourceMappings({
      stack,
      queues,
      clock,
      permissions,
      async invoke(_, event) {
        const dies = invocations++ === 0;
        for (const { token, key } of read(event)) {
          // The one that dies has answered for its first message.
          if (dies && key !== '0') throw new Error('killed');
          try {
            tokens.succeed(token, `verdict of ${key}`);
          } catch (fault) {
            expect(fault).toMatchObject({ name: 'TaskTimedOut' });
            late++;
          }
        }
        return { batchItemFailures: [] };
      },
    });
    const scans = machine(Parameters, `${SEND}.waitForTaskToken`);
    const executions = Array.from({ length: 23 }, (_, key) => scans.start({ key: String(key) }));
    while (invocations < 5) await clock.advance(0);
    await clock.advance(60_000);
    const results = await Promise.all(executions.map(({ result }) => result));
    expect(results.map(({ output }) => output)).toEqual(results.map((_, key) => `verdict of ${key}`));
    expect(late).toBe(1);
    expect(tokens.waiting).toBe(0);
    expect(mappings.get('Mapping')?.counts.mostAtOnce).toBe(2);
    for (const queue of queues.all()) expect(queue.messages()).toEqual([]);
    expect(clock.pending).toBe(0);
    for (const mapping of mappings.values()) await mapping.close();
  });

  it('end by their time limit when their message is lost; a message nobody can process can still fail them', async () => {
    queues = new Queues({ clock, onDeliver: ({ body }) => (body.includes('lost') ? 'lost' : 'deliver') });
    const { stack, permissions, machine } = await deployed();
    const mappings = await startEventSourceMappings({
      stack,
      queues,
      clock,
      permissions,
      invoke: () => Promise.reject(new Error('broken')),
    });
    const dead = queues.byName('Dead');
    dead?.onVisible(() => {
      for (const { body, receiptHandle } of dead.receive(10)) {
        tokens.fail(JSON.parse(body).token, 'EngineUnavailable', 'no worker could scan it');
        dead.delete(receiptHandle);
      }
    });
    const limit = { TimeoutSeconds: 3600 };
    const scans = machine(Parameters, `${SEND}.waitForTaskToken`, limit);
    const [lost, broken] = [scans.start({ key: 'lost' }), scans.start({ key: 'broken' })];
    while (queues.byName('Scans')?.counts.inFlight !== 2) await clock.advance(0);
    await clock.advance(120_000);
    expect(await broken.result).toMatchObject({ error: 'EngineUnavailable', ms: 120_000 });
    await clock.advance(3_480_000);
    expect(await lost.result).toMatchObject({ error: 'States.Timeout', ms: 3_600_000 });
    for (const mapping of mappings.values()) await mapping.close();
    queues.close();
    expect(clock.pending).toBe(0);
  });
});
