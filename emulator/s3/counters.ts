const READS = /^(Get|Head|List)/;

/** Requests by operation, counted on arrival, including refused ones. */
export class RequestCounters {
  readonly #counts = new Map<string, number>();
  #bytesRead = 0;

  add(operation: string): void {
    this.#counts.set(operation, this.count(operation) + 1);
  }

  addBytesRead(bytes: number): void {
    this.#bytesRead += bytes;
  }

  count(operation: string): number {
    return this.#counts.get(operation) ?? 0;
  }

  get reads(): number {
    return this.#sum((operation) => READS.test(operation));
  }

  get writes(): number {
    return this.#sum((operation) => !READS.test(operation));
  }

  /** Content bytes sent by GetObject. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  reset(): void {
    this.#counts.clear();
    this.#bytesRead = 0;
  }

  #sum(wanted: (operation: string) => boolean): number {
    return [...this.#counts].reduce((sum, [operation, count]) => sum + (wanted(operation) ? count : 0), 0);
  }
}
