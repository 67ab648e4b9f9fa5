import { FINDINGS } from '../../domain/findings.ts';

/**
 * What clamd reports, under `AlertExceedsMax` and `AlertEncrypted`, for content that it did not scan in full; the most
 * general reason first.
 */
const REASONS: readonly (readonly [prefix: string, finding: string])[] = [
  ['Heuristics.Limits.Exceeded', FINDINGS.limitsExceeded],
  ['Heuristics.Encrypted', FINDINGS.encrypted],
];

/** clamd's answer about one file. */
export interface ClamdAnswer {
  /** Whether it answered FOUND. */
  readonly found: boolean;
  /** The names it gave. */
  readonly names: readonly string[];
}

/** Separates signatures that matched from reasons why clamd did not scan everything. */
export function engineReply({ found, names }: ClamdAnswer) {
  const signatures = names.filter((name) => !REASONS.some(([prefix]) => name.startsWith(prefix)));
  const reasons = REASONS.filter(([prefix]) => names.some((name) => name.startsWith(prefix))).map(
    ([, finding]) => finding,
  );
  // FOUND without a name is infected all the same.
  return { infected: found && (signatures.length > 0 || reasons.length === 0), signatures, unscanned: reasons };
}
