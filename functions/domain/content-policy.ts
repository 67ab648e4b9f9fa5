import { isAllowed } from './file-type/types/allowlist.ts';
import { FINDINGS } from './findings.ts';
import type { Contents } from './ports.ts';
import type { ScanPolicy } from './scan-policy.ts';

/** The part of the policy that decides about content. */
export type ContentPolicy = Pick<ScanPolicy, 'maxObjectBytes' | 'allowedTypes' | 'activeContent'>;

/** Why content in which no malware was found is refused all the same. */
export function refusalOf({ active, macroType }: Contents, { allowedTypes, activeContent }: ContentPolicy) {
  const status = 'REJECTED' as const;
  if (macroType !== null && !isAllowed(macroType, allowedTypes)) {
    return { status, finding: FINDINGS.type(macroType), type: macroType };
  }
  const [first] = active;
  return activeContent === 'reject' && first !== undefined ? { status, finding: FINDINGS.activeContent(first) } : null;
}
