import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { type Listening, listenOnLoopback } from '../loopback.ts';
import { resolveCaller } from '../s3/identity.ts';
import { forward } from './forward.ts';
import type { Answer } from './policy-engine.ts';

interface Request {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
}

/** SQS (JSON): each call is asked of IAM first and then handed to `target`, which itself lets everybody do everything. */
export function startSqsGateway(
  target: string,
  authorize: (accessKeyId: string, action: string, queueArn: string) => Promise<Answer>,
): Promise<Listening> {
  const server = createServer(async (request, response) => {
    const refuse = (status: number, type: string, message: string) =>
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify({ __type: type, message }));
    try {
      const [, call] = /^AmazonSQS\.(\w+)$/.exec(String(request.headers['x-amz-target'])) ?? [];
      const body = await text(request);
      if (call === undefined) return refuse(501, 'NotImplemented', 'only SQS, in its JSON protocol, is served here');
      const { accessKeyId } = resolveCaller(request.headers.authorization, new Map(), new Date());
      if (accessKeyId === undefined) {
        return refuse(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
      }
      const { QueueUrl, QueueName = QueueUrl?.split('/').at(-1) ?? '*' } = JSON.parse(body) as Request;
      // A batch needs the permission of its single call.
      const action = `sqs:${call.replace(/Batch$/, '')}`;
      const resource = `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`;
      const { allowed, reason } = await authorize(accessKeyId, action, resource);
      if (!allowed) {
        const message = `${accessKeyId} is not authorized to perform ${action} on ${resource}: ${reason}`;
        return refuse(403, 'AccessDeniedException', message);
      }
      await forward(target, request, body, response);
    } catch (fault) {
      refuse(500, 'InternalFailure', String(fault));
    }
  });
  return listenOnLoopback(server);
}
