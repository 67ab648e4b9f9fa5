import { findingOf } from './dialects/bucket-antivirus.ts';
import { type Dialect, dialectNamed } from './dialects/index.ts';
import { FINDINGS } from './findings.ts';
import type { DeployedGate } from './gate/deployed-gate.ts';
import { SCAN_STATUSES, type ScanStatus } from './verdict.ts';

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

/** What tags say beside the status, as it is tagged; null where the dialect says nothing. */
export interface TaggedDetails {
  readonly finding: string | null;
  readonly scanTime: string | null;
  readonly definitions: string | null;
}

type Tags = ReadonlyMap<string, string>;

/** Ignores tags of other dialects. */
export function taggedDetails(all: Tags, { tagKeys }: Pick<Dialect, 'tagKeys'>): TaggedDetails {
  const tags = new Map([...all].filter(([key]) => tagKeys.has(key)));
  const signature = tags.get('av-signature');
  return {
    finding: tags.get('scan-finding') ?? (signature === undefined ? null : findingOf(signature)),
    scanTime: tags.get('scan-time') ?? tags.get('av-timestamp') ?? null,
    definitions: tags.get('scan-definitions') ?? null,
  };
}

export function taggedVerdict(tags: Tags, { dialect, tagKey }: DialectOfStack): TaggedVerdict {
  const named = dialectNamed(dialect, tagKey);
  const details = taggedDetails(tags, named);
  return { ...details, status: tags.get(named.statusTag.key) ?? null, scanTime: timeIn(details.scanTime) };
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
