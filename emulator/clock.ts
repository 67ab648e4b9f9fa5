/** Ends the timer; harmless after it has fired. */
export type Cancel = () => void;

/** The time of the emulated services. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs once when this many milliseconds have gone by. */
  after(milliseconds: number, run: () => void): Cancel;
}

/** Longer timers of Node fire at once. */
const LONGEST_TIMEOUT_MILLISECONDS = 2 ** 31 - 1;

interface Timer {
  readonly at: number;
  readonly run: () => void;
  handle: NodeJS.Timeout | undefined;
}

export interface MovableClockProps {
  /** Milliseconds since 1970 at which the clock stands still until it is moved; default: it runs with the real time. */
  readonly stoppedAt?: number;
}

/** A clock that can be moved forward. Until it is moved it runs with the real time, or stands still. */
export class MovableClock implements Clock {
  readonly #stoppedAt: number | undefined;
  /** In the order in which they were set. */
  readonly #timers = new Set<Timer>();
  #moved = 0;

  constructor({ stoppedAt }: MovableClockProps = {}) {
    this.#stoppedAt = stoppedAt;
  }

  now(): number {
    return (this.#stoppedAt ?? Date.now()) + this.#moved;
  }

  after(milliseconds: number, run: () => void): Cancel {
    const timer: Timer = { at: this.now() + Math.max(0, milliseconds), run, handle: undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => {
      clearTimeout(timer.handle);
      this.#timers.delete(timer);
    };
  }

  /**
   * Moves the clock and fires what becomes due, each timer at its own time and in order. What a timer starts has time
   * for its first steps, but nothing waits for the network.
   */
  async advance(milliseconds: number): Promise<void> {
    const end = this.now() + milliseconds;
    const moved = this.#moved + milliseconds;
    await turn();
    for (let due = this.#earliest(); due !== undefined && due.at <= end; due = this.#earliest()) {
      this.#moved += Math.max(0, due.at - this.now());
      for (const timer of [...this.#timers].filter(({ at }) => at === due?.at)) this.#fire(timer);
      await turn();
    }
    // Not up to `end`, which the real time has come closer to meanwhile.
    this.#moved = Math.max(this.#moved, moved);
    for (const timer of this.#timers) this.#arm(timer);
  }

  /** Timers that have not fired. */
  get pending(): number {
    return this.#timers.size;
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) if (earliest === undefined || timer.at < earliest.at) earliest = timer;
    return earliest;
  }

  #arm(timer: Timer): void {
    if (this.#stoppedAt !== undefined) return;
    clearTimeout(timer.handle);
    const wait = Math.max(0, timer.at - this.now());
    timer.handle = setTimeout(
      // Node's timers may also fire a moment too early.
      () => (timer.at <= this.now() ? this.#fire(timer) : this.#arm(timer)),
      Math.min(wait, LONGEST_TIMEOUT_MILLISECONDS),
    );
  }

  #fire(timer: Timer): void {
    clearTimeout(timer.handle);
    if (this.#timers.delete(timer)) timer.run();
  }
}

/** The real time. */
export const systemClock: Clock = new MovableClock();

/** Every promise that needs no input or output has settled after it. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
