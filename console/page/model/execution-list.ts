import type { Digest } from './digest.ts';

/** An execution in the list. */
export interface Row {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly stop: number | undefined;
  readonly digest: Digest | undefined;
  /** The status that the digest was read at: a running execution has no output yet. */
  readonly digestOf: string | undefined;
}

export type Listed = Pick<Row, 'arn' | 'name' | 'status' | 'start' | 'stop'>;

export const RUNNING = 'RUNNING';

/** A page that stays open for weeks forgets the oldest. */
const MOST_ROWS = 20_000;

/** The executions of a state machine, newest first. What is listed again costs what has changed, not what there is. */
export class ExecutionList {
  #rows: Row[] = [];
  readonly #at = new Map<string, number>();
  readonly #running = new Set<string>();

  get rows(): readonly Row[] {
    return this.#rows;
  }

  row(arn: string): Row | undefined {
    const at = this.#at.get(arn);
    return at === undefined ? undefined : this.#rows[at];
  }

  /** Everything that started before is known and has ended: a listing, newest first, may stop there. */
  get knownBefore(): number {
    let least = this.#rows[0]?.start ?? Number.NEGATIVE_INFINITY;
    for (const arn of this.#running) least = Math.min(least, this.row(arn)?.start ?? least);
    return least;
  }

  /** Takes over what a listing says. @returns whether anything has changed */
  merge(listed: readonly Listed[]): boolean {
    const fresh: Row[] = [];
    let changed = false;
    for (const one of listed) {
      const at = this.#at.get(one.arn);
      const known = at === undefined ? undefined : this.#rows[at];
      if (at === undefined || known === undefined) fresh.push({ ...one, digest: undefined, digestOf: undefined });
      else if (known.status !== one.status || known.stop !== one.stop) {
        this.#rows[at] = { ...known, ...one };
        changed = true;
      }
      if (one.status === RUNNING) this.#running.add(one.arn);
      else this.#running.delete(one.arn);
    }
    if (fresh.length > 0) this.#insert(fresh);
    if (changed || fresh.length > 0) this.#rows = [...this.#rows];
    return changed || fresh.length > 0;
  }

  /**
   * @param of the status that it had when this was read, which another listing may have overtaken
   * @returns whether it is still listed
   */
  setDigest(arn: string, digest: Digest, of: string): boolean {
    const at = this.#at.get(arn);
    const row = at === undefined ? undefined : this.#rows[at];
    if (at === undefined || row === undefined) return false;
    this.#rows[at] = { ...row, digest, digestOf: of };
    return true;
  }

  /** For the views, which look for a new list. */
  renew(): void {
    this.#rows = [...this.#rows];
  }

  /** Rows whose digest is missing or was read before they ended: of `first`, then the newest. */
  withoutDigest(first: readonly string[], limit: number): Row[] {
    const wanted: Row[] = [];
    const take = (row: Row | undefined) => {
      if (row !== undefined && row.digestOf !== row.status && !wanted.includes(row)) wanted.push(row);
    };
    for (const arn of first) take(this.row(arn));
    for (const row of this.#rows) {
      if (wanted.length >= limit) break;
      take(row);
    }
    return wanted.slice(0, limit);
  }

  #insert(fresh: readonly Row[]): void {
    const rows = [...fresh, ...this.#rows];
    const isSorted = rows.every((row, at) => at === 0 || (rows[at - 1]?.start ?? 0) >= row.start);
    const sorted = isSorted ? rows : rows.sort((a, b) => b.start - a.start);
    this.#reset(sorted.slice(0, MOST_ROWS));
  }

  #reset(rows: Row[]): void {
    this.#rows = rows;
    this.#at.clear();
    rows.forEach(({ arn }, at) => {
      this.#at.set(arn, at);
    });
    for (const arn of this.#running) if (!this.#at.has(arn)) this.#running.delete(arn);
  }
}

/** What the reader of the list wants to see. */
export interface ListFilter {
  /** A status of executions, or a verdict; empty: all. */
  readonly status: string;
  /** In the key, the name, the finding. */
  readonly text: string;
}

export function filterRows(rows: readonly Row[], { status, text }: ListFilter): readonly Row[] {
  if (status === '' && text === '') return rows;
  const sought = text.toLowerCase();
  return rows.filter(
    (row) =>
      (status === '' || row.status === status || row.digest?.verdict === status) &&
      (sought === '' ||
        row.name.toLowerCase().includes(sought) ||
        (row.digest?.title.toLowerCase().includes(sought) ?? false) ||
        (row.digest?.finding?.toLowerCase().includes(sought) ?? false)),
  );
}

/** How many there are of each status and verdict. */
export function countRows(rows: readonly Row[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { status, digest } of rows) {
    // A verdict says more than that the execution succeeded.
    const word = digest?.verdict ?? status;
    counts.set(word, (counts.get(word) ?? 0) + 1);
    if (word !== status && status !== 'SUCCEEDED') counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
}
