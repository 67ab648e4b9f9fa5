import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MovableClock } from '../../../emulator/clock.ts';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { asynchronously } from '../../../emulator/lambda/asynchronously.ts';
import { Queues } from '../../../emulator/sqs/queues.ts';

const FAULT = JSON.stringify({ errorType: 'Error', errorMessage: 'no' });
let clock: MovableClock;
let queues: Queues;
beforeEach(() => {
  clock = new MovableClock({ stoppedAt: 0 });
  queues = new Queues({ clock });
});
afterEach(() => queues.close());

function start({ config, allowed = true, succeedsAt = Number.POSITIVE_INFINITY }: Start = {}) {
  const stack = readTemplate({
    Resources: {
      Role: { Type: 'AWS::IAM::Role' },
      Failed: { Type: 'AWS::SQS::Queue' },
      Function: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
      ...(config !== undefined && {
        Config: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: {
            FunctionName: { Ref: 'Function' },
            DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failed', 'Arn'] } } },
            ...config,
          },
        },
      }),
    },
  });
  queues.createAll(stack);
  const [called] = stack.ofType('AWS::Lambda::Function');
  const attempts: { at: number; payload: unknown }[] = [];
  const failed: string[] = [];
  const invocations = asynchronously({
    stack,
    queues,
    permissions: { queue: async () => ({ allowed, reason: '', grants: [] }) },
    clock,
    async invoke(_, payload) {
      attempts.push({ at: clock.now(), payload });
      if (attempts.length < succeedsAt) throw new Error(FAULT);
    },
    onFailed: ({ name }) => failed.push(name),
  });
  const arn = called?.arn ?? '';
  return {
    arn,
    attempts,
    failed,
    invocations,
    call: (payload: unknown) => invocations.invoke(arn, payload),
    messages: () => queues.all().flatMap((queue) => queue.receive(10).map(({ body }) => JSON.parse(body))),
  };
}
interface Start {
  readonly config?: object;
  readonly allowed?: boolean;
  readonly succeedsAt?: number;
}

describe('an invocation that nobody waits for', () => {
  it('is tried three times, after one minute and after two more, then sent to the destination', async () => {
    const { arn, attempts, call, failed, messages } = start({ config: {} });
    call({ which: 'this' });
    await clock.advance(60_000);
    expect(messages()).toEqual([]);
    await clock.advance(600_000);
    expect(attempts.map(({ at }) => at)).toEqual([0, 60_000, 180_000]);
    expect(messages()).toEqual([
      {
        version: '1.0',
        requestContext: { functionArn: arn, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { which: 'this' },
        responsePayload: JSON.parse(FAULT),
      },
    ]);
    expect(failed).toHaveLength(1);
  });

  it('ends with the attempt that works', async () => {
    const { attempts, call, messages } = start({ config: {}, succeedsAt: 2 });
    call({});
    await clock.advance(600_000);
    expect([attempts.length, messages()]).toEqual([2, []]);
  });

  it.each([0, 1])('is tried again %i times, as its configuration says', async (MaximumRetryAttempts) => {
    const { attempts, call, messages } = start({ config: { MaximumRetryAttempts } });
    call({});
    await clock.advance(600_000);
    expect([attempts.length, messages().length]).toEqual([MaximumRetryAttempts + 1, 1]);
  });

  it.each([
    ['without a destination', {}],
    ['whose role may not send there', { config: {}, allowed: false }],
  ])('%s is lost, as on AWS', async (_, props) => {
    const { attempts, call, failed, messages } = start(props);
    call({});
    await clock.advance(600_000);
    expect([attempts.length, messages(), failed]).toEqual([3, [], []]);
  });

  it('is not tried again once all has ended', async () => {
    const { attempts, call, invocations, messages } = start({ config: {} });
    call({});
    await clock.advance(0);
    invocations.close();
    await clock.advance(600_000);
    expect([attempts.length, messages()]).toEqual([1, []]);
  });
});
