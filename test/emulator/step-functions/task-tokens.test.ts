import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MovableClock } from '../../../emulator/clock.ts';
import { REGION, readTemplate } from '../../../emulator/cloudformation/template.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { createAuthorizer } from '../../../emulator/iam/authorizer.ts';
import { credentialsOf } from '../../../emulator/iam/principals.ts';
import { createServicePermissions } from '../../../emulator/iam/service-permissions.ts';
import { startStepFunctionsApi } from '../../../emulator/step-functions/api.ts';
import type { Execution } from '../../../emulator/step-functions/execution.ts';
import { Executions } from '../../../emulator/step-functions/executions.ts';
import { LocalStateMachine } from '../../../emulator/step-functions/state-machine.ts';
import { TaskTokens } from '../../../emulator/step-functions/task-tokens.ts';

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Scan';
const WAIT = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
const [WORKER, STRANGER] = ['arn:aws:iam::000000000000:role/Worker', 'arn:aws:iam::000000000000:role/Stranger'];

/** As CDK's grantTaskResponse grants it. */
const GRANT = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
      Resource: ARN,
    },
  ],
};

const clock = new MovableClock({ stoppedAt: 0 });
const tokens = new TaskTokens();
let api: Listening;
beforeAll(async () => {
  const stack = readTemplate({
    Resources: {
      Worker: {
        Type: 'AWS::IAM::Role',
        Properties: { RoleName: 'Worker', Policies: [{ PolicyName: 'p', PolicyDocument: GRANT }] },
      },
      Stranger: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'Stranger' } },
    },
  });
  const { any } = await createServicePermissions(stack, createAuthorizer({ stack, people: [] }));
  api = await startStepFunctionsApi({
    executions: new Executions(),
    types: new Map(),
    tokens,
    start: () => {
      throw new Error('not here');
    },
    authorize: any,
  });
});
const clients = new Map<string, SFNClient>();
afterAll(async () => {
  for (const client of clients.values()) client.destroy();
  await api.close();
});

function clientOf(principalArn: string): SFNClient {
  const known = clients.get(principalArn);
  if (known !== undefined) return known;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = credentialsOf(principalArn);
  const credentials = { accessKeyId, secretAccessKey };
  const client = new SFNClient({ endpoint: api.endpoint, region: REGION, credentials, maxAttempts: 1 });
  clients.set(principalArn, client);
  return client;
}
const succeed = (taskToken: string, output = '"CLEAN"', who: string = WORKER) =>
  clientOf(who).send(new SendTaskSuccessCommand({ taskToken, output }));
const fail = (taskToken: string, error?: string, cause?: string) =>
  clientOf(WORKER).send(new SendTaskFailureCommand({ taskToken, error, cause }));
const beat = (taskToken: string) => clientOf(WORKER).send(new SendTaskHeartbeatCommand({ taskToken }));

interface Sent {
  readonly MessageBody: { readonly token: string; readonly input: unknown };
}
let sent: Sent[] = [];
beforeEach(() => {
  sent = [];
});

const scan = (more = {}) => ({
  Type: 'Task',
  Resource: WAIT,
  Parameters: { QueueUrl: 'q', MessageBody: { 'token.$': '$$.Task.Token', 'input.$': '$.input' } },
  End: true,
  ...more,
});
function machine(more = {}, rest = {}, definition = {}) {
  return new LocalStateMachine({
    arn: ARN,
    roleArn: 'arn:aws:iam::000000000000:role/Scan',
    definition: { StartAt: 'Scan Object', States: { 'Scan Object': scan(more), ...rest }, ...definition },
    clock,
    tokens,
    retryWaitMs: 0,
    async invoke(_, payload) {
      sent.push(payload as Sent);
      return { MessageId: 'not the result' };
    },
  });
}
const started = async (count = 1) => {
  while (sent.length < count) await new Promise((resolve) => setImmediate(resolve));
  return sent.slice(-1)[0]?.MessageBody.token ?? '';
};

