import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createTaskAnswers } from '../adapters/aws/task-answers.ts';
import type { WarmEngine } from '../adapters/clamav/warm-engine.ts';
import { cutOff } from '../adapters/process/cut-off.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { InvalidInput } from '../domain/errors.ts';
import { toObjectReference } from '../domain/object-reference.ts';
import { parseInput } from '../domain/parse-input.ts';
import { ScanObjectInput } from '../domain/payloads.ts';
import type { Clock, Metrics, TaskAnswers } from '../domain/ports.ts';
import { type ScanPorts, scanContent } from '../domain/scan-content.ts';
import type { Verdict } from '../domain/verdict.ts';
import { hasExpired, WaitingScan } from '../domain/waiting-scan.ts';
import { ownQueue, workOnBatch } from './queue-batch.ts';
import { scannerTask } from './scanner.ts';
import { logger, type TaskHandler, task } from './task.ts';

/** No fault of the scan: there is nothing left to scan, or something else. */
const MOVED_ON = new Set(['ObjectGone', 'ObjectReplaced']);
/** For what is to be ended and removed when a scan is cut off, and for Lambda. */
const RESERVE_MILLISECONDS = 10_000;

/**
 * Scans one object's content.
 * @throws EngineUnavailable, DefinitionsUnavailable, ScratchFull, and what reading from the store throws
 */
export const scanObject = (ports: ScanPorts) =>
  task(ScanObjectInput, async ({ bucket, object, policy, type, headers }, { signal }): Promise<Verdict> => {
    const verdict = await scanContent({ ...ports, signal }, toObjectReference(bucket, object), policy, type);
    // Check File Type has judged them.
    return headers === null ? verdict : { ...verdict, headers };
  });

export interface WorkerProps {
  readonly answers: TaskAnswers;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'record'>;
  /** ARN of the queue that it works on. */
  readonly queueArn: string;
}

/**
 * Scans what waits in the queue, all objects of a batch at once in one engine, and answers each execution as soon as
 * its object is done. A fault of a scan is an answer too; only what got no answer stays in the queue.
 * @throws InvalidInput when it is called with anything else than messages
 */
export function scanWorker(
  scan: TaskHandler<Verdict>,
  { answers, clock, metrics, queueArn }: WorkerProps,
): TaskHandler<SQSBatchResponse> {
  async function answer({ body, attributes, messageId }: SQSRecord, context: Context): Promise<void> {
    const waiting = parseInput(WaitingScan, JSON.parse(body));
    if (hasExpired(waiting, Number(attributes.SentTimestamp), clock())) {
      logger.warn('Nobody waits for this scan any more', { messageId });
      return;
    }
    const { taskToken, input } = waiting;
    const remaining = context.getRemainingTimeInMillis() - RESERVE_MILLISECONDS;
    if (remaining <= 0) throw new ScanUnfinished('no time was left to begin it');
    const fault = (thrown: Error) => ({ thrown });
    const done = await cutOff((signal) => scan(input, { ...context, signal }).catch(fault), remaining);
    if (done === undefined) {
      metrics.record({ ScanFailed: 1 });
      throw new ScanUnfinished('it was cut off at the time limit of this function');
    }
    metrics.record({ ScanFailed: 'thrown' in done && !MOVED_ON.has(done.thrown.name) ? 1 : 0 });
    if ('thrown' in done) await answers.fail(taskToken, done.thrown.name, done.thrown.message);
    else await answers.succeed(taskToken, done);
  }

  return async (event, context) => {
    if (!isOfQueue(event)) throw new InvalidInput('is no event of a queue: this function takes no direct calls');
    const { records, inParallel } = inOrder(event.Records);
    return workOnBatch(records, (message) => answer(message, context), { queueArn, context, inParallel });
  };
}

/** Never leaves this function: the queue hands the scan out again. */
class ScanUnfinished extends Error {
  override readonly name = 'ScanUnfinished';
}

/**
 * What a worker did not finish may have killed it. Such a scan comes behind those that are new, and alone, in an
 * order of chance: then it takes no other object with it for long.
 */
function inOrder(all: readonly SQSRecord[]): { records: SQSRecord[]; inParallel: boolean } {
  const isNew = ({ attributes }: SQSRecord) => Number(attributes.ApproximateReceiveCount) <= 1;
  const again = all
    .filter((record) => !isNew(record))
    .map((record) => ({ record, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ record }) => record);
  return { records: [...all.filter(isNew), ...again], inParallel: again.length === 0 };
}

function isOfQueue(event: unknown): event is SQSEvent {
  return Array.isArray((event as SQSEvent | null)?.Records);
}

/** A worker with its own engine, or with one that others use too. */
export const createScanWorker = (env: Environment, engine?: WarmEngine) =>
  scannerTask(env, engine, (ports, metrics) =>
    scanWorker(scanObject(ports), {
      answers: createTaskAnswers(env),
      clock: ports.clock,
      metrics,
      queueArn: ownQueue(env),
    }),
  );
