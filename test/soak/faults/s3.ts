import { type Chance, weighted } from '../../support/chance.ts';
import type { S3Fault, S3Request } from '../../support/s3-faults.ts';
import { BUCKETS } from '../buckets.ts';

/** Per request. */
const WEIGHTS: Readonly<Partial<Record<S3Fault, number>>> = {
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

/** Rarer than other requests, and more can go wrong with them: a few hundred in a run of the full length. */
const COPY_WEIGHTS = { ...WEIGHTS, lostAnswer: 0.03, notFound: 0.03, errorIn200: 0.05, halfErrorIn200: 0.05 };
const DELETE_WEIGHTS = { ...WEIGHTS, lostAnswer: 0.03, notFound: 0.03 };

/** The share of objects that S3 fails nearly always, so that retries run out: at everything, at one kind of request. */
const STORMS = { everything: 0.004, reading: 0.01, tagging: 0.008, copying: 0.04, deleting: 0.04 } as const;
const STORM = 0.9;
const STORM_FAULTS = ['internalError', 'slowDown', 'reset', 'lostAnswer'] as const;
/** Share of requests before which the object's owner deletes or replaces it: above all when it is to be moved or deleted. */
const MEDDLING: Readonly<Record<string, { readonly remove?: number; readonly replace?: number }>> = {
  COPY: { remove: 0.02, replace: 0.05 },
  DELETE: { remove: 0.02, replace: 0.05 },
  // Before and after a tag is written on a bucket without versions.
  HEAD: { remove: 0.003, replace: 0.01 },
};
const OTHER_MEDDLING = { remove: 0.003 };
/**
 * A false "not found" is told once in so many requests about an object: S3 is consistent, and nobody could tell
 * from the truth what it says twice on end.
 */
const NOT_FOUND_APART = 12;

/** What the owner of an object does to it. */
type Meddle = Readonly<Record<'remove' | 'replace', (object: S3Request) => Promise<void>>>;

/** Chance decides by object and the request's number, so that faults come again in whatever order lanes run. */
export function randomS3Faults(
  chance: Chance,
  owner: Meddle,
  count: (fault: string) => void,
): (request: S3Request) => Promise<S3Fault | undefined> {
  const requests = new Map<string, number>();
  const lastNotFound = new Map<string, number>();

  function choose({ what, key }: S3Request, name: string, n: number): S3Fault | undefined {
    const storm = key === '' ? undefined : weighted(STORMS, chance.of('storm', key));
    const stormy = storm === 'everything' || storm === stormOver(what);
    if (stormy && chance.of('storm', name, n) < STORM) return chance.pick(STORM_FAULTS, 'storm', name, n, what);
    const weights = what === 'COPY' ? COPY_WEIGHTS : what === 'DELETE' ? DELETE_WEIGHTS : WEIGHTS;
    const fault = weighted(weights, chance.of('s3', name, n));
    if (fault !== 'notFound') return fault;
    if (n - (lastNotFound.get(name) ?? -NOT_FOUND_APART) < NOT_FOUND_APART) return undefined;
    lastNotFound.set(name, n);
    return fault;
  }

  return async (request) => {
    const name = JSON.stringify([request.bucket, request.key]);
    const n = (requests.get(name) ?? 0) + 1;
    requests.set(name, n);
    const meddling = weighted(MEDDLING[request.what] ?? OTHER_MEDDLING, chance.of('meddling', name, n));
    if (isOwners(request) && meddling !== undefined) await owner[meddling](request);
    const fault = choose(request, name, n);
    if (fault !== undefined) count(`s3 ${fault}`);
    return fault;
  };
}

/** Nobody touches what is the stack's own, such as the results of a rescan. */
function isOwners({ bucket, key }: S3Request): boolean {
  return key !== '' && BUCKETS.some(({ name }) => name === bucket);
}

function stormOver(what: string): keyof typeof STORMS {
  if (what.endsWith('tagging')) return 'tagging';
  if (what === 'COPY') return 'copying';
  return what === 'DELETE' ? 'deleting' : 'reading';
}
