import type { RegionQuotas } from '../../../infra/limits/aws-quotas.ts';
import { seededRandom } from '../random.ts';
import { ASSUMED, engineSeconds } from './assumptions.ts';
import { createEngineHeap } from './engine-heap.ts';
import { createFeed } from './feed.ts';
import { type Load, secondsOf } from './load.ts';
import type { Outcome } from './outcome.ts';
import type { Parameters } from './parameters.ts';
import { createRetryWheel } from './retry-wheel.ts';
import { quotaUse } from './simulate-queue.ts';

/** The design before the queue (release of November 2026): Scan Object called the function and tried again when throttled. */
export const BEFORE_THE_QUEUE = {
  retry: { intervalSeconds: 5, backoffRate: 2, maxAttempts: 100, maxDelaySeconds: 300 },
  /** Give Up, Tag Object As Error, Notify Of Error, Scan Failed. */
  transitionsOfError: 4,
} as const;

type Sizes = Pick<Parameters, 'small' | 'transitions' | 'transitionsBefore' | 'delivery'>;

export function simulateRetries(parameters: Sizes, quotas: RegionQuotas, load: Load): Outcome {
  const { memoryMb, maxConcurrency, architecture } = parameters.small;
  const { retry, transitionsOfError } = BEFORE_THE_QUEUE;
  const { uploads } = load;
  const random = seededRandom(load.seed + 2);
  const feed = createFeed(load, quotas, parameters);
  const wheel = createRetryWheel(retry.maxAttempts);
  const busy = createEngineHeap<{ readonly end: number }>();
  const after = parameters.transitions - parameters.transitionsBefore;
  const waits = Array.from({ length: retry.maxAttempts }, (_, attempt) =>
    Math.min(retry.maxDelaySeconds, retry.intervalSeconds * retry.backoffRate ** attempt),
  );
  const coldOnes = { left: maxConcurrency };
  let [started, verdicts, errors, stateRetries, billedSeconds, busySeconds] = [0, 0, 0, 0, 0, 0];
  let [invocations, peakOpen, peakEngines, lastVerdict, lastEnd] = [0, 0, 0, 0, 0];
  const open = () => started - verdicts - errors;

  const scan = (time: number) => {
    // Each engine starts once: while there is a burst none is idle long enough to be stopped.
    const cold = busy.size >= maxConcurrency - coldOnes.left ? ASSUMED.coldStartSeconds : 0;
    if (cold > 0) coldOnes.left -= 1;
    const seconds = engineSeconds([secondsOf(load, verdicts)], memoryMb);
    const end = time + cold + seconds;
    busy.push({ end });
    invocations += 1;
    billedSeconds += cold + seconds;
    busySeconds += seconds;
    peakEngines = Math.max(peakEngines, busy.size);
    lastEnd = Math.max(lastEnd, end);
    lastVerdict = Math.max(lastVerdict, end + ASSUMED.taskSeconds);
    verdicts += 1;
  };

  for (let second = 0; !feed.done || wheel.waiting > 0; second += 1) {
    second = Math.min(feed.next(second), wheel.next(second));
    feed.tick(second, open, (_, time) => {
      started += 1;
      peakOpen = Math.max(peakOpen, open());
      wheel.add(Math.floor(time + ASSUMED.taskSeconds), 0);
    });
    const count = wheel.due(second);
    let index = 0;
    wheel.take(second, (tries) => {
      const time = second + (index + 0.5) / count;
      index += 1;
      while (busy.earliest <= time) busy.pop();
      if (busy.size < maxConcurrency) {
        scan(time);
      } else if (tries >= retry.maxAttempts) {
        errors += 1;
      } else {
        stateRetries += 1;
        // Full jitter.
        wheel.add(Math.max(second + 1, Math.floor(time + (waits[tries] as number) * random())), tries + 1);
      }
    });
  }

  const billed = started * parameters.transitionsBefore + verdicts * after + errors * transitionsOfError + stateRetries;
  const busyShare = busySeconds / Math.max(maxConcurrency * lastEnd, 1e-9);
  return {
    uploads,
    verdicts,
    errors,
    undelivered: feed.undelivered,
    lastVerdict,
    busyShare,
    deliveryRetries: feed.retries,
    stateRetries,
    redeliveries: 0,
    transitions: billed,
    peakOpen,
    peakQueue: 0,
    peakEngines,
    coldStarts: maxConcurrency - coldOnes.left,
    engines: [{ memoryMb, architecture, invocations, billedSeconds, queued: false }],
    used: {
      engines: busyShare,
      ...quotaUse(quotas, { started, billed, answered: 0, verdicts, elapsed: Math.max(lastVerdict, 1), peakOpen }),
    },
  };
}
