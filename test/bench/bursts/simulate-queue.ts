import type { Bucket, RegionQuotas } from '../../../infra/limits/aws-quotas.ts';
import { ASSUMED, LAMBDA_TIMING, type Timing } from './assumptions.ts';
import { createFeed } from './feed.ts';
import { createLane } from './lane.ts';
import { isLarge, type Load, secondsOf } from './load.ts';
import type { Outcome } from './outcome.ts';
import type { Parameters } from './parameters.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Uploads that wait in a queue with a task token; one second after the other, the engines by events inside it. */
export function simulateQueue(
  parameters: Parameters,
  quotas: RegionQuotas,
  load: Load,
  timing: Timing = LAMBDA_TIMING,
): Outcome {
  const { uploads } = load;
  const feed = createFeed(load, quotas, parameters);
  const transitions = createTokenBucket(quotas.stateTransitions);
  const answers = createTokenBucket(quotas.sendTaskResult);
  const engines = parameters.small.maxConcurrency + parameters.large.maxConcurrency;
  const invocations = createTokenBucket(invocationsBucket(quotas.concurrentInvocations - engines));
  const after = parameters.transitions - parameters.transitionsBefore;
  let started = 0;
  let verdicts = 0;
  let errors = 0;
  let peakOpen = 0;
  let lastVerdict = 0;
  const open = () => started - verdicts - errors;

  const hooks = {
    secondsOf: (id: number) => secondsOf(load, id),
    answersAccepted: (count: number, time: number) => answers.takeInTurn(count, time),
    scanned: (_: number, time: number) => {
      const tagged = invocations.takeInTurn(2, transitions.takeInTurn(after, time)) + ASSUMED.taskSeconds;
      lastVerdict = Math.max(lastVerdict, tagged);
      verdicts += 1;
    },
    failed: () => {
      errors += 1;
    },
  };
  const lanes = [parameters.small, parameters.large].map((lane) => ({
    lane,
    simulated: createLane(
      lane,
      quotas,
      {
        uploads,
        waitSeconds: Math.min(parameters.maxWaitSeconds, lane.retentionSeconds),
        deaths: load.deaths,
        seed: load.seed,
      },
      hooks,
      timing,
    ),
  }));
  const [small, large] = lanes as [(typeof lanes)[number], (typeof lanes)[number]];
  const idle = () => lanes.every(({ simulated }) => simulated.idle);

  for (let second = 0; !feed.done || !idle(); second += 1) {
    // Nothing to do until the next upload: over a day, most seconds.
    if (idle()) second = Math.max(second, feed.next(second));
    feed.tick(second, open, (id, time) => {
      started += 1;
      peakOpen = Math.max(peakOpen, open());
      const entered = transitions.takeInTurn(parameters.transitionsBefore, time);
      const checked = invocations.takeInTurn(1, entered) + ASSUMED.taskSeconds;
      (isLarge(load, id) ? large : small).simulated.send(id, checked + ASSUMED.sendSeconds);
    });
    for (const { simulated } of lanes) simulated.runUntil(second + 1);
  }

  const stats = lanes.map(({ simulated }) => simulated.stats);
  const sum = (of: (each: (typeof stats)[number]) => number) => stats.reduce((total, each) => total + of(each), 0);
  const elapsed = Math.max(lastVerdict, 1);
  const capacity = lanes.reduce(
    (total, { lane, simulated: { stats: each } }) => total + lane.maxConcurrency * each.lastEnd,
    0,
  );
  const billed = started * parameters.transitionsBefore + verdicts * after;
  return {
    uploads,
    verdicts,
    errors,
    undelivered: feed.undelivered,
    lastVerdict,
    busyShare: sum((each) => each.busySeconds) / Math.max(capacity, 1e-9),
    deliveryRetries: feed.retries,
    stateRetries: 0,
    redeliveries: sum((each) => each.redeliveries),
    transitions: billed,
    peakOpen,
    peakQueue: Math.max(...stats.map((each) => each.peakQueue)),
    peakEngines: sum((each) => each.peakEngines),
    coldStarts: sum((each) => each.coldStarts),
    engines: lanes.map(({ lane, simulated: { stats: each } }) => ({
      memoryMb: lane.memoryMb,
      architecture: lane.architecture,
      invocations: each.invocations,
      billedSeconds: each.billedSeconds,
      queued: true,
    })),
    used: {
      engines: sum((each) => each.busySeconds) / Math.max(capacity, 1e-9),
      ...quotaUse(quotas, { started, billed, answered: verdicts, verdicts, elapsed, peakOpen }),
    },
  };
}

/** As many invocations at once as are left for the functions beside the engines. */
export const invocationsBucket = (atOnce: number): Bucket => ({
  size: Math.max(1, atOnce),
  perSecond: Math.max(1, atOnce) / ASSUMED.taskSeconds,
});

export function quotaUse(
  quotas: RegionQuotas,
  {
    started,
    billed,
    answered,
    verdicts,
    elapsed,
    peakOpen,
  }: Readonly<Record<'started' | 'billed' | 'answered' | 'verdicts' | 'elapsed' | 'peakOpen', number>>,
) {
  const share = (calls: number, { size, perSecond }: Bucket) => calls / (size + perSecond * elapsed);
  return {
    startStandardExecution: share(started, quotas.startStandardExecution),
    stateTransitions: share(billed, quotas.stateTransitions),
    sendTaskResult: share(answered, quotas.sendTaskResult),
    openExecutions: peakOpen / quotas.openExecutions,
    snsPublishes: verdicts / (quotas.snsPublishes * elapsed),
    eventInvocations: share(started, { size: quotas.eventInvocations, perSecond: quotas.eventInvocations }),
  };
}
