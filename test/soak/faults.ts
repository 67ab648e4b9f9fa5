import { type Chance, weighted } from '../support/chance.ts';
import { ENGINE_FAULTS, type EngineFault } from '../support/clamd-proxy.ts';
import type { ProxiedRequest, S3Fault } from '../support/fault-proxy.ts';

/** Per request. */
const S3_WEIGHTS: Readonly<Record<S3Fault, number>> = {
  internalError: 0.008,
  slowDown: 0.008,
  reset: 0.004,
  lostAnswer: 0.006,
  resetMidBody: 0.006,
  truncated: 0.006,
  slow: 0.004,
  stalled: 0.001,
  wrongETag: 0.006,
  noETag: 0.003,
  notFound: 0.008,
};

/** Share of scans; all that run while the engine is killed or hangs fail with the one that it is done to. */
const ENGINE_FAULT = 0.05;
/** In turn, so that none is left out; how often in one round. Those that a time-out ends take seconds. */
const ENGINE_TURNS: Readonly<Record<EngineFault, number>> = {
  killed: 6,
  hung: 1,
  silent: 1,
  hangUp: 3,
  split: 5,
  cutOff: 3,
  unterminated: 3,
  garbage: 3,
  error: 3,
  noRoom: 3,
  otherFile: 3,
};
const ENGINE_ROUND = Array.from({ length: Math.max(...Object.values(ENGINE_TURNS)) }, (_, turn) =>
  ENGINE_FAULTS.filter((fault) => turn < ENGINE_TURNS[fault]),
).flat();

/** The share of objects that S3 fails nearly always, so that retries run out: at everything, at reading, or at tags. */
const STORMS = { everything: 0.004, reading: 0.01, tagging: 0.008 } as const;
const STORM = 0.9;
const STORM_FAULTS = ['internalError', 'slowDown', 'reset', 'lostAnswer'] as const;
/** Share of requests before which the object's owner deletes it. */
const DELETIONS = 0.003;
/**
 * A false "not found" is told once in so many requests about an object: S3 is consistent, and nobody could tell
 * from the truth what it says twice on end.
 */
const NOT_FOUND_APART = 12;

export interface Faults {
  readonly s3: (request: ProxiedRequest) => Promise<S3Fault | undefined>;
  readonly engine: () => EngineFault | undefined;
}

/** Chance decides by object and the request's number, so that faults come again in whatever order lanes run. */
export function randomFaults(
  chance: Chance,
  remove: (object: ProxiedRequest) => Promise<void>,
  count: (fault: string) => void,
): Faults {
  const requests = new Map<string, number>();
  const lastNotFound = new Map<string, number>();
  let scans = 0;
  let engineFaults = 0;

  function chooseS3Fault({ what, key }: ProxiedRequest, name: string, n: number): S3Fault | undefined {
    const storm = weighted(STORMS, chance.of('storm', key));
    const stormy = storm === 'everything' || storm === (what.endsWith('tagging') ? 'tagging' : 'reading');
    if (stormy && chance.of('storm', name, n) < STORM) return chance.pick(STORM_FAULTS, 'storm', name, n, what);
    const fault = weighted(S3_WEIGHTS, chance.of('s3', name, n));
    if (fault !== 'notFound') return fault;
    if (n - (lastNotFound.get(name) ?? -NOT_FOUND_APART) < NOT_FOUND_APART) return undefined;
    lastNotFound.set(name, n);
    return fault;
  }

  return {
    async s3(request) {
      const name = JSON.stringify([request.bucket, request.key]);
      const n = (requests.get(name) ?? 0) + 1;
      requests.set(name, n);
      if (chance.of('delete', name, n) < DELETIONS) await remove(request);
      const fault = chooseS3Fault(request, name, n);
      if (fault !== undefined) count(fault);
      return fault;
    },
    engine() {
      scans += 1;
      if (chance.of('engine', scans) >= ENGINE_FAULT) return undefined;
      const fault = ENGINE_ROUND[engineFaults % ENGINE_ROUND.length];
      engineFaults += 1;
      if (fault !== undefined) count(fault);
      return fault;
    },
  };
}
