import type { ActiveContent } from '../active-content.ts';
import type { ByteSource } from './byte-source.ts';
import type { Unaccounted } from './unaccounted.ts';
import type { Unpacker } from './unpacker.ts';

export interface WalkLimits {
  readonly files: number;
  readonly depth: number;
  /** Of all members of a zip, as it says itself. */
  readonly bytes: number;
  /** The engine takes a container that holds more than this many bytes only in parts. */
  readonly wholeBytes: number;
  /** Formats that are not opened, although they could be. */
  readonly unopened?: readonly string[];
}

/** A place in the file. */
export interface Place {
  readonly depth: number;
  /** Whether the engine gets to this content through what it was given already. */
  readonly reached: boolean;
  /** Whether this is a stream of an Office document, which may hold a zip: its theme. */
  readonly stream?: boolean;
}

/** Somewhere inside is what the engine must not unpack: then it gets no container that leads there. */
export class TooHeavy extends Error {}

/** One way through everything in a file. */
export interface Walk {
  readonly unpacker: Unpacker;
  readonly limits: WalkLimits;
  readonly findings: readonly string[];
  /** Whether the engine is given containers as they are. */
  readonly whole: boolean;
  /** Whether it is only given what our readers did not open: see `accountFor`. */
  readonly apart: boolean;
  /** How many containers were found so far that the engine must not unpack. */
  readonly heavy: number;
  hasOpened(format: string): void;
  foundLocked(format: string): void;
  /** @throws TooHeavy where the engine would get there */
  foundHeavy(reached: boolean): void;
  /** What runs or fetches something when the file at this depth is opened. */
  foundActive(active: Iterable<ActiveContent>, depth: number): void;
  /** A finding that ends nothing. */
  report(problem: Unaccounted): void;
  visit(source: ByteSource, depth: number, reached: boolean, stream?: boolean): Promise<void>;
  /** Whether the engine reaches what is inside, once it has the container, which is given to it if it must be. */
  passOn(source: ByteSource, reached: boolean): Promise<boolean>;
}
