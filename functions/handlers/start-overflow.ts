import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createExecutionStarter } from '../adapters/aws/execution-starter.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { OverflowingScan } from '../domain/overflowing-scan.ts';
import { parseInput } from '../domain/parse-input.ts';
import type { ExecutionStarter } from '../domain/ports.ts';
import { ownQueue, workOnBatch } from './queue-batch.ts';
import { onColdStart, type TaskHandler } from './task.ts';

/**
 * Starts a STANDARD execution for each EXPRESS one that found no engine. Step Functions starts fewer of them in a
 * second than of EXPRESS ones: what it refuses stays in the queue.
 */
export function startOverflow(executions: ExecutionStarter, queueArn: string): TaskHandler<SQSBatchResponse> {
  async function start(body: string): Promise<void> {
    const { name, input } = parseInput(OverflowingScan, JSON.parse(body));
    await executions.start(name, input);
  }

  return (event, context) => workOnBatch((event as SQSEvent).Records, ({ body }) => start(body), { queueArn, context });
}

export const create = (env: Environment) => startOverflow(createExecutionStarter(env), ownQueue(env));

export const handler = onColdStart(create);