describe('a Task that waits for its token', () => {
  it('ends with the first answer, and refuses every later one', async () => {
    const { result } = machine().start({ input: { key: 'a' } });
    const token = await started();
    expect(sent[0]?.MessageBody.input).toEqual({ key: 'a' });
    await succeed(token, '{"verdict":"CLEAN"}');
    expect(await result).toMatchObject({ status: 'SUCCEEDED', output: { verdict: 'CLEAN' } });
    for (const late of [succeed(token), fail(token), beat(token)]) {
      await expect(late).rejects.toMatchObject({
        name: 'TaskTimedOut',
        message: "Task Timed Out: 'Provided task does not exist anymore'",
      });
    }
  });

  it('puts a fresh token where it is asked for, and nowhere else, in each attempt', async () => {
    const { result } = machine({ Retry: [{ ErrorEquals: ['EngineUnavailable'], MaxAttempts: 2 }] }).start({
      input: { says: '$$.Task.Token', states: 'Token' },
    });
    const first = await started();
    await fail(first, 'EngineUnavailable', 'killed');
    const second = await started(2);
    expect(second).not.toBe(first);
    expect(sent.map(({ MessageBody }) => MessageBody.input)).toEqual(
      Array(2).fill({ says: '$$.Task.Token', states: 'Token' }),
    );
    await expect(succeed(first)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await succeed(second);
    expect(await result).toMatchObject({ status: 'SUCCEEDED', retries: { 'Scan Object': 1 } });
  });

  it('passes it through intrinsic functions too', async () => {
    const body = { 'token.$': "States.Format('{}', $$.Task.Token)", input: null };
    const { result } = machine({ Parameters: { QueueUrl: 'q', MessageBody: body } }).start({});
    await succeed(await started());
    expect((await result).status).toBe('SUCCEEDED');
  });

  it('fails with the name and cause of the answer', async () => {
    const { result } = machine().start({ input: null });
    await fail(await started(), 'ObjectGone', 'it was deleted');
    expect(await result).toMatchObject({ status: 'FAILED', error: 'ObjectGone', cause: 'it was deleted' });
  });

  it('fails where its message cannot be sent, and its token is closed', async () => {
    const { result } = new LocalStateMachine({
      arn: ARN,
      roleArn: WORKER,
      definition: { StartAt: 'A', States: { A: scan() } },
      tokens,
      invoke: () => Promise.reject(Object.assign(new Error('denied'), { name: 'SQS.AmazonSQSException' })),
    }).start({ input: null });
    expect(await result).toMatchObject({ status: 'FAILED', error: 'SQS.AmazonSQSException' });
    expect(tokens.waiting).toBe(0);
  });
});

describe('time limits', () => {
  it.each([
    ['TimeoutSeconds', { TimeoutSeconds: 3600 }],
    ['a path into the state’s input, which Parameters do not have', { TimeoutSecondsPath: '$.policy.maxWaitSeconds' }],
  ])('%s end the wait by the clock', async (_, limit) => {
    const { result } = machine(limit).start({ input: null, policy: { maxWaitSeconds: 3600 } });
    const token = await started();
    await clock.advance(3_599_999);
    await expect(beat(token)).resolves.toBeDefined();
    await clock.advance(1);
    await expect(succeed(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    expect(await result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it.each([{ HeartbeatSeconds: 60 }, { HeartbeatSecondsPath: '$.beat' }])(
    '%j: heartbeats prolong it',
    async (limit) => {
      const { result } = machine(limit).start({ input: null, beat: 60 });
      const token = await started();
      for (let i = 0; i < 3; i++) {
        await clock.advance(59_000);
        await beat(token);
      }
      await clock.advance(60_000);
      await expect(beat(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
      expect(await result).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
    },
  );

  it.each([
    ['States.Timeout', { TimeoutSeconds: 60 }, true],
    ['States.Timeout', { HeartbeatSeconds: 60 }, true],
    ['States.HeartbeatTimeout', { HeartbeatSeconds: 60 }, true],
    ['States.HeartbeatTimeout', { TimeoutSeconds: 60 }, false],
    ['States.TaskFailed', { TimeoutSeconds: 60 }, false],
    ['States.ALL', { TimeoutSeconds: 60 }, true],
  ])('%s catches what exceeds %j: %s', async (name, limit, caught) => {
    const Catch = [{ ErrorEquals: [name], Next: 'Caught' }];
    const { result } = machine({ ...limit, Catch }, { Caught: { Type: 'Succeed' } }).start({ input: null });
    await started();
    await clock.advance(60_000);
    expect((await result).status).toBe(caught ? 'SUCCEEDED' : 'FAILED');
  });

  it('a path to no positive integer is fatal', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
    const { result } = machine({ TimeoutSecondsPath: '$.input', Catch }, { Caught: { Type: 'Succeed' } }).start({
      input: 0,
    });
    expect(await result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('of the execution closes its tokens, after more days than Node can wait', async () => {
    const DAY = 86_400_000;
    const { result } = machine({}, {}, { TimeoutSeconds: 30 * 86_400 }).start({ input: null });
    const token = await started();
    await clock.advance(30 * DAY - 1);
    await beat(token);
    await clock.advance(1);
    expect(await result).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout', ms: 30 * DAY });
    await expect(succeed(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    expect(clock.pending).toBe(0);
  });
});

it('an aborted execution drops its tokens and its time limits', async () => {
  const execution = machine({ TimeoutSeconds: 60 }).start({ input: null });
  const token = await started();
  execution.abort();
  expect(await execution.result).toMatchObject({ status: 'ABORTED' });
  await expect(succeed(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  expect(tokens.waiting).toBe(0);
  expect(clock.pending).toBe(0);
});

describe('an answer is refused', () => {
  let token = '';
  let execution: Execution;
  beforeAll(async () => {
    sent = [];
    execution = machine().start({ input: null });
    token = await started();
  });
  afterAll(() => execution.abort());

  it.each([
    ['that is no JSON', () => succeed(token, 'CLEAN'), 'InvalidOutput'],
    ['that is too long', () => succeed(token, JSON.stringify('x'.repeat(262_144))), 'ValidationException'],
    ['with too long a name', () => fail(token, 'x'.repeat(257)), 'ValidationException'],
    ['with too long a cause', () => fail(token, 'x', 'x'.repeat(32_769)), 'ValidationException'],
    ['to what is no token', () => succeed('AAAA'), 'InvalidToken'],
    ['to a token of another account', () => succeed(new TaskTokens().issue(ARN, () => {}).token), 'TaskDoesNotExist'],
    ['to a token that was altered', () => succeed(`AAAA${token.slice(4)}`), 'TaskDoesNotExist'],
    ['by a role without the permission', () => succeed(token, '1', STRANGER), 'AccessDeniedException'],
  ])('%s', async (_, answer, name) => {
    await expect(answer()).rejects.toMatchObject({ name });
    expect(tokens.waiting).toBe(1);
  });
});
