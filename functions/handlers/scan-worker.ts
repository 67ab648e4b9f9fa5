import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createTaskAnswers } from '../adapters/aws/task-answers.ts';
import type { WarmEngine } from '../adapters/clamav/warm-engine.ts';
import { within } from '../adapters/process/deadline.ts';
import type { Environment } from '../adapters/process/environment.ts';
import { toObjectReference } from '../domain/object-reference.ts';
import { parseInput } from '../domain/parse-input.ts';
import { ScanObjectInput } from '../domain/payloads.ts';
import type { Clock, TaskAnswers } from '../domain/ports.ts';
import { type ScanPorts, scanContent } from '../domain/scan-content.ts';
import type { Verdict } from '../domain/verdict.ts';
import { hasExpired, WaitingScan } from '../domain/waiting-scan.ts';
import { scannerTask } from './scanner.ts';
import { logger, type TaskHandler, task } from './task.ts';

/** For the answers of scans that are cut off, and for Lambda. */
const RESERVE_MILLISECONDS = 10_000;

/**
 * Scans one object's content.
 * @throws EngineUnavailable, DefinitionsUnavailable, ScratchFull, and what reading from the store throws
 */
export const scanObject = (ports: ScanPorts) =>
  task(ScanObjectInput, async ({ bucket, object, policy, type, headers }): Promise<Verdict> => {
    const verdict = await scanContent(ports, toObjectReference(bucket, object), policy, type);
    // Check File Type has judged them.
    return headers === null ? verdict : { ...verdict, headers };
  });

/**
 * Scans what waits in the queue, all objects of a batch at once in one engine, and answers each execution as soon as
 * its object is done. A fault of a scan is an answer too; only what got no answer stays in the queue. Anything else
 * than an event of the queue is a direct call.
 */
export function scanWorker(
  scan: TaskHandler<Verdict>,
  answers: TaskAnswers,
  clock: Clock,
): TaskHandler<Verdict | SQSBatchResponse> {
  const processor = new BatchProcessor(EventType.SQS, { logger });

  async function answer({ body, attributes, messageId }: SQSRecord, context: Context): Promise<void> {
    const waiting = parseInput(WaitingScan, JSON.parse(body));
    if (hasExpired(waiting, Number(attributes.SentTimestamp), clock())) {
      logger.warn('Nobody waits for this scan any more', { messageId });
      return;
    }
    const { taskToken, input } = waiting;
    const fault = (thrown: Error) => ({ thrown });
    const remaining = context.getRemainingTimeInMillis() - RESERVE_MILLISECONDS;
    const done = await within(scan(input, context).catch(fault), remaining);
    if (done === undefined) throw new Error(`${messageId} was not scanned in the time of this function`);
    if ('thrown' in done) await answers.fail(taskToken, done.thrown.name, done.thrown.message);
    else await answers.succeed(taskToken, done);
  }

  return (event, context) => {
    if (!isOfQueue(event)) return scan(event, context);
    const record = (message: SQSRecord) => answer(message, context);
    const { Records, processInParallel } = inOrder(event.Records);
    return processPartialResponse({ Records }, record, processor, {
      context,
      processInParallel,
      throwOnFullBatchFailure: false,
    });
  };
}

/**
 * What a worker did not finish may have killed it. Such a scan comes behind those that are new, and alone, in an
 * order of chance: then it takes no other object with it for long.
 */
function inOrder(records: readonly SQSRecord[]): { Records: SQSRecord[]; processInParallel: boolean } {
  const isNew = ({ attributes }: SQSRecord) => Number(attributes.ApproximateReceiveCount) <= 1;
  const again = records
    .filter((record) => !isNew(record))
    .map((record) => ({ record, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ record }) => record);
  return { Records: [...records.filter(isNew), ...again], processInParallel: again.length === 0 };
}

function isOfQueue(event: unknown): event is SQSEvent {
  return Array.isArray((event as SQSEvent | null)?.Records);
}

/** A worker with its own engine, or with one that others use too. */
export const createScanWorker = (env: Environment, engine?: WarmEngine) =>
  scannerTask(env, engine, (ports) => scanWorker(scanObject(ports), createTaskAnswers(env), ports.clock));
