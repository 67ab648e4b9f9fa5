import type { CorpusSize } from './corpora.ts';
import { WHOLE_SET } from './signatures.ts';

/** How much of everything one run measures. */
export interface Sizes {
  readonly signatures: number;
  /** Whether the signatures are as many as the official ones: what depends on loading them has a target only then. */
  readonly whole: boolean;
  readonly small: CorpusSize;
  readonly larger: CorpusSize;
  readonly archives: CorpusSize;
  readonly largeBytes: number;
  /** Of everything but the two that follow. */
  readonly rounds: number;
  /** Each loads all signatures twice. */
  readonly coldStarts: number;
  readonly largeRounds: number;
  /** Small objects that are scanned one after the other, each in every round. */
  readonly oneByOne: number;
  /** Runs of `clamscan`, each of which loads all signatures. */
  readonly clamscans: number;
}

const SMALL = [2000, 100_000] as const;
const LARGER = [1_000_000, 6_000_000] as const;

export const FULL: Sizes = {
  signatures: WHOLE_SET,
  whole: true,
  small: { count: 2000, bytes: SMALL },
  larger: { count: 200, bytes: LARGER },
  archives: { count: 60, bytes: [20_000, 2_000_000] },
  largeBytes: 1_500_000_000,
  rounds: 5,
  coldStarts: 3,
  largeRounds: 3,
  oneByOne: 100,
  clamscans: 3,
};

export const QUICK: Sizes = {
  signatures: WHOLE_SET / 20,
  whole: false,
  small: { count: 240, bytes: SMALL },
  larger: { count: 6, bytes: LARGER },
  archives: { count: 6, bytes: [20_000, 500_000] },
  largeBytes: 40_000_000,
  rounds: 2,
  coldStarts: 1,
  largeRounds: 1,
  oneByOne: 24,
  clamscans: 1,
};
