import type { EngineReply } from './ports.ts';
import { FINDINGS, type ScanStatus } from './verdict.ts';

/** clamd's names for "not scanned completely", under `AlertExceedsMax` and `AlertEncrypted`. */
const REASONS: readonly (readonly [prefix: string, finding: string])[] = [
  ['Heuristics.Limits.Exceeded', FINDINGS.limitsExceeded],
  ['Heuristics.Encrypted', FINDINGS.encrypted],
];

/** The verdict for the engine's answer; a real signature takes precedence over any reason for an incomplete scan. */
export function engineVerdict({ infected, signatures }: EngineReply): { status: ScanStatus; finding: string | null } {
  if (!infected) return { status: 'CLEAN', finding: null };
  const malware = signatures.find((signature) => reasonOf(signature) === undefined);
  if (malware !== undefined) return { status: 'INFECTED', finding: malware };
  const reason = REASONS.map(([, finding]) => finding).find((finding) =>
    signatures.some((signature) => reasonOf(signature) === finding),
  );
  // Infected without a signature name is still infected.
  return reason === undefined ? { status: 'INFECTED', finding: 'unnamed' } : { status: 'UNSCANNABLE', finding: reason };
}

function reasonOf(signature: string): string | undefined {
  return REASONS.find(([prefix]) => signature.startsWith(prefix))?.[1];
}
