import { overLimit, type Unaccounted } from '../../domain/containers/unaccounted.ts';
import type { ScratchFull } from '../../domain/errors.ts';
import { ShareUsedUp } from '../disk/share-used-up.ts';

export interface UnpackLimits {
  /** Of everything that is unpacked, bytes. */
  readonly bytes: number;
  /** Whether it is the disk that allows no more: then another attempt may have more room. */
  readonly byDisk: boolean;
  /** What the whole disk allows, for whoever has unpacked so much; undefined while others need it too. */
  readonly wholeDisk?: ((unpacked: number) => Pick<UnpackLimits, 'bytes' | 'byDisk'> | undefined) | undefined;
  readonly files: number;
  /** Of a reader's own memory, bytes. */
  readonly memoryBytes: number;
}

/** How much one object may still take of the disk, and of time. */
export class Budget {
  #limits: UnpackLimits;
  readonly #remaining: () => number;
  readonly #signal: AbortSignal | undefined;
  #bytes = 0;
  #waited = 0;

  /**
   * @param remaining milliseconds that are left for the object
   * @param signal ends it
   */
  constructor(limits: UnpackLimits, remaining: () => number, signal?: AbortSignal) {
    this.#limits = limits;
    this.#remaining = remaining;
    this.#signal = signal;
  }

  get bytes(): number {
    return Math.max(0, this.#limits.bytes - this.#bytes);
  }

  /** Whether it is the disk that allows no more. */
  get byDisk(): boolean {
    return this.#limits.byDisk;
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

  /** Takes the whole disk if it is the disk that allows no more, and nobody else is there. */
  widen(): void {
    const whole = this.#limits.byDisk ? this.#limits.wholeDisk?.(this.#bytes) : undefined;
    if (whole !== undefined) this.#limits = { ...this.#limits, ...whole, wholeDisk: undefined };
  }

  /** Counts bytes that are written, and looks at the clock. @throws Unaccounted, ScratchFull, the signal's reason */
  spend(bytes: number): void {
    if (this.#bytes + bytes > this.#limits.bytes) this.widen();
    this.count(bytes);
    if (this.#bytes > this.#limits.bytes) throw this.overBytes();
    this.lookAtClock();
  }

  /** @throws Unaccounted when the time is over, the signal's reason when it is cut off */
  lookAtClock(): void {
    this.#signal?.throwIfAborted();
    if (this.milliseconds === 0) throw overLimit('time');
  }

  /** Why there may be no more bytes. */
  overBytes(): Unaccounted | ScratchFull {
    const { byDisk, bytes } = this.#limits;
    return byDisk ? new ShareUsedUp(`no room to unpack more than ${bytes} bytes`) : overLimit('size');
  }

  /** What was written is gone; the time is not. */
  forgetBytes(): void {
    this.#bytes = 0;
  }
}
