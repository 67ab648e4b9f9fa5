import { expect, it } from '@jest/globals';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { InvalidConfiguration, StartRefused } from '../../../functions/domain/errors.ts';
import { create, handler, startOverflow } from '../../../functions/handlers/start-overflow.ts';

const input = { detail: { bucket: { name: 'uploads' } }, policy: { onInfected: 'tag' } };
const record = (messageId: string, body: string) => ({
  messageId,
  body,
  attributes: {},
  eventSource: 'aws:sqs',
  eventSourceARN: QUEUE,
});
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:Queue';

it('starts an execution of the same name and input for each, and leaves what it could not', async () => {
  const started: unknown[][] = [];
  const task = startOverflow(
    {
      async start(...execution) {
        if (execution[0] === 'throttled') throw new StartRefused('Step Functions: ThrottlingException');
        started.push(execution);
      },
    },
    QUEUE,
  );
  const bodies = {
    one: JSON.stringify({ name: 'one', input }),
    throttled: JSON.stringify({ name: 'throttled', input }),
    broken: '{',
    nameless: JSON.stringify({ name: 'a b', input }),
    empty: JSON.stringify({ name: 'empty', input: {} }),
  };
  const Records = Object.entries(bodies).map(([id, body]) => record(id, body));
  const { batchItemFailures } = (await task({ Records }, {} as Context)) as SQSBatchResponse;
  expect(started).toEqual([['one', input]]);
  expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual([
    ...['broken', 'empty', 'nameless', 'throttled'],
  ]);
});

it('is wired from its environment and exported as a Lambda handler', () => {
  const STATE_MACHINE_ARN = 'arn:aws:states:eu-central-1:000000000000:stateMachine:ScanOverflow';
  expect(create({ AWS_REGION: 'eu-central-1', STATE_MACHINE_ARN })).toBeInstanceOf(Function);
  expect(() => create({ AWS_REGION: 'eu-central-1' })).toThrow(InvalidConfiguration);
  expect(handler).toBeInstanceOf(Function);
});
