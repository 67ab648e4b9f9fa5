import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Environment } from '../adapters/process/environment.ts';
import { InvalidInput } from '../domain/errors.ts';
import { logger } from './task.ts';

/** The queue whose messages a function works on; those of any other are refused. */
export const ownQueue = ({ QUEUE_ARN }: Environment): string => QUEUE_ARN ?? 'none';

export interface BatchProps {
  /** ARN. Whoever maps a queue of their own to the function has no messages worked on. */
  readonly queueArn: string;
  readonly context: Context;
  /** Default: all messages at once. */
  readonly inParallel?: boolean;
}

/** Works on each message of a batch. Those whose work throws are logged, and stay in the queue. */
export function workOnBatch(
  Records: readonly SQSRecord[],
  work: (message: SQSRecord) => Promise<void>,
  { queueArn, context, inParallel = true }: BatchProps,
): Promise<SQSBatchResponse> {
  const record = async (message: SQSRecord) => {
    try {
      if (message.eventSourceARN !== queueArn) throw new InvalidInput(`a message of ${message.eventSourceARN}`);
      await work(message);
    } catch (fault) {
      const { name, message: cause } = fault as Error;
      logger.error(name, { cause, messageId: message.messageId });
      throw fault;
    }
  };
  const event: SQSEvent = { Records: [...Records] };
  // One for each batch: it keeps the failures of the last.
  return processPartialResponse(event, record, new BatchProcessor(EventType.SQS, { logger }), {
    context,
    processInParallel: inParallel,
    throwOnFullBatchFailure: false,
  });
}
