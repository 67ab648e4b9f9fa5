import { totalOf } from '../cost/bill.ts';
import { rescanBill } from '../cost/rescan.ts';
import { readsTagsFirst, type Strategy } from './strategy.ts';
import type { Totals } from './totals.ts';

export { gbSecondsOf } from '../cost/invocation.ts';

/** The run's cost in US dollars, by the cost model and what the run has done. */
export function estimatedCostUsd(
  strategy: Strategy,
  { listed, scanned, changed }: Totals,
  gbSeconds: number,
  batches: number,
): number {
  const tagsRead = readsTagsFirst(strategy) ? listed : scanned;
  return Number(totalOf(rescanBill({ listed, tagsRead, scanned, changed, batches, gbSeconds })).toFixed(6));
}
