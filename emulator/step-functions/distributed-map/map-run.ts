import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Execution, ExecutionResult } from '../execution.ts';
import type { DistributedMap } from './definition.ts';
import { type Batch, batches, MAX_BATCH_BYTES } from './item-batcher.ts';
import { listedItems } from './item-reader.ts';
import { MapRun, type MapRuns } from './map-runs.ts';
import { fillTemplate, numberOf } from './payload-template.ts';
import { ResultWriter } from './result-writer.ts';

export interface MapRunProps {
  readonly state: DistributedMap;
  readonly input: unknown;
  /** The parent's context object. */
  readonly context: object;
  /** `…:mapRun:<machine>/<label>` */
  readonly arn: string;
  readonly childMachineArn: string;
  /** With the state machine's role. */
  readonly s3: S3Client;
  /** Folder for the children's results until they are uploaded. */
  readonly temporary: string;
  /** Where others can ask for it. */
  readonly mapRuns: MapRuns;
  readonly now: () => number;
  /** The parent has ended: so do its children. */
  readonly parentEnded: AbortSignal;
  /** Called once its settings are known, before anything is listed. */
  readonly onStarted?: (mapRunArn: string) => void;
  readonly startChild: (input: Batch, mapRunArn: string) => Execution;
  readonly onBatch?: (batch: { readonly items: number; readonly status: ExecutionResult['status'] }) => void;
}

/** Distributed Maps without a limit of their own run up to 10,000 children; here memory is limited. */
const DEFAULT_CONCURRENCY = 40;

/**
 * Lists, batches, and runs a child execution for each batch, a few at once. Keeps only running batches in memory:
 * results go to disk, and from there to the bucket.
 * @throws Error `States.ExceedToleratedFailureThreshold`, `States.ItemReaderFailed`, `States.ResultWriterFailed`
 */
export async function runMap({ state, input, context, ...run }: MapRunProps): Promise<object> {
  const id = randomUUID();
  const arn = `${run.arn}:${id}`;
  const fill = (template: object) => fillTemplate(template, input, context);
  const number = (field: string) => numberOf(state, field, input, context);
  const maxConcurrency = (await number('MaxConcurrency')) || DEFAULT_CONCURRENCY;
  const tolerated = {
    percentage: await number('ToleratedFailurePercentage'),
    count: await number('ToleratedFailureCount'),
  };
  const { MaxItemsPerBatch = Number.POSITIVE_INFINITY, MaxInputBytesPerBatch = MAX_BATCH_BYTES } = state.ItemBatcher;
  const batchInput = state.ItemBatcher.BatchInput && (await fill(state.ItemBatcher.BatchInput));
  const target = (await fill(state.ResultWriter.Parameters)) as { Bucket: string; Prefix: string };
  const writer = new ResultWriter(
    run.s3,
    { ...target, Prefix: target.Prefix ?? '' },
    state.ResultWriter.WriterConfig,
    id,
    run.temporary,
  );

  const mapRun = new MapRun(
    {
      ...{ mapRunArn: arn, executionArn: (context as { Execution: { Id: string } }).Execution.Id },
      ...{ stateMachineArn: run.childMachineArn, maxConcurrency: (await number('MaxConcurrency')) ?? 0 },
      ...{ toleratedFailurePercentage: tolerated.percentage ?? 0, toleratedFailureCount: tolerated.count ?? 0 },
    },
    run.now,
  );
  run.mapRuns.add(mapRun);
  run.onStarted?.(arn);
  run.parentEnded.addEventListener('abort', () => mapRun.closed('ABORTED'), { once: true });
  let listed = 0;
  let complete = false;
  let failed = 0;
  /** The total, and so the percentage, is known once the listing has ended. */
  const exceeded = () => {
    const { percentage = 0, count } = tolerated;
    if (count !== undefined && failed > count) return true;
    const byPercentage = tolerated.percentage !== undefined || count === undefined;
    return complete && byPercentage && failed * 100 > listed * percentage;
  };

  async function* counted(): AsyncGenerator<Batch> {
    const items = listedItems(run.s3, await fill(state.ItemReader.Parameters));
    const limits = { items: MaxItemsPerBatch, bytes: MaxInputBytesPerBatch };
    for await (const batch of named('States.ItemReaderFailed', batches(items, limits, batchInput))) {
      if (run.parentEnded.aborted) return;
      listed += batch.Items.length;
      mapRun.listed(batch.Items.length);
      yield batch;
    }
    complete = true;
  }

  async function runChild(batch: Batch): Promise<void> {
    if (run.parentEnded.aborted) return;
    const Input = JSON.stringify(batch);
    if (exceeded()) {
      const Name = randomUUID();
      const ExecutionArn = `${run.childMachineArn.replace(':stateMachine:', ':execution:')}:${Name}`;
      await writer.add('PENDING', {
        ExecutionArn,
        Name,
        StateMachineArn: run.childMachineArn,
        Status: 'PENDING',
        Input,
      });
      return;
    }
    mapRun.begun(batch.Items.length);
    const child = run.startChild(batch, arn);
    run.parentEnded.addEventListener('abort', child.abort);
    const { status, output, error, cause, ms } = await child.result;
    run.parentEnded.removeEventListener('abort', child.abort);
    mapRun.ended(batch.Items.length, status);
    if (status !== 'SUCCEEDED') failed += batch.Items.length;
    await writer.add(status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED', {
      ExecutionArn: child.arn,
      Name: child.name,
      StateMachineArn: run.childMachineArn,
      Status: status,
      Input,
      ...(status === 'SUCCEEDED' && { Output: JSON.stringify(output) }),
      ...(error !== undefined && { Error: error }),
      ...(cause !== undefined && { Cause: cause }),
      StartDate: child.startTime,
      StopDate: new Date(Date.parse(child.startTime) + ms).toISOString(),
    });
    run.onBatch?.({ items: batch.Items.length, status });
  }

  try {
    await forEach(counted(), maxConcurrency, runChild);
    const Key = await writer.finish(arn).catch((fault: Error) => {
      throw Object.assign(new Error(fault.message, { cause: fault }), { name: 'States.ResultWriterFailed' });
    });
    mapRun.written();
    if (exceeded()) {
      const message = `The specified tolerated failure threshold was exceeded: ${failed} of ${listed} items`;
      throw Object.assign(new Error(message), { name: 'States.ExceedToleratedFailureThreshold' });
    }
    mapRun.closed('SUCCEEDED');
    return { MapRunArn: arn, ResultWriterDetails: { Bucket: target.Bucket, Key } };
  } finally {
    mapRun.closed('FAILED');
    await writer.close();
  }
}

/** Pulls the next item when a slot is free; the first fault ends it, after running items have finished. */
async function forEach<Item>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let fault: unknown;
  try {
    for await (const item of items) {
      const done: Promise<void> = work(item)
        .catch((thrown: unknown) => {
          fault ??= thrown;
        })
        .finally(() => underWay.delete(done));
      underWay.add(done);
      if (underWay.size >= atOnce) await Promise.race(underWay);
      if (fault !== undefined) break;
    }
  } finally {
    await Promise.all(underWay);
  }
  if (fault !== undefined) throw fault;
}

/** Faults with the error names of Step Functions. */
async function* named<Item>(name: string, items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (fault) {
    const { name: inner, message } = fault as Error;
    throw Object.assign(new Error(`${inner}: ${message}`, { cause: fault }), { name });
  }
}
