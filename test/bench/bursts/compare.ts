import { quotasOf } from '../../../infra/limits/aws-quotas.ts';
import type { Timing } from './assumptions.ts';
import type { Parameters } from './parameters.ts';
import { simulateQueue } from './simulate-queue.ts';

/** A real run without lost engines, for example of 2,000 uploads in the emulator: the JSON of `--measured FILE`. */
export interface Measured {
  readonly uploads: number;
  /** Until the last object was in the queue; the first one was there at 0. */
  readonly sendingSeconds: number;
  readonly engines: number;
  /** The mean time of an invocation with a full batch, and of one that starts its engine beyond that. */
  readonly invocationSeconds: number;
  readonly coldStartSeconds: number;
  readonly lastVerdictSeconds: number;
  /** Invocations' time without cold starts, of the engines' time to the last of them. */
  readonly busyShare: number;
  readonly invocations: number;
  /** Of all executions. */
  readonly transitions: number;
  readonly errors: number;
}

const FIGURES = ['lastVerdictSeconds', 'busyShare', 'invocations', 'transitions', 'errors'] as const;
export type Figures = Pick<Measured, (typeof FIGURES)[number]>;

export interface Difference {
  readonly figure: keyof Figures;
  readonly simulated: number;
  readonly measured: number;
  /** (simulated - measured) / measured; 0 when they are equal. */
  readonly error: number;
}

export const compare = (simulated: Figures, measured: Figures): Difference[] =>
  FIGURES.map((figure) => {
    const [a, b] = [simulated[figure], measured[figure]];
    return { figure, simulated: a, measured: b, error: a === b ? 0 : (a - b) / b };
  });

/** The same run simulated: with its engines and times, and without AWS's quotas, which the emulator does not have. */
export function simulateMeasured(run: Measured, parameters: Parameters): Figures {
  const timing: Timing = {
    coldStartSeconds: run.coldStartSeconds,
    handoverSeconds: 0,
    invocationSeconds: ({ length }) => (run.invocationSeconds * length) / parameters.small.batchSize,
  };
  const endless = { size: 1e9, perSecond: 1e9 };
  const outcome = simulateQueue(
    { ...parameters, small: { ...parameters.small, maxConcurrency: run.engines } },
    { ...quotasOf('us-east-1'), startStandardExecution: endless, stateTransitions: endless, sendTaskResult: endless },
    { uploads: run.uploads, overSeconds: run.sendingSeconds, scans: NOTHING_OF_ITS_OWN, seed: 1, deaths: 0 },
    timing,
  );
  return {
    lastVerdictSeconds: outcome.lastVerdict,
    busyShare: outcome.busyShare,
    invocations: outcome.engines.reduce((sum, { invocations }) => sum + invocations, 0),
    transitions: outcome.transitions,
    errors: outcome.errors,
  };
}

const NOTHING_OF_ITS_OWN = { name: 'measured', seconds: () => 0, large: () => false };
