import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Clock, systemClock } from '../clock.ts';
import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { ApiFault, answerJson, callerOf, type JsonCall } from '../http/json-api.ts';
import { type Listening, listenOnLoopback } from '../http/loopback.ts';
import { writeXml, type XmlElement } from '../http/xml.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { ACTIONS, type Request } from './actions.ts';
import { type ListQueuesRequest, listQueues } from './list-queues.ts';
import { asXml, codeOf, NAMESPACE, readForm } from './query-protocol.ts';
import { QueueFault } from './queue-fault.ts';
import type { Queues } from './queues.ts';

export interface SqsApiProps {
  readonly queues: Queues;
  /** Measures how long ReceiveMessage waits. */
  readonly clock?: Clock;
  /** Default: any free one. */
  readonly port?: number;
  readonly authorize: (accessKeyId: string, action: string, queueArn: string) => Promise<Answer>;
}

/** SQS over HTTP in its JSON and its query protocol; refuses any action that is not in `actions.ts`. */
export async function startSqsApi(props: SqsApiProps): Promise<Listening> {
  const { authorize, port } = props;
  const json = answerJson({
    service: 'AmazonSQS',
    version: '1.0',
    authorize,
    answer: ({ body, ...call }) => perform({ ...call, request: JSON.parse(body) as Request }),
  });
  const server = createServer((request, response) => {
    if (request.headers['x-amz-target'] !== undefined) json(request, response);
    else void answerForm(request, response);
  });
  const listening = await listenOnLoopback(server, port);
  return listening;

  async function answerForm(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const respond = (status: number, root: string, content: XmlElement) =>
      response.writeHead(status, { 'content-type': 'text/xml' }).end(writeXml(root, content, NAMESPACE));
    try {
      const { action, request: asked } = readForm(await text(request));
      const caller = callerOf(request.headers.authorization, authorize);
      const answer = await perform({ ...caller, action, request: asked as Request });
      respond(200, `${action}Response`, asXml(action, answer, requestId));
    } catch (fault) {
      const { status, name, message } =
        fault instanceof ApiFault ? fault : { status: 500, name: 'InternalFailure', message: String(fault) };
      const Type = status < 500 ? 'Sender' : 'Receiver';
      respond(status, 'ErrorResponse', {
        Error: { Type, Code: codeOf(name), Message: message },
        RequestId: requestId,
      });
    }
  }

  /** @throws ApiFault */
  function perform(call: Call): Promise<object> {
    return answer(props, listening.endpoint, call);
  }
}

type Call = Pick<JsonCall, 'action' | 'accessKeyId' | 'authorize'> & { readonly request: Request };

/** @throws ApiFault */
async function answer(props: SqsApiProps, endpoint: string, call: Call): Promise<object> {
  const { queues, clock = systemClock } = props;
  const { action, request, accessKeyId, authorize } = call;
  const act = ACTIONS.get(action);
  if (act === undefined && action !== 'CreateQueue' && action !== 'ListQueues') {
    throw new ApiFault('UnsupportedOperation', `${action} is not served here`);
  }
  const name = request.QueueName ?? request.QueueUrl?.split('/').at(-1) ?? '*';
  // A batch call needs the permission of the single call.
  const resource = name === '*' ? '*' : `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
  await authorize(`sqs:${action.replace(/Batch$/, '')}`, resource);
  try {
    if (action === 'ListQueues') return listQueues(queues, request as ListQueuesRequest);
    if (act === undefined) return { QueueUrl: queues.request(name, request.Attributes ?? {}, endpoint).url };
    return await act({ queues, queue: queues.byUrl(name), request, clock, senderId: accessKeyId });
  } catch (fault) {
    if (fault instanceof QueueFault) throw new ApiFault(fault.name, fault.message);
    throw fault;
  }
}
