import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import { forward } from '../iam/forward.ts';
import type { Answer } from '../iam/policy-engine.ts';

interface Request {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
}

/** SQS (JSON): each call is authorized by IAM and then forwarded to `target`, which itself allows everything. */
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
      // A batch call needs the permission of the single call.
      await call.authorize(`sqs:${call.action.replace(/Batch$/, '')}`, `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`);
      await forward(target, request, call.body, response);
      return undefined;
    },
  });
}
