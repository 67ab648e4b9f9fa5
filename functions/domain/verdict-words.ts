import { dialectNamed } from './dialects/index.ts';
import { FINDINGS } from './findings.ts';
import type { DialectOfStack } from './tagged-verdict.ts';
import { SCAN_STATUSES, type ScanStatus } from './verdict.ts';

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
