import { isNamed, type NamedObject } from './named.ts';
import type { ChangedVerdict, ListedObject } from './payloads.ts';
import type { RescannedObject, Said } from './rescan-object.ts';
import { NOTHING, sum, type Totals, totalOf } from './totals.ts';
import { type BatchLimits, type CutOff, OUT_OF_TIME, workThrough } from './work-through.ts';

export interface ScanLimits extends BatchLimits {
  /** The most bytes of JSON of changed verdicts in one answer. */
  readonly changedBytes: number;
}

/** `error`: name of a fault, as the state machine would see it. */
export interface ObjectFailure {
  readonly key: string;
  readonly error: string;
  readonly cause: string;
}

export interface ScannedBatch {
  readonly totals: Totals;
  /** Of each object counted as failed. */
  readonly failures: readonly ObjectFailure[];
  /** Those worth a name, in no order. */
  readonly named: readonly NamedObject[];
  readonly changed: readonly ChangedVerdict[];
  /** In the order listed. */
  readonly remaining: readonly ListedObject[];
}

/**
 * Processes the items while there is time, and room in the answer for verdicts that changed.
 * @param look throws only for bugs, and when its signal is aborted
 */
export async function scanBatch(
  items: readonly ListedObject[],
  limits: ScanLimits,
  look: (item: ListedObject, signal: AbortSignal) => Promise<RescannedObject>,
  cutOff: CutOff,
): Promise<ScannedBatch> {
  let totals = NOTHING;
  let changedBytes = 0;
  const changed: ChangedVerdict[] = [];
  const failures: ObjectFailure[] = [];
  const named: NamedObject[] = [];

  function add(
    { Key: key }: ListedObject,
    { row, changed: verdict, said, fault }: RescannedObject = { row: { kind: 'failed' } },
  ): void {
    totals = sum(totals, totalOf(row));
    const { name: error, message: cause } = fault ?? OUT_OF_TIME;
    if (row.kind === 'failed') {
      failures.push({ key, error, cause });
      named.push({ key, error, cause });
    }
    if (said !== undefined) name(key, said, verdict);
    if (verdict === undefined) return;
    changed.push(verdict);
    changedBytes += Buffer.byteLength(JSON.stringify(verdict));
  }

  function name(
    key: string,
    { status, finding, was, versionId, etag }: Said,
    verdict: ChangedVerdict | undefined,
  ): void {
    const object = {
      ...{ key, ...(versionId !== undefined && { versionId }), status, finding },
      // To find out at the end whether it is still there.
      ...(status === 'INFECTED' && { etag }),
      ...(verdict !== undefined && { was, change: changed.length }),
    };
    if (isNamed(object)) named.push(object);
  }

  const isFull = () => changedBytes >= limits.changedBytes;
  const remaining = await workThrough(items, limits, { look, add, isFull }, cutOff);
  return { totals, failures, named, changed, remaining };
}
