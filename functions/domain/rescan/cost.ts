import { totalOf } from '../cost/bill.ts';
import { overheadGbSeconds, rescanBill, rescanGbSecondsOf } from '../cost/rescan.ts';
import { type CostSettings, DEFAULT_SETTINGS } from '../cost/settings.ts';
import { readsTagsFirst, type Strategy } from './strategy.ts';
import type { Totals } from './totals.ts';

export { gbSecondsOf } from '../cost/invocation.ts';

type Counted = Pick<Totals, 'listed' | 'scanned' | 'changed'>;

/** What the run cost, US dollars: by the cost model and what the run has done. @param gbSeconds of the scanner */
export function rescanCostUsd(
  strategy: Strategy,
  { listed, scanned, changed }: Counted,
  gbSeconds: number,
  batches: number,
  settings: CostSettings = DEFAULT_SETTINGS,
): number {
  const tagsRead = readsTagsFirst(strategy) ? listed : scanned;
  return Number(totalOf(rescanBill({ listed, tagsRead, scanned, changed, batches, gbSeconds }, settings)).toFixed(6));
}

/** What the model expects of a run over that many objects, whose sizes have this mean; US dollars. */
export function estimatedCostUsd(
  strategy: Strategy,
  totals: Counted & Pick<Totals, 'bytes'>,
  batches: number,
  settings: CostSettings = DEFAULT_SETTINGS,
): number {
  const { listed, scanned, bytes } = totals;
  const scanning = scanned === 0 ? 0 : scanned * rescanGbSecondsOf(bytes / scanned, settings);
  const tagsRead = readsTagsFirst(strategy) ? listed : 0;
  const gbSeconds = scanning + overheadGbSeconds({ batches, tagsRead }, settings);
  return rescanCostUsd(strategy, totals, gbSeconds, batches, settings);
}
