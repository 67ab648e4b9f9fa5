import type { ListedObject } from '../rescan/payloads.ts';
import type { ObjectFailure } from '../rescan/scan-batch.ts';
import { type BatchLimits, type CutOff, OUT_OF_TIME, workThrough } from '../rescan/work-through.ts';
import type { HuntedObject } from './hunt-object.ts';
import type { HuntNamed } from './named.ts';
import { addHunted, type HuntTotals, huntTotalOf, NOTHING_HUNTED } from './totals.ts';

export interface HuntedBatch {
  readonly totals: HuntTotals;
  /** Of each object counted as failed. */
  readonly failures: readonly ObjectFailure[];
  readonly named: readonly HuntNamed[];
  /** In the order listed. */
  readonly remaining: readonly ListedObject[];
}

/**
 * Looks at the items while there is time.
 * @param look throws only for bugs, and when its signal is aborted
 */
export async function huntBatch(
  items: readonly ListedObject[],
  limits: BatchLimits,
  look: (item: ListedObject, signal: AbortSignal) => Promise<HuntedObject>,
  cutOff: CutOff,
): Promise<HuntedBatch> {
  let totals = NOTHING_HUNTED;
  const failures: ObjectFailure[] = [];
  const named: HuntNamed[] = [];

  function add({ Key: key }: ListedObject, looked: HuntedObject | undefined): void {
    const { row, named: name, fault } = looked ?? outOfTime(key);
    totals = addHunted(totals, huntTotalOf(row));
    if (name !== undefined) named.push(name);
    if (row.what !== 'failed') return;
    const { name: error, message: cause } = fault ?? OUT_OF_TIME;
    failures.push({ key, error, cause });
  }

  const remaining = await workThrough(items, limits, { look, add }, cutOff);
  return { totals, failures, named, remaining };
}

function outOfTime(key: string): HuntedObject {
  return {
    row: { what: 'failed' },
    named: { key, what: 'failed', reason: `${OUT_OF_TIME.name}: ${OUT_OF_TIME.message}` },
  };
}
