import { PRICES } from '../../../functions/domain/cost/prices.ts';
import { estimatedCostUsd } from '../../../functions/domain/rescan/cost.ts';
import { NOTHING } from '../../../functions/domain/rescan/totals.ts';
import type { RegionQuotas } from '../../../infra/limits/aws-quotas.ts';
import { ASSUMED } from './assumptions.ts';

/** docs/rescans.md: small objects, eight at once in one scanner of 3008 MB; batches of 400. */
const RESCAN = { gbSecondsAnObject: 0.0375, secondsAnObject: 0.0128, objectsABatch: 400, appliedAtOnce: 10 } as const;
/** Tag Object and Notify for each object; Start, Scan Batch, Check For Changes, Batch Done for each batch. */
const TRANSITIONS_AN_OBJECT = 2 + 4 / RESCAN.objectsABatch;

export interface Backfill {
  readonly seconds: number;
  /** What it waits for: a quota, or the batches at once. */
  readonly limit: string;
  readonly usd: number;
}

/** A first backfill: rescans with the strategy `unscanned` over a bucket in which nothing has a verdict. A steady flow, so no events. */
export function backfillOf(objects: number, batchesAtOnce: number, quotas: RegionQuotas): Backfill {
  const batchSeconds =
    RESCAN.objectsABatch * RESCAN.secondsAnObject +
    (RESCAN.objectsABatch / RESCAN.appliedAtOnce) * 2 * ASSUMED.taskSeconds;
  const rates: Readonly<Record<string, number>> = {
    'batches at once': (batchesAtOnce * RESCAN.objectsABatch) / batchSeconds,
    stateTransitions: quotas.stateTransitions.perSecond / TRANSITIONS_AN_OBJECT,
    mapChildStarts: quotas.mapChildStarts * RESCAN.objectsABatch,
    snsPublishes: quotas.snsPublishes,
    putEvents: quotas.putEvents,
    s3Writes: quotas.s3Writes,
  };
  const [limit, rate] = Object.entries(rates).reduce((slowest, each) => (each[1] < slowest[1] ? each : slowest));
  const totals = { ...NOTHING, listed: objects, scanned: objects, changed: objects };
  const rescan = estimatedCostUsd(
    'unscanned',
    totals,
    objects * RESCAN.gbSecondsAnObject,
    objects / RESCAN.objectsABatch,
  );
  const eachVerdict =
    PRICES.sns.publish +
    PRICES.eventBridge.customEvent +
    2 * (PRICES.lambda.request + ASSUMED.taskSeconds * 0.25 * PRICES.lambda.gbSecond.arm64);
  return { seconds: objects / rate, limit, usd: rescan + objects * eachVerdict };
}
