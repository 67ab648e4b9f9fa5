import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Listening, listenOnLoopback } from '../http/loopback.ts';
import { writeXml } from '../http/xml.ts';
import { forward } from '../iam/forward.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { resolveCaller } from '../s3/identity.ts';

/**
 * SNS for the stack's functions: only `Publish`, authorized by IAM and then forwarded to `target`, which itself
 * allows everything.
 */
export async function startSnsGateway(
  target: string,
  mayPublish: (accessKeyId: string, topicArn: string) => Promise<Answer>,
): Promise<Listening> {
  const server = createServer(async (request, response) => {
    const refuse = (status: number, code: string, message: string) =>
      response.writeHead(status, { 'content-type': 'text/xml' }).end(errorOf(code, message));
    try {
      const body = await text(request);
      const parameters = new URLSearchParams(body);
      const { accessKeyId } = resolveCaller(request.headers.authorization, new Map(), new Date());
      const topicArn = parameters.get('TopicArn');
      if (parameters.get('Action') !== 'Publish' || topicArn === null) {
        refuse(501, 'NotImplemented', 'only Publish to a topic is served here');
        return;
      }
      if (accessKeyId === undefined) {
        refuse(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
        return;
      }
      const { allowed, reason } = await mayPublish(accessKeyId, topicArn);
      if (!allowed) {
        refuse(403, 'AuthorizationError', `${accessKeyId} is not authorized to publish to ${topicArn}: ${reason}`);
        return;
      }
      await forward(target, request, body, response);
    } catch (fault) {
      refuse(500, 'InternalFailure', String(fault));
    }
  });
  return listenOnLoopback(server);
}

function errorOf(Code: string, Message: string): string {
  const content = { Error: { Type: 'Sender', Code, Message }, RequestId: randomUUID() };
  return writeXml('ErrorResponse', content, 'http://sns.amazonaws.com/doc/2010-03-31/');
}
