import { dialectNamed } from '../../functions/domain/dialects/index.ts';
import { FINDINGS } from '../../functions/domain/findings.ts';
import type { DeployedGate } from '../../functions/domain/gate/deployed-gate.ts';
import { SCAN_STATUSES, type ScanStatus } from '../../functions/domain/verdict.ts';

/** The stack's dialect. */
export type DialectOfStack = Pick<DeployedGate, 'dialect' | 'tagKey'>;

/** What the tags of an object say, in the words of the stack's dialect. */
export interface TaggedVerdict {
  /** null: there is no verdict. */
  readonly status: string | null;
  readonly finding: string | null;
  /** null where the dialect does not say, or says it wrongly. */
  readonly scanTime: Date | null;
  readonly definitions: string | null;
}

type Detail = 'finding' | 'scanTime' | 'definitions';

/** Tags beside the status, by dialect; others have none. */
const DETAILS: Readonly<Record<string, Partial<Readonly<Record<Detail, string>>>>> = {
  airlock: { finding: 'scan-finding', scanTime: 'scan-time', definitions: 'scan-definitions' },
  'bucket-antivirus': { finding: 'av-signature', scanTime: 'av-timestamp' },
};

export function taggedVerdict(tags: ReadonlyMap<string, string>, { dialect, tagKey }: DialectOfStack): TaggedVerdict {
  const value = (detail: Detail) => tags.get(DETAILS[dialect]?.[detail] ?? '') ?? null;
  return {
    status: tags.get(dialectNamed(dialect, tagKey).statusTag.key) ?? null,
    finding: value('finding'),
    scanTime: timeIn(value('scanTime')),
    definitions: value('definitions'),
  };
}

/** ISO 8601, or `2026/11/21 20:15:30 UTC` as in the dialect `bucket-antivirus`. */
function timeIn(text: string | null): Date | null {
  const [, year, month, day, time] = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text ?? '') ?? [];
  const date = new Date(time === undefined ? (text ?? '') : `${year}-${month}-${day}T${time}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The words that the dialect has for each verdict: `no` of `s3-virusscan` is three of them. */
export function wordsOf({ dialect, tagKey }: DialectOfStack): ReadonlyMap<ScanStatus, ReadonlySet<string>> {
  const { statusTag, tags } = dialectNamed(dialect, tagKey);
  const said = (status: ScanStatus, finding: string) =>
    tags({ status, finding, type: null, definitions: null, activeContent: [], scanTime: new Date(0).toISOString() })
      .filter(([key]) => key === statusTag.key)
      .map(([, value]) => value);
  return new Map(
    SCAN_STATUSES.map((status) => {
      // One dialect tells a key that may not be used from other reasons.
      return [status, new Set([...said(status, FINDINGS.tooLarge), ...said(status, FINDINGS.noKeyAccess)])];
    }),
  );
}
