import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import type { CopiedTo } from '../../functions/domain/copies/copy-to.ts';
import type { Outcome } from '../../functions/domain/payloads.ts';
import type { ScanStatus, Verdict } from '../../functions/domain/verdict.ts';

/** The result of one upload; `status` is null when the object was deleted before its verdict. */
export interface ScanRecord {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly type: string | null;
  readonly status: ScanStatus | null;
  readonly finding: string | null;
  /** Version of the definitions; null when nothing was scanned. */
  readonly definitions: string | null;
  /** Only where clean objects are copied: the copy, null where there is none. */
  readonly copiedTo?: CopiedTo | null;
  readonly states: readonly string[];
  /** From the execution's start to its end. */
  readonly ms: number;
}

interface StateData {
  readonly detail?: { readonly object?: { readonly key?: string; readonly size?: number } };
  readonly fileType?: { readonly type: string };
  readonly verdict?: Verdict;
  readonly outcome?: Outcome;
}

/** Reads the result from an execution's last state. */
export function toScanRecord(result: ExecutionResult): ScanRecord {
  const { detail, fileType, outcome, ...data } = (result.output ?? result.lastInput) as StateData;
  const verdict = outcome?.verdict ?? data.verdict;
  const gone = result.states.at(-1) === 'Object Gone';
  return {
    key: detail?.object?.key ?? '',
    size: detail?.object?.size ?? 0,
    type: verdict?.type ?? fileType?.type ?? null,
    status: gone ? null : result.status === 'SUCCEEDED' ? (verdict?.status ?? 'ERROR') : 'ERROR',
    finding: gone ? null : result.status === 'SUCCEEDED' ? (verdict?.finding ?? null) : (result.error ?? null),
    definitions: gone ? null : (verdict?.definitions ?? null),
    ...(outcome?.copiedTo !== undefined && { copiedTo: outcome.copiedTo }),
    states: result.states,
    ms: result.ms,
  };
}

/** Under test signatures every record says so, also where nothing was scanned. */
export function underTest(record: ScanRecord, testSignatures: boolean | undefined): ScanRecord {
  return testSignatures ? { ...record, definitions: record.definitions ?? 'test' } : record;
}
