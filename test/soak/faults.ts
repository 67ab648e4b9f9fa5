import { type Chance, weighted } from '../support/chance.ts';
import type { EngineFault } from '../support/clamd-proxy.ts';
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

/** Per scan; all that run while the engine is killed or hangs fail with the one that it is done to. */
const ENGINE_WEIGHTS: Readonly<Record<EngineFault, number>> = {
  killed: 0.006,
  hung: 0.001,
  silent: 0.001,
  hangUp: 0.004,
  split: 0.01,
  cutOff: 0.004,
  unterminated: 0.004,
  garbage: 0.004,
  error: 0.004,
  noRoom: 0.004,
  otherFile: 0.004,
};

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
      const fault = weighted(ENGINE_WEIGHTS, chance.of('engine', scans));
      if (fault !== undefined) count(fault);
      return fault;
    },
  };
}
