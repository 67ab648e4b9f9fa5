import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createTaskAnswers } from '../adapters/aws/task-answers.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { ScanAbandoned } from '../domain/errors.ts';
import { parseInput } from '../domain/parse-input.ts';
import type { TaskAnswers } from '../domain/ports.ts';
import { WaitingScan } from '../domain/waiting-scan.ts';
import { logger, onColdStart, type TaskHandler } from './task.ts';

/**
 * Fails the executions whose scans no worker finished: their objects are tagged ERROR and reported. A message that
 * Step Functions takes no answer for stays in the dead-letter queue, which has an alarm.
 */
export function failAbandonedScan(answers: TaskAnswers): TaskHandler<SQSBatchResponse> {
  const processor = new BatchProcessor(EventType.SQS, { logger });

  async function fail({ body }: SQSRecord): Promise<void> {
    const { taskToken, input } = parseInput(WaitingScan, JSON.parse(body));
    const subject = `s3://${input.bucket}/${input.object.key}`;
    const { name, message } = new ScanAbandoned(`no worker finished the scan of ${subject}`);
    logger.error(name, { subject });
    await answers.fail(taskToken, name, message);
  }

  return (event, context) =>
    processPartialResponse(event as SQSEvent, fail, processor, { context, throwOnFullBatchFailure: false });
}

export const create = (env: Environment) => failAbandonedScan(createTaskAnswers(env));

export const handler = onColdStart(create);
