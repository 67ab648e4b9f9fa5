import { RESCAN_TRANSITIONS } from '../../../functions/domain/cost/rescan.ts';
import { rescanCostUsd } from '../../../functions/domain/rescan/cost.ts';
import { NOTHING } from '../../../functions/domain/rescan/totals.ts';
import type { RegionQuotas } from '../../../infra/limits/aws-quotas.ts';
import { ASSUMED } from './assumptions.ts';

/** Small objects, 0.1 s each, eight at once in one scanner of 3008 MB; batches of 400. */
const RESCAN = { gbSecondsAnObject: 0.0375, secondsAnObject: 0.0128, objectsABatch: 400, appliedAtOnce: 10 } as const;
const TRANSITIONS_AN_OBJECT = RESCAN_TRANSITIONS.change + RESCAN_TRANSITIONS.batch / RESCAN.objectsABatch;

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
  const usd = rescanCostUsd('unscanned', totals, objects * RESCAN.gbSecondsAnObject, objects / RESCAN.objectsABatch);
  return { seconds: objects / rate, limit, usd };
}
