import { type Clock, systemClock } from '../clock.ts';
import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { ApiFault, startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { ACTIONS, type Request } from './actions.ts';
import { type ListQueuesRequest, listQueues } from './list-queues.ts';
import { QUERY_PROTOCOL } from './query-protocol.ts';
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

/** SQS over HTTP, in JSON and in the older query protocol; refuses any action that is not in `actions.ts`. */
export async function startSqsApi(props: SqsApiProps): Promise<Listening> {
  const { queues, clock = systemClock, port, authorize } = props;
  const listening = await startJsonApi({
    service: 'AmazonSQS',
    version: '1.0',
    other: QUERY_PROTOCOL,
    port,
    authorize,
    async answer({ action, body, accessKeyId, authorize: check }, _, response) {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const act = ACTIONS.get(action);
      if (act === undefined && action !== 'CreateQueue' && action !== 'ListQueues') {
        throw new ApiFault('UnsupportedOperation', `${action} is not served here`);
      }
      const request = JSON.parse(body) as Request;
      const name = request.QueueName ?? request.QueueUrl?.split('/').at(-1) ?? '*';
      // A batch call needs the permission of the single call.
      const resource = name === '*' ? '*' : `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
      await check(`sqs:${action.replace(/Batch$/, '')}`, resource);
      try {
        if (action === 'ListQueues') return listQueues(queues, request as ListQueuesRequest);
        if (act === undefined) {
          return { QueueUrl: queues.request(name, request.Attributes ?? {}, listening.endpoint).url };
        }
        const { signal } = gone;
        return await act({ queues, queue: queues.byUrl(name), request, clock, senderId: accessKeyId, gone: signal });
      } catch (fault) {
        if (fault instanceof QueueFault) throw new ApiFault(fault.name, fault.message);
        throw fault;
      }
    },
  });
  return listening;
}
