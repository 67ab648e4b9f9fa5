import type { EngineReply } from './ports.ts';
import type { ScanStatus } from './verdict.ts';

/** A signature that matched takes precedence over every reason why something was not scanned. */
export function engineVerdict({ infected, signatures, unscanned }: Omit<EngineReply, 'definitions'>): {
  status: ScanStatus;
  finding: string | null;
} {
  if (infected) return { status: 'INFECTED', finding: signatures[0] ?? 'unnamed' };
  const [reason] = unscanned;
  return reason === undefined ? { status: 'CLEAN', finding: null } : { status: 'UNSCANNABLE', finding: reason.finding };
}
