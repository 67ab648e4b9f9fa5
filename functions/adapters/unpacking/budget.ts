import { overLimit, type Unaccounted } from '../../domain/containers/unaccounted.ts';
import { ScratchFull } from '../../domain/errors.ts';

export interface UnpackLimits {
  /** Of everything that is unpacked, bytes. */
  readonly bytes: number;
  /** Whether it is the disk that allows no more: then another attempt may have more room. */
  readonly byDisk: boolean;
  readonly files: number;
  /** Of a reader's own memory, bytes. */
  readonly memoryBytes: number;
}

/** How much one object may still take of the disk, and of time. */
export class Budget {
  readonly #limits: UnpackLimits;
  readonly #remaining: () => number;
  #bytes = 0;
  #waited = 0;

  /** @param remaining milliseconds that are left for the object */
  constructor(limits: UnpackLimits, remaining: () => number) {
    this.#limits = limits;
    this.#remaining = remaining;
  }

  get bytes(): number {
    return Math.max(0, this.#limits.bytes - this.#bytes);
  }

  get milliseconds(): number {
    return Math.max(0, this.#remaining() + this.#waited);
  }

  /** Time in which readers were busy with other objects does not count. */
  addTime(milliseconds: number): void {
    this.#waited += milliseconds;
  }

  /** Counts bytes that a reader has written within the limit that it had. */
  count(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Counts bytes that are written, and looks at the clock. @throws Unaccounted, ScratchFull */
  spend(bytes: number): void {
    this.count(bytes);
    if (this.#bytes > this.#limits.bytes) throw this.overBytes();
    this.lookAtClock();
  }

  /** @throws Unaccounted when the time is over */
  lookAtClock(): void {
    if (this.milliseconds === 0) throw overLimit('time');
  }

  /** Why there may be no more bytes. */
  overBytes(): Unaccounted | ScratchFull {
    const { byDisk, bytes } = this.#limits;
    return byDisk ? new ScratchFull(`no room to unpack more than ${bytes} bytes`) : overLimit('size');
  }

  /** What was written is gone; the time is not. */
  forgetBytes(): void {
    this.#bytes = 0;
  }
}
