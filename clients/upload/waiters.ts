/** Who waits for news of which key. */
export class Waiters {
  readonly #waiting = new Map<string, Set<() => void>>();

  wake(key: string): void {
    for (const wake of this.#waiting.get(key) ?? []) wake();
  }

  /** Starts to listen at once; `next` settles with the first news since the last call, after `milliseconds`, or at the signal. */
  listen(key: string, signal: AbortSignal): { next(milliseconds: number): Promise<void>; end(): void } {
    let news = false;
    let resume = () => {};
    const wake = () => {
      news = true;
      resume();
    };
    const listeners = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, listeners.add(wake));
    signal.addEventListener('abort', wake);
    return {
      async next(milliseconds) {
        if (!news && !signal.aborted) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, milliseconds);
            resume = () => {
              clearTimeout(timer);
              resolve();
            };
          });
        }
        news = false;
      },
      end: () => {
        signal.removeEventListener('abort', wake);
        listeners.delete(wake);
        if (listeners.size === 0) this.#waiting.delete(key);
      },
    };
  }
}
