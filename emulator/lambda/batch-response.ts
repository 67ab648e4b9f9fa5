/**
 * Ids of the messages that a function with `ReportBatchItemFailures` did not process. Nothing at all is success; an
 * answer that Lambda does not understand, or that names a message not in the batch, fails the whole batch.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedMessages(answer: unknown, batch: readonly string[]): ReadonlySet<string> {
  const all = new Set(batch);
  if (answer === null || answer === undefined) return new Set();
  if (typeof answer !== 'object' || Array.isArray(answer)) return all;
  const { batchItemFailures } = answer as { readonly batchItemFailures?: unknown };
  if (batchItemFailures === null || batchItemFailures === undefined) return new Set();
  if (!Array.isArray(batchItemFailures)) return all;
  const failed = batchItemFailures.map(
    (item) => (item as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier,
  );
  return failed.every((id) => typeof id === 'string' && all.has(id)) ? new Set(failed as string[]) : all;
}
