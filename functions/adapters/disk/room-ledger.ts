/** What one scan has of the disk. */
export interface Room {
  /** Whether nobody else may be on the disk. */
  readonly whole: boolean;
  /** Makes it the whole disk, unless somebody else is there. */
  takeWhole(): boolean;
  leave(): void;
}

interface Waiting {
  readonly bytes: number;
  readonly admit: (room: Room) => void;
}

/**
 * Divides a disk among scans: one is let in when what it may need is free beside what the others may need, and alone
 * when that is more than the disk has. Whoever waits holds nothing, and is let in in order, so nobody waits forever.
 */
export class RoomLedger {
  readonly #freeBytes: () => number;
  readonly #waiting: Waiting[] = [];
  readonly #inside = new Map<Room, number>();
  /** Free bytes when the disk was last empty. */
  #capacity = 0;
  #closed = false;

  /** @param freeBytes of the disk; only asked while nobody is inside */
  constructor(freeBytes: () => number) {
    this.#freeBytes = freeBytes;
  }

  /**
   * @param bytes that it may need; Infinity for the whole disk
   * @param options `ahead` of all who wait; `signal` ends the waiting
   * @throws the signal's reason
   */
  async enter(bytes: number, { ahead = false, signal }: EnterOptions = {}): Promise<Room> {
    signal?.throwIfAborted();
    const admitted = Promise.withResolvers<Room>();
    const waiting = { bytes, admit: admitted.resolve };
    const giveUp = () => {
      const at = this.#waiting.indexOf(waiting);
      // Admitted already: its owner has the room, and leaves it.
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      admitted.reject(signal?.reason);
      this.#admit();
    };
    if (ahead) this.#waiting.unshift(waiting);
    else this.#waiting.push(waiting);
    signal?.addEventListener('abort', giveUp, { once: true });
    this.#admit();
    try {
      return await admitted.promise;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  #admit(): void {
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      if (this.#inside.size === 0) {
        this.#closed = false;
        this.#capacity = this.#freeBytes();
      }
      const whole = next.bytes > this.#capacity;
      const taken = [...this.#inside.values()].reduce((sum, bytes) => sum + bytes, 0);
      if (this.#inside.size > 0 && (this.#closed || whole || taken + next.bytes > this.#capacity)) return;
      this.#waiting.shift();
      next.admit(this.#room(next.bytes, whole));
    }
  }

  #room(bytes: number, whole: boolean): Room {
    const self = { whole };
    const room: Room = {
      get whole() {
        return self.whole;
      },
      takeWhole: () => {
        if (this.#inside.size === 1 && this.#inside.has(room)) {
          self.whole = true;
          this.#closed = true;
        }
        return self.whole;
      },
      leave: () => {
        if (this.#inside.delete(room)) this.#admit();
      },
    };
    this.#inside.set(room, bytes);
    this.#closed = whole;
    return room;
  }
}

export interface EnterOptions {
  readonly ahead?: boolean;
  readonly signal?: AbortSignal | undefined;
}
