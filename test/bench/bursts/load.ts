import { randomOf } from '../random.ts';

/** How long a scan takes alone on a whole vCPU, seconds, network waits included. */
export interface ScanTimes {
  readonly name: string;
  /** @param chance in [0, 1), the object's own */
  seconds(chance: number): number;
  /** Whether the object goes through the lane for large objects. */
  large(chance: number): boolean;
}

export interface Load {
  readonly uploads: number;
  /** 0: all at once; otherwise evenly over this time. */
  readonly overSeconds: number;
  readonly scans: ScanTimes;
  readonly seed: number;
  /** Of the invocations of an engine, those in which it is killed. */
  readonly deaths: number;
}

const always = (seconds: number): ScanTimes => ({
  name: `${seconds} s`,
  seconds: () => seconds,
  large: () => false,
});

/** Documents as measured: text and small files, PDFs of a megabyte, archives of 10 MB, and one in a thousand is large. */
const mixture: ScanTimes = {
  name: 'mixture',
  seconds: (chance) => (chance < 0.7 ? 0.15 : chance < 0.95 ? 0.7 : chance < 0.999 ? 8.4 : 30),
  large: (chance) => chance >= 0.999,
};

/** Pareto with exponent 1.5: half take under 0.16 s, one in a thousand over 10 s; what takes longer than a minute is cut off. */
const heavyTail: ScanTimes = {
  name: 'heavy tail',
  seconds: (chance) => Math.min(60, 0.1 / (1 - chance) ** (1 / 1.5)),
  large: () => false,
};

export const SCANS = { short: always(0.15), long: always(1.5), mixture, heavyTail } as const;

/** Each object has its own, whatever is scanned before it. */
export const secondsOf = ({ scans, seed }: Load, id: number) => scans.seconds(randomOf(seed, id));
export const isLarge = ({ scans, seed }: Load, id: number) => scans.large(randomOf(seed, id));
