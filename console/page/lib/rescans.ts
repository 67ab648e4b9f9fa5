/** What is shown of a run's summary; docs/rescans.md. */
export interface RescanSummary {
  readonly listed: number;
  readonly scanned: number;
  /** Of the objects scanned. */
  readonly bytes: number;
  /** By reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly failed: number;
  readonly changed: number;
  readonly infected: number;
  readonly costUsd: number;
  readonly estimatedCostUsd: number;
}

/** As it was started; what is missing the state machine fills in. */
export interface RescanInput {
  readonly bucket: string;
  readonly prefix: string;
  readonly strategy: string;
}

export function inputIn(text: string | undefined): RescanInput {
  const { bucket = '', prefix = '', strategy = '' } = parsed(text);
  return { bucket: String(bucket), prefix: String(prefix), strategy: String(strategy) };
}

/** The totals of a run that has ended as it should; undefined for any other. */
export function summaryIn(output: string | undefined): RescanSummary | undefined {
  const found = parsed(output);
  return typeof found.listed === 'number' && typeof found.costUsd === 'number'
    ? (found as unknown as RescanSummary)
    : undefined;
}

/** Of a Map Run, as AWS counts its items: objects. */
export interface ItemCounts {
  readonly total?: number | undefined;
  readonly pending?: number | undefined;
  readonly running?: number | undefined;
  readonly succeeded?: number | undefined;
  readonly failed?: number | undefined;
  readonly timedOut?: number | undefined;
  readonly aborted?: number | undefined;
}

export interface Progress {
  readonly listed: number;
  readonly done: number;
  readonly failed: number;
}

export function progressOf(counts: ItemCounts | undefined): Progress {
  const { total = 0, succeeded = 0, failed = 0, timedOut = 0, aborted = 0 } = counts ?? {};
  return { listed: total, done: succeeded + failed + timedOut + aborted, failed: failed + timedOut + aborted };
}

/** `$0.0123`: rescans of small buckets cost fractions of a cent. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0';
  if (amount < 0.0001) return 'under $0.0001';
  return `$${amount.toFixed(amount < 1 ? 4 : 2)}`;
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(text ?? '{}');
    return found !== null && typeof found === 'object' ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
