import type { Unpacking } from '../../functions/domain/ports.ts';
import { DEFAULT_SCAN_BUDGET } from '../../functions/domain/scan-budget.ts';

/** For scans of files in which nothing is looked for. */
export const NOTHING_INSIDE = {
  unpacking: {
    withContents: (_path, _remaining, use) =>
      use({ whole: true, parts: [], unaccounted: [], opened: new Set<string>(), active: [], macroType: null }),
  } satisfies Unpacking as Unpacking,
  budget: DEFAULT_SCAN_BUDGET,
};
