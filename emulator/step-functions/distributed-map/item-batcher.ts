export interface Batch {
  readonly BatchInput?: unknown;
  readonly Items: readonly object[];
}

export interface BatchLimits {
  readonly items: number;
  /** Of the batch's JSON as UTF-8. */
  readonly bytes: number;
}

/** Step Functions' payload limit, and the maximum for a batch. */
export const MAX_BATCH_BYTES = 262_144;

/**
 * Groups items within both limits; the bytes are those of a child's whole input.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
 * @throws Error `States.ItemReaderFailed` when one item alone is too large
 */
export async function* batches(
  items: AsyncIterable<object>,
  limits: BatchLimits,
  batchInput: object | undefined,
): AsyncGenerator<Batch> {
  const batchOf = (Items: readonly object[]): Batch => ({ ...(batchInput && { BatchInput: batchInput }), Items });
  const empty = Buffer.byteLength(JSON.stringify(batchOf([])));
  let batch: object[] = [];
  let bytes = empty;
  for await (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item));
    if (empty + size > limits.bytes) throw tooLarge(size, limits.bytes);
    if (batch.length === limits.items || bytes + size + (batch.length > 0 ? 1 : 0) > limits.bytes) {
      yield batchOf(batch);
      batch = [];
      bytes = empty;
    }
    bytes += size + (batch.length > 0 ? 1 : 0);
    batch.push(item);
  }
  if (batch.length > 0) yield batchOf(batch);
}

function tooLarge(size: number, limit: number): Error {
  const message = `an item of ${size} bytes does not fit a batch of ${limit}`;
  return Object.assign(new Error(message), { name: 'States.ItemReaderFailed' });
}
