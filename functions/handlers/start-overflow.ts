import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createExecutionStarter, type ExecutionStarter } from '../adapters/aws/execution-starter.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { OverflowingScan } from '../domain/overflowing-scan.ts';
import { parseInput } from '../domain/parse-input.ts';
import { logger, onColdStart, type TaskHandler } from './task.ts';

/**
 * Starts a STANDARD execution for each EXPRESS one that found no engine. Step Functions starts fewer of them in a
 * second than of EXPRESS ones: what it refuses stays in the queue.
 */
export function startOverflow(executions: ExecutionStarter): TaskHandler<SQSBatchResponse> {
  const processor = new BatchProcessor(EventType.SQS, { logger });

  async function start({ body }: SQSRecord): Promise<void> {
    const { name, input } = parseInput(OverflowingScan, JSON.parse(body));
    await executions.start(name, input);
  }

  return (event, context) =>
    processPartialResponse(event as SQSEvent, start, processor, { context, throwOnFullBatchFailure: false });
}

export const create = (env: Environment) => startOverflow(createExecutionStarter(env));

export const handler = onColdStart(create);
