import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Listening, listenOnLoopback } from '../http/loopback.ts';
import { writeXml } from '../http/xml.ts';
import { forward } from '../iam/forward.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { resolveCaller } from '../s3/identity.ts';

/** By action, whether the caller may do it to the topic. */
export interface SnsPermissions {
  readonly publish: (accessKeyId: string, topicArn: string) => Promise<Answer>;
  readonly list: (accessKeyId: string, topicArn: string) => Promise<Answer>;
}

/**
 * SNS for the stack's functions and its operators: `Publish` and `ListSubscriptionsByTopic`, authorized by IAM and then
 * forwarded to `target`, which itself allows everything. An address is told here as SNS tells one that nobody confirmed.
 */
export async function startSnsGateway(target: string, may: SnsPermissions, port = 0): Promise<Listening> {
  const actions: Readonly<Record<string, SnsPermissions[keyof SnsPermissions]>> = {
    Publish: may.publish,
    ListSubscriptionsByTopic: may.list,
  };
  const server = createServer(async (request, response) => {
    const refuse = (status: number, code: string, message: string) =>
      response.writeHead(status, { 'content-type': 'text/xml' }).end(errorOf(code, message));
    try {
      const body = await text(request);
      const parameters = new URLSearchParams(body);
      const { accessKeyId } = resolveCaller(request.headers.authorization, new Map(), new Date());
      const topicArn = parameters.get('TopicArn');
      const action = parameters.get('Action') ?? '';
      const mayDo = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (mayDo === undefined || topicArn === null) {
        refuse(501, 'NotImplemented', `only ${Object.keys(actions).join(' and ')} of a topic are served here`);
        return;
      }
      if (accessKeyId === undefined) {
        refuse(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
        return;
      }
      const { allowed, reason } = await mayDo(accessKeyId, topicArn);
      if (!allowed) {
        refuse(403, 'AuthorizationError', `${accessKeyId} is not authorized to ${action} on ${topicArn}: ${reason}`);
        return;
      }
      await forward(target, request, body, response, action === 'Publish' ? undefined : withPending);
    } catch (fault) {
      refuse(500, 'InternalFailure', String(fault));
    }
  });
  return listenOnLoopback(server, port);
}

const UNCONFIRMED = /<SubscriptionArn>[^<]*<\/SubscriptionArn>(\s*<TopicArn>[^<]*<\/TopicArn>\s*<Protocol>email)/g;

/** Nobody here opens the message with the link that confirms. */
const withPending = (xml: string) =>
  xml.replace(UNCONFIRMED, '<SubscriptionArn>PendingConfirmation</SubscriptionArn>$1');

function errorOf(Code: string, Message: string): string {
  const content = { Error: { Type: 'Sender', Code, Message }, RequestId: randomUUID() };
  return writeXml('ErrorResponse', content, 'http://sns.amazonaws.com/doc/2010-03-31/');
}
