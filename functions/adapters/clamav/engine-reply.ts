import { FINDINGS } from '../../domain/findings.ts';

const EXCEEDED = 'Heuristics.Limits.Exceeded';
const ENCRYPTED = 'Heuristics.Encrypted';

/** clamd's names for its limits, in ours. */
const LIMITS: Readonly<Record<string, string>> = {
  MaxFileSize: 'size',
  MaxScanSize: 'size',
  MaxFiles: 'files',
  MaxRecursion: 'depth',
  MaxScanTime: 'time',
};

/** clamd's answer about one file. */
export interface ClamdAnswer {
  /** Whether it answered FOUND. */
  readonly found: boolean;
  /** The names it gave. */
  readonly names: readonly string[];
}

/**
 * Separates signatures that matched from what clamd reports, under `AlertExceedsMax` and `AlertEncrypted`, for content
 * that it did not scan in full: limits come before encryption.
 */
export function engineReply({ found, names }: ClamdAnswer) {
  const signatures = names.filter((name) => !name.startsWith(EXCEEDED) && !name.startsWith(ENCRYPTED));
  const limits = names.filter((name) => name.startsWith(EXCEEDED)).map(limitOf);
  const unscanned = [
    ...new Set(limits.map(FINDINGS.limitExceeded)),
    ...(names.some((name) => name.startsWith(ENCRYPTED)) ? [FINDINGS.encrypted] : []),
  ];
  // FOUND without a name is infected all the same.
  return { infected: found && (signatures.length > 0 || unscanned.length === 0), signatures, unscanned };
}

/** `Heuristics.Limits.Exceeded.MaxScanSize` is `size`; one that is not known keeps its name. */
function limitOf(name: string): string {
  const limit = name.slice(EXCEEDED.length + 1).replace(/\.UNOFFICIAL$/, '');
  return LIMITS[limit] ?? (limit || 'engine');
}
