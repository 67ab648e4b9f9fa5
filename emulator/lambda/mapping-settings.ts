import type { LocalResource } from '../cloudformation/template.ts';

export interface MappingSettings {
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly maximumConcurrency: number;
  readonly reportsBatchItemFailures: boolean;
}

const KNOWN = new Set([
  'EventSourceArn',
  'FunctionName',
  'BatchSize',
  'MaximumBatchingWindowInSeconds',
  'ScalingConfig',
  'FunctionResponseTypes',
  'Enabled',
  'Tags',
]);

/** Lambda takes so many batches without a limit of its own, after some minutes. */
const CONCURRENCY_WITHOUT_LIMIT = 1000;
const BATCH_WITHOUT_WINDOW = 10;

/**
 * The settings of an `AWS::Lambda::EventSourceMapping` for a standard queue.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
 * @throws Error InvalidParameterValueException; or one naming the property that has no local counterpart
 */
export function mappingSettings(properties: LocalResource['properties']): MappingSettings {
  const unknown = Object.keys(properties).find((property) => !KNOWN.has(property));
  if (unknown !== undefined) throw new Error(`${unknown} of an event source mapping has no local counterpart`);
  const { BatchSize = 10, MaximumBatchingWindowInSeconds = 0, ScalingConfig, FunctionResponseTypes = [] } = properties;
  const { MaximumConcurrency } = (ScalingConfig ?? {}) as { readonly MaximumConcurrency?: number };
  assertWithin('BatchSize', BatchSize, 1, 10_000);
  assertWithin('MaximumBatchingWindowInSeconds', MaximumBatchingWindowInSeconds, 0, 300);
  if (MaximumConcurrency !== undefined) assertWithin('MaximumConcurrency', MaximumConcurrency, 2, 1000);
  if (BatchSize > BATCH_WITHOUT_WINDOW && MaximumBatchingWindowInSeconds < 1) {
    throw invalidParameter(
      `Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than ${BATCH_WITHOUT_WINDOW}`,
    );
  }
  return {
    batchSize: BatchSize,
    batchingWindowSeconds: MaximumBatchingWindowInSeconds,
    maximumConcurrency: MaximumConcurrency ?? CONCURRENCY_WITHOUT_LIMIT,
    reportsBatchItemFailures: FunctionResponseTypes.includes('ReportBatchItemFailures'),
  };
}

function assertWithin(name: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw invalidParameter(`${name} must be between ${from} and ${to}, not ${value}`);
}

export function invalidParameter(message: string): Error {
  return Object.assign(new Error(message), { name: 'InvalidParameterValueException' });
}
