import type { Bucket, RegionQuotas } from '../../../infra/limits/aws-quotas.ts';
import { seededRandom } from '../random.ts';
import { ASSUMED, engineSeconds } from './assumptions.ts';
import type { Machine } from './clean-path.ts';
import { createEngineHeap } from './engine-heap.ts';
import { type Load, secondsOf } from './load.ts';
import type { Parameters } from './parameters.ts';
import { createRetryWheel } from './retry-wheel.ts';
import { createTokenBucket } from './token-bucket.ts';

/** How an EXPRESS execution hands over what has no engine. */
export interface Overflow {
  readonly to: 'execution' | 'event' | 'queue';
  readonly maxAttempts: number;
  readonly intervalSeconds: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
}

export interface Overflowed {
  readonly direct: number;
  readonly overflowed: number;
  /** Of the overflowed: those whose type check Lambda throttled. */
  readonly unchecked: number;
  /** Neither had an engine nor could be handed over in time. */
  readonly errors: number;
  readonly retries: number;
}

/** Lambda counts new environments over this time. */
const SCALING_SECONDS = 10;

interface Retrier {
  readonly MaxAttempts?: number;
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}

const TARGETS: readonly (readonly [RegExp, Overflow['to']])[] = [
  [/:::states:startExecution$/, 'execution'],
  [/:::events:putEvents$/, 'event'],
  [/:::sqs:sendMessage$/, 'queue'],
];

const THROTTLED = 'Lambda.TooManyRequestsException';
/** Tasks that overflow when Lambda throttles them. */
const OVERFLOWING = ['Check File Type', 'Scan Object'];

interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

/**
 * @throws Error when the machine has no state `Start Overflow` that starts an execution, or sends an event or a message,
 * or when a Task does not lead there that the simulation takes to do so
 */
export function overflowOf({ States }: Machine): Overflow {
  for (const name of OVERFLOWING) {
    const { Catch = [] } = (States[name] ?? {}) as { readonly Catch?: readonly Catcher[] };
    const caught = Catch.find(({ ErrorEquals }) => ErrorEquals.includes(THROTTLED));
    if (caught?.Next !== 'Start Overflow') throw new Error(`${name} of scan-upload-express does not overflow`);
  }
  const state = States['Start Overflow'] as
    | { readonly Resource?: string; readonly Retry?: readonly Retrier[] }
    | undefined;
  const to = TARGETS.find(([resource]) => resource.test(state?.Resource ?? ''))?.[1];
  if (to === undefined) throw new Error('scan-upload-express has no state Start Overflow that hands uploads over');
  const [retrier] = state?.Retry ?? [];
  return {
    to,
    maxAttempts: retrier === undefined ? 0 : (retrier.MaxAttempts ?? 3),
    intervalSeconds: retrier?.IntervalSeconds ?? 1,
    backoffRate: retrier?.BackoffRate ?? 2,
    maxDelaySeconds: retrier?.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
  };
}

const bucketOf = (to: Overflow['to'], { startStandardExecution, putEvents }: RegionQuotas): Bucket =>
  ({
    execution: startStandardExecution,
    event: { size: putEvents, perSecond: putEvents },
    queue: { size: 1e9, perSecond: 1e9 },
  })[to];

/** A burst of EXPRESS executions up to where each has an engine or is handed over to STANDARD, whose simulation goes on from there. */
export function simulateOverflow(
  { small, large }: Pick<Parameters, 'small' | 'large'>,
  quotas: RegionQuotas,
  load: Load,
  overflow: Overflow,
): Overflowed {
  const random = seededRandom(load.seed);
  const starts = createTokenBucket(bucketOf(overflow.to, quotas));
  const busy = createEngineHeap<{ readonly end: number }>();
  const wheel = createRetryWheel(overflow.maxAttempts);
  // What overflowed has as many engines as direct calls.
  const reserved = 2 * small.maxConcurrency + large.maxConcurrency;
  const mayCheck = createChecks(quotas.concurrentInvocations - reserved, quotas);
  const { size, perSecond } = quotas.startExpressExecution;
  let [begun, direct, overflowed, unchecked, errors, retries] = [0, 0, 0, 0, 0, 0];
  const start = (time: number, tries: number) => {
    if (starts.tryTake(time)) overflowed += 1;
    else if (tries >= overflow.maxAttempts) errors += 1;
    else {
      retries += 1;
      const longest = Math.min(overflow.maxDelaySeconds, overflow.intervalSeconds * overflow.backoffRate ** tries);
      wheel.add(Math.floor(time + Math.max(1, longest * random())), tries + 1);
    }
  };
  for (let second = 0; begun < load.uploads || wheel.waiting > 0; second += 1) {
    const retrying = wheel.due(second);
    let index = 0;
    wheel.take(second, (tries) => start(second + (index++ + 0.5) / retrying, tries));
    // EventBridge delivers what was refused again; here, as soon as it fits.
    const arrived =
      load.overSeconds === 0 ? load.uploads : Math.floor((load.uploads * (second + 1)) / load.overSeconds);
    const fresh = Math.min(
      Math.min(arrived, load.uploads) - begun,
      second === 0 ? size : perSecond,
      quotas.eventInvocations,
    );
    for (let nth = 0; nth < fresh; nth += 1) {
      const time = second + (nth + 0.5) / fresh;
      if (!mayCheck(time)) {
        unchecked += 1;
        start(time, 0);
        continue;
      }
      while (busy.earliest <= time) busy.pop();
      if (busy.size < small.maxConcurrency) {
        const cold = direct < small.maxConcurrency ? ASSUMED.coldStartSeconds : 0;
        busy.push({ end: time + cold + engineSeconds([secondsOf(load, direct)], small.memoryMb) });
        direct += 1;
      } else start(time, 0);
    }
    begun += fresh;
  }
  return { direct, overflowed, unchecked, errors, retries };
}

/**
 * The function of Check File Type: whether Lambda takes a call. Its first calls start cold, so that a burst holds more
 * environments at once than it needs a second later.
 */
function createChecks(atOnce: number, { functionScaling }: RegionQuotas): (time: number) => boolean {
  const busy = createEngineHeap<{ readonly end: number }>();
  const fresh = createTokenBucket({ size: SCALING_SECONDS * functionScaling, perSecond: functionScaling });
  let environments = 0;
  return (time) => {
    while (busy.earliest <= time) busy.pop();
    const warm = busy.size < environments;
    if (busy.size >= atOnce || !(warm || fresh.tryTake(time))) return false;
    if (!warm) environments += 1;
    busy.push({ end: time + (warm ? 0 : ASSUMED.taskColdStartSeconds) + ASSUMED.taskSeconds });
    return true;
  };
}
