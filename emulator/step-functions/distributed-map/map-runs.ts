import { ApiFault } from '../../http/json-api.ts';

/** As AWS counts items and child executions. */
type Count = 'pending' | 'running' | 'succeeded' | 'failed' | 'timedOut' | 'aborted' | 'total' | 'resultsWritten';
type Counts = Record<Count, number>;
type Ended = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

const OF_STATUS = { SUCCEEDED: 'succeeded', FAILED: 'failed', TIMED_OUT: 'timedOut', ABORTED: 'aborted' } as const;

export interface MapRunSettings {
  readonly mapRunArn: string;
  readonly executionArn: string;
  /** Of the children: `…:stateMachine:<machine>/<label>`. */
  readonly stateMachineArn: string;
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly toleratedFailureCount: number;
}

/** A Map Run with what has become of its items and child executions so far. */
export class MapRun {
  readonly settings: MapRunSettings;
  /** Grows with each Map Run. */
  number = 0;
  readonly #now: () => number;
  readonly #start: number;
  readonly #items = zero();
  readonly #executions = zero();
  #end: { readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'; readonly at: number } | undefined;

  constructor(settings: MapRunSettings, now: () => number) {
    this.settings = settings;
    this.#now = now;
    this.#start = now();
  }

  /** A batch that was listed. */
  listed(items: number): void {
    this.#move(undefined, 'pending', items);
  }

  begun(items: number): void {
    this.#move('pending', 'running', items);
  }

  ended(items: number, status: Ended): void {
    this.#move('running', OF_STATUS[status], items);
  }

  written(): void {
    const { total, pending } = this.#items;
    this.#items.resultsWritten = total - pending;
    this.#executions.resultsWritten = this.#executions.total - this.#executions.pending;
  }

  closed(status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void {
    this.#end ??= { status, at: this.#now() };
  }

  /** For ListMapRuns. */
  listing(): object {
    const { mapRunArn, executionArn, stateMachineArn } = this.settings;
    return { mapRunArn, executionArn, stateMachineArn, ...this.#times() };
  }

  /** For DescribeMapRun. */
  description(): object {
    const { mapRunArn, executionArn, maxConcurrency, toleratedFailurePercentage, toleratedFailureCount } =
      this.settings;
    return {
      ...{ mapRunArn, executionArn, status: this.#end?.status ?? 'RUNNING', ...this.#times() },
      ...{ maxConcurrency, toleratedFailurePercentage, toleratedFailureCount },
      itemCounts: { ...this.#items, failuresNotRedrivable: 0, pendingRedrive: 0 },
      executionCounts: { ...this.#executions, failuresNotRedrivable: 0, pendingRedrive: 0 },
      redriveCount: 0,
    };
  }

  #times() {
    return { startDate: this.#start / 1000, ...(this.#end !== undefined && { stopDate: this.#end.at / 1000 }) };
  }

  #move(from: Count | undefined, to: Count, items: number): void {
    for (const [counts, by] of [
      [this.#items, items],
      [this.#executions, 1],
    ] as const) {
      if (from === undefined) counts.total += by;
      else counts[from] -= by;
      counts[to] += by;
    }
  }
}

function zero(): Counts {
  return { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, total: 0, resultsWritten: 0 };
}

/** AWS keeps them for 90 days. */
const REMEMBERED = 1000;

/** The Map Runs that were started, for later queries; the oldest are dropped. */
export class MapRuns {
  readonly #byArn = new Map<string, MapRun>();

  #added = 0;

  add(run: MapRun): void {
    this.#added += 1;
    run.number = this.#added;
    this.#byArn.set(run.settings.mapRunArn, run);
    const [oldest] = this.#byArn.keys();
    if (this.#byArn.size > REMEMBERED && oldest !== undefined) this.#byArn.delete(oldest);
  }

  /** @throws ApiFault ResourceNotFound */
  byArn(arn: string): MapRun {
    const run = this.#byArn.get(arn);
    if (run === undefined) throw new ApiFault('ResourceNotFound', `Resource not found: '${arn}'`);
    return run;
  }

  /** Newest first. */
  of(executionArn: string): MapRun[] {
    return [...this.#byArn.values()].filter(({ settings }) => settings.executionArn === executionArn).reverse();
  }
}
