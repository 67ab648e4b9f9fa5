import type { SQSBatchResponse } from 'aws-lambda';
import type { WarmEngine } from '../adapters/clamav/warm-engine.ts';
import type { Environment } from '../adapters/process/environment.ts';
import type { Verdict } from '../domain/verdict.ts';
import { createScanWorker, scanObject } from './scan-worker.ts';
import { onInit, type ScanTask, scannerTask } from './scanner.ts';

/**
 * Scans an object's content: from the queue of `Scan Object`, or where the function has no queue, under EXPRESS, in a
 * direct call. Never both: a call and a queue would take engines from each other.
 */
export const create = (env: Environment, engine?: WarmEngine): ScanTask<Verdict | SQSBatchResponse> =>
  env.QUEUE_ARN === undefined ? scannerTask(env, engine, scanObject) : createScanWorker(env, engine);

export const handler = await onInit(create);
