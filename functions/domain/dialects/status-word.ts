import type { ScanStatus } from '../verdict.ts';
import type { Dialect } from './dialect.ts';

/** What the status tag says of such a verdict, where the finding makes no difference. */
export function statusWord({ statusTag, tags }: Dialect, status: ScanStatus): string | undefined {
  const verdict = {
    finding: null,
    type: null,
    definitions: null,
    activeContent: [],
    scanTime: new Date(0).toISOString(),
  };
  return tags({ ...verdict, status }).find(([key]) => key === statusTag.key)?.[1];
}
