import type { RegionQuotas } from '../../../infra/limits/aws-quotas.ts';
import { seededRandom } from '../random.ts';
import { ASSUMED } from './assumptions.ts';
import type { Load } from './load.ts';
import type { Parameters } from './parameters.ts';
import { createRetryWheel } from './retry-wheel.ts';
import { createTokenBucket } from './token-bucket.ts';

/** From S3's events to executions: EventBridge delivers, Step Functions refuses what is over its quotas. */
export interface Feed {
  /** Delivers what is due in this second; `start` gets the id of each execution that starts, in the order of time. */
  tick(second: number, open: () => number, start: (id: number, time: number) => void): void;
  readonly done: boolean;
  /** Starts that were refused and delivered again. */
  readonly retries: number;
  /** Events that EventBridge gave up on: they are in the dead-letter queue of the rule. */
  readonly undelivered: number;
  /** The first second from this one on in which something is due. */
  next(second: number): number;
}

export function createFeed(load: Load, quotas: RegionQuotas, { delivery }: Pick<Parameters, 'delivery'>): Feed {
  const { uploads, overSeconds } = load;
  const random = seededRandom(load.seed);
  const wheel = createRetryWheel(delivery.maxAttempts);
  const starts = createTokenBucket(quotas.startStandardExecution);
  /** Uploads whose event is there at the end of this second. */
  const arrivedBy = (second: number) =>
    overSeconds === 0 ? uploads : Math.min(uploads, Math.floor((uploads * (second + 1)) / overSeconds));
  let delivered = 0;
  let started = 0;
  let retries = 0;
  let undelivered = 0;

  const refused = (time: number, tries: number) => {
    // Its limit by age comes to the same: 185 tries take 24 hours.
    if (tries >= delivery.maxAttempts) {
      undelivered += 1;
      return;
    }
    retries += 1;
    const { firstSeconds, maxSeconds } = ASSUMED.deliveryRetry;
    const wait = Math.min(maxSeconds, firstSeconds * 2 ** tries) * (0.5 + random());
    wheel.add(Math.floor(time + Math.max(1, wait)), tries + 1);
  };

  return {
    get done() {
      return delivered === uploads && wheel.waiting === 0;
    },
    get retries() {
      return retries;
    },
    get undelivered() {
      return undelivered;
    },
    next(second) {
      const arrival = Math.ceil(((delivered + 1) * overSeconds) / uploads) - 1;
      return Math.min(wheel.next(second), delivered < uploads ? Math.max(second, arrival) : Number.POSITIVE_INFINITY);
    },
    tick(second, open, start) {
      const again = wheel.due(second);
      const fresh = Math.min(arrivedBy(second) - delivered, Math.max(0, quotas.eventInvocations - again));
      delivered += fresh;
      const count = fresh + again;
      let index = 0;
      const deliver = (tries: number) => {
        const time = second + (index + 0.5) / count;
        index += 1;
        // Over EventBridge's own quota: delayed, not refused.
        if (index > quotas.eventInvocations) wheel.add(second + 1, tries);
        else if (open() < quotas.openExecutions && starts.tryTake(time)) {
          start(started, time);
          started += 1;
        } else refused(time, tries);
      };
      wheel.take(second, deliver);
      for (let left = fresh; left > 0; left -= 1) deliver(0);
    },
  };
}
