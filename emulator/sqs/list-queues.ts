import { QueueFault } from './queue-fault.ts';
import type { Queues } from './queues.ts';

export interface ListQueuesRequest {
  readonly QueueNamePrefix?: string;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** URLs of one answer; without MaxResults SQS pages no further. */
const MAXIMUM_RESULTS = 1000;

/** URLs by name. @throws QueueFault */
export function listQueues(queues: Queues, request: ListQueuesRequest): object {
  const { QueueNamePrefix: prefix = '', MaxResults, NextToken: after = '' } = request;
  if (MaxResults !== undefined && !(MaxResults >= 1 && MaxResults <= MAXIMUM_RESULTS)) {
    throw new QueueFault('InvalidParameterValue', `Value ${MaxResults} for parameter MaxResults is invalid.`);
  }
  const found = queues
    .all()
    .filter(({ name }) => name.startsWith(prefix) && name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = found.slice(0, MaxResults ?? MAXIMUM_RESULTS);
  return {
    QueueUrls: shown.map(({ url }) => url),
    ...(MaxResults !== undefined && shown.length < found.length && { NextToken: shown.at(-1)?.name }),
  };
}
