import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createDeployedUploads } from '../adapters/aws/deployed-uploads.ts';
import { createExecutionStarter } from '../adapters/aws/execution-starter.ts';
import { createObjectListing } from '../adapters/aws/object-listing.ts';
import { createRefusedRequests } from '../adapters/aws/refused-requests.ts';
import { sha256 } from '../adapters/process/digest.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { type RequestPorts, startRequested } from '../domain/requests/start-requested.ts';
import { ownQueue, workOnBatch } from './queue-batch.ts';
import { logger, onColdStart, type TaskHandler } from './task.ts';

/** Starts an execution for each object that messages of the topic of requests name. */
export function startRequestedScans(ports: RequestPorts, queueArn: string): TaskHandler<SQSBatchResponse> {
  async function start(body: string, messageId: string): Promise<void> {
    const { started, missing, refused } = await startRequested(body, ports);
    const objects = missing.map(({ bucket, keys: [key] }) => ({ bucket, key }));
    if (missing.length > 0)
      logger.warn('nothing to scan', { messageId, count: missing.length, objects: some(objects) });
    if (refused.length > 0) logger.warn('refused', { messageId, count: refused.length, refused: some(refused) });
    logger.info('requested', { messageId, started });
  }

  // One after the other: each may name a thousand objects.
  return (event, context) =>
    workOnBatch((event as SQSEvent).Records, ({ body, messageId }) => start(body, messageId), {
      queueArn,
      context,
      inParallel: false,
    });
}

/** An entry of a log has 256 KB. */
const some = <Item>(items: readonly Item[]): readonly Item[] => items.slice(0, 20);

export const create = (env: Environment) =>
  startRequestedScans(
    {
      deployed: createDeployedUploads(env),
      objects: createObjectListing(env),
      executions: createExecutionStarter(env),
      refused: createRefusedRequests(env),
      digest: sha256,
    },
    ownQueue(env),
  );

export const handler = onColdStart(create);
