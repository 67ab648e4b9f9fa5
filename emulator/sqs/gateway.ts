import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import { forward } from '../iam/forward.ts';
import type { Answer } from '../iam/policy-engine.ts';

interface Request {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
}

/** SQS (JSON): each call is asked of IAM first and then handed to `target`, which itself lets everybody do everything. */
export function startSqsGateway(
  target: string,
  authorize: (accessKeyId: string, action: string, queueArn: string) => Promise<Answer>,
): Promise<Listening> {
  return startJsonApi({
    service: 'AmazonSQS',
    version: '1.0',
    authorize,
    async answer(call, request, response) {
      const { QueueUrl, QueueName = QueueUrl?.split('/').at(-1) ?? '*' } = JSON.parse(call.body) as Request;
      // A batch needs the permission of its single call.
      await call.authorize(`sqs:${call.action.replace(/Batch$/, '')}`, `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`);
      await forward(target, request, call.body, response);
      return undefined;
    },
  });
}
