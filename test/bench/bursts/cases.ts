import type { RegionQuotas } from '../../../infra/limits/aws-quotas.ts';
import { type Bill, billOf, totalOf } from './cost.ts';
import { type Load, SCANS, type ScanTimes } from './load.ts';
import type { Outcome } from './outcome.ts';
import type { Parameters } from './parameters.ts';
import { simulateQueue } from './simulate-queue.ts';
import { simulateRetries } from './simulate-retries.ts';

export const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;
const SEED = 20_261_126;
const SIZES = [2000, 20_000, 100_000, 1_000_000] as const;

export interface Case {
  readonly name: string;
  readonly scans: string;
  readonly outcome: Outcome;
  readonly bill: Bill;
  readonly usd: number;
  /** Of the same uploads spread over a day; undefined where that is not compared. */
  readonly usdOverADay: number | undefined;
}

export type Settings = Readonly<{ parameters: Parameters; quotas: RegionQuotas }>;
type Simulate = typeof simulateQueue;

const loadOf = (uploads: number, scans: ScanTimes, overSeconds = 0, deaths = 0): Load => ({
  uploads,
  overSeconds,
  scans,
  seed: SEED,
  deaths,
});

function run({ parameters, quotas }: Settings, name: string, load: Load, simulate: Simulate, overADay?: number): Case {
  const outcome = simulate(parameters, quotas, load);
  const bill = billOf(outcome, parameters);
  return { name, scans: load.scans.name, outcome, bill, usd: totalOf(bill), usdOverADay: overADay };
}

/** Uploads at once, and what the same cost when they come evenly over a day. */
export function* bursts(
  settings: Settings,
  simulate: Simulate = simulateQueue,
  kinds = Object.values(SCANS),
): Generator<Case> {
  for (const uploads of SIZES) {
    for (const scans of kinds) {
      const day = run(settings, '', loadOf(uploads, scans, DAY_SECONDS), simulateQueue);
      yield run(settings, count(uploads), loadOf(uploads, scans), simulate, day.usd);
    }
  }
}

/** What the queue replaced; the figures of the issue. */
export const before = (settings: Settings) => bursts(settings, simulateRetries, [SCANS.long, SCANS.short]);

/** Every thousandth invocation loses its engine; its objects come back when they are visible again. */
export const withDeaths = (settings: Settings): Case =>
  run(settings, `${count(100_000)}, engines killed`, loadOf(100_000, SCANS.mixture, 0, 0.001), simulateQueue);

/** 1,000 uploads a second for an hour. */
export const anHour = (settings: Settings, name: string): Case =>
  run(settings, name, loadOf(1000 * HOUR_SECONDS, SCANS.short, HOUR_SECONDS), simulateQueue);

/** What must be raised for 1,000 uploads a second, with some room. */
export function raised({ parameters, quotas }: Settings): Settings {
  return {
    parameters: { ...parameters, small: { ...parameters.small, maxConcurrency: RAISED.engines } },
    quotas: {
      ...quotas,
      startStandardExecution: { size: RAISED.starts, perSecond: RAISED.starts },
      stateTransitions: { size: RAISED.transitions, perSecond: RAISED.transitions },
      sendTaskResult: { size: RAISED.answers, perSecond: RAISED.answers },
    },
  };
}

export const RAISED = { engines: 90, starts: 1300, transitions: 10_000, answers: 1300 } as const;

export const count = (number: number) => number.toLocaleString('en-US');
