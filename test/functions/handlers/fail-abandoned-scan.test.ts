import { expect, it } from '@jest/globals';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { AnswerUndelivered } from '../../../functions/domain/errors.ts';
import { create, failAbandonedScan, handler } from '../../../functions/handlers/fail-abandoned-scan.ts';

const input = {
  bucket: 'uploads',
  object: { key: 'a "b"', size: 1, etag: 'e' },
  policy: { maxObjectBytes: 10, allowedTypes: ['*'], onInfected: 'tag' },
  type: null,
};
const record = (messageId: string, body: string) => ({
  messageId,
  body,
  attributes: {},
  eventSource: 'aws:sqs',
  eventSourceARN: QUEUE,
});
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:Queue';

it('fails each execution by name and object, and leaves what it could not', async () => {
  const failed: unknown[][] = [];
  const task = failAbandonedScan(
    {
      succeed: () => Promise.reject(new Error('nothing succeeded')),
      fail: async (...answer) => {
        if (answer[0] === 'refused') throw new AnswerUndelivered('throttled');
        failed.push(answer);
      },
    },
    QUEUE,
  );
  const bodies = {
    abandoned: JSON.stringify({ taskToken: 'token', input }),
    refused: JSON.stringify({ taskToken: 'refused', input }),
    broken: '{',
    tokenless: JSON.stringify({ input }),
    newer: JSON.stringify({ taskToken: 'newer', input: { version: 2 } }),
  };
  const Records = Object.entries(bodies).map(([id, body]) => record(id, body));
  const { batchItemFailures } = (await task({ Records }, {} as Context)) as SQSBatchResponse;
  expect(failed).toEqual([
    ['token', 'ScanAbandoned', 'no worker finished the scan of s3://uploads/a "b"'],
    ['newer', 'ScanAbandoned', 'no worker finished the scan of an object that its message does not name'],
  ]);
  expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual([
    'broken',
    'refused',
    'tokenless',
  ]);
});

it('is wired from its environment and exported as a Lambda handler', () => {
  expect(create({ AWS_REGION: 'eu-central-1' })).toBeInstanceOf(Function);
  expect(handler).toBeInstanceOf(Function);
});
