import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ClosedQueue } from './closed-queue.ts';
import type { ScannerFunction } from './functions/scanner-function.ts';
import { workOff } from './work-off.ts';

export interface ScanQueueProps {
  readonly worker: ScannerFunction;
  /** Objects that one engine scans at once. */
  readonly batchSize: number;
  /** Engines of the worker, which has no other callers; null: as many as Lambda has. */
  readonly engines: number | null;
  /** Gets what no worker finished. */
  readonly abandoned: IQueue;
}

/** How often a worker may die over a scan: neighbors in a batch share its fate until they are handed out alone. */
const MAX_RECEIVE_COUNT = 5;
/**
 * Engines without a number compete with all functions of the account, and what Lambda refuses counts as received: it is
 * tried until it is visible again, so one visibility each. A full day of refusals is not to end a scan that only waits.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
const MAX_REFUSED_SECONDS = 24 * 3600;
/** What Lambda asks for, in times of a worker's limit, so that nothing is handed out twice while it is scanned. */
const VISIBILITY_TIMES = 6;

/** Where scans wait for an engine. Only the state machine may send: a message names the object that gets the verdict. */
export class ScanQueue extends ClosedQueue {
  constructor(scope: Construct, id: string, { worker, batchSize, engines, abandoned }: ScanQueueProps) {
    const { timeout = Duration.seconds(3) } = worker;
    const visibilitySeconds = VISIBILITY_TIMES * timeout.toSeconds();
    const refusals = engines === null ? Math.ceil(MAX_REFUSED_SECONDS / visibilitySeconds) : 0;
    super(scope, id, {
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      deadLetterQueue: { queue: abandoned, maxReceiveCount: MAX_RECEIVE_COUNT + refusals },
    });
    workOff(this, worker, { batchSize, ...(engines !== null && { maxConcurrency: engines }) });
  }
}
