import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createTaskAnswers } from '../adapters/aws/task-answers.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { ScanAbandoned } from '../domain/errors.ts';
import { parseInput } from '../domain/parse-input.ts';
import type { TaskAnswers } from '../domain/ports.ts';
import { subjectOf, WaitingScan } from '../domain/waiting-scan.ts';
import { ownQueue, workOnBatch } from './queue-batch.ts';
import { logger, onColdStart, type TaskHandler } from './task.ts';

/**
 * Fails the executions whose scans no worker finished: their objects are tagged ERROR and reported. A message that
 * Step Functions takes no answer for stays in the dead-letter queue, which has an alarm.
 */
export function failAbandonedScan(answers: TaskAnswers, queueArn: string): TaskHandler<SQSBatchResponse> {
  async function fail(body: string): Promise<void> {
    const waiting = parseInput(WaitingScan, JSON.parse(body));
    const subject = subjectOf(waiting);
    const { name, message } = new ScanAbandoned(`no worker finished the scan of ${subject}`);
    logger.error(name, { subject });
    await answers.fail(waiting.taskToken, name, message);
  }

  return (event, context) => workOnBatch((event as SQSEvent).Records, ({ body }) => fail(body), { queueArn, context });
}

export const create = (env: Environment) => failAbandonedScan(createTaskAnswers(env), ownQueue(env));

export const handler = onColdStart(create);
