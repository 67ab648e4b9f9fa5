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
  /** Engines that the queue may use; null: as many as Lambda has. */
  readonly engines: number | null;
  /** Whether others may take all engines of the worker: then Lambda refuses what the queue hands out. */
  readonly shared: boolean;
  /** Gets what no worker finished. */
  readonly abandoned: IQueue;
}

/** How often a worker may die over a scan: neighbors in a batch share its fate until they are handed out alone. */
const MAX_RECEIVE_COUNT = 5;
/** What Lambda refuses counts as received, too. SQS's most: days, so that nothing is given up that only waited. */
const MAX_RECEIVE_COUNT_SHARED = 1000;
/** What Lambda asks for, in times of a worker's limit, so that nothing is handed out twice while it is scanned. */
const VISIBILITY_TIMES = 6;

/** Where scans wait for an engine. Only the state machine may send: a message names the object that gets the verdict. */
export class ScanQueue extends ClosedQueue {
  constructor(scope: Construct, id: string, { worker, batchSize, engines, shared, abandoned }: ScanQueueProps) {
    const { timeout = Duration.seconds(3) } = worker;
    super(scope, id, {
      visibilityTimeout: Duration.seconds(VISIBILITY_TIMES * timeout.toSeconds()),
      deadLetterQueue: {
        queue: abandoned,
        maxReceiveCount: shared ? MAX_RECEIVE_COUNT_SHARED : MAX_RECEIVE_COUNT,
      },
    });
    workOff(this, worker, { batchSize, ...(engines !== null && { maxConcurrency: engines }) });
  }
}
