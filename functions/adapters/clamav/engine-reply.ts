import { FINDINGS } from '../../domain/findings.ts';
import type { EngineReply, Unscanned } from '../../domain/ports.ts';

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
export function engineReply({ found, names }: ClamdAnswer): Omit<EngineReply, 'definitions'> {
  const reasons = names.map(reasonOf);
  const signatures = names.filter((_, index) => reasons[index] === null);
  const limits = reasons.filter((reason) => reason !== null).toSorted((a, b) => order(a) - order(b));
  // FOUND without a name is infected all the same.
  return { infected: found && (signatures.length > 0 || limits.length === 0), signatures, unscanned: limits };
}

/** What `Heuristics.Limits.Exceeded.MaxScanSize` and the like mean; null for a signature. */
function reasonOf(name: string): Unscanned | null {
  const [, kind] = /^Heuristics\.(Limits\.Exceeded|Encrypted)/.exec(name) ?? [];
  if (kind === undefined) return null;
  const detail = name.slice(`Heuristics.${kind}.`.length).replace(/\.UNOFFICIAL$/, '');
  // Our reader opens PDF files that only restrict what may be done with them; clamd reports those too.
  if (kind === 'Encrypted') return { finding: FINDINGS.encrypted, format: detail === 'PDF' ? 'pdf' : null };
  const [, format] = /^Unsupported\.(.+)$/.exec(detail) ?? [];
  if (format !== undefined) return { finding: FINDINGS.unsupportedFormat(format), format };
  // Our own signature for long members names a format, since it also fits constants of a program.
  const [limit = '', member = null] = detail.split('.');
  return { finding: FINDINGS.limitExceeded(LIMITS[limit] ?? (detail || 'engine')), format: member };
}

const order = ({ finding }: Unscanned) => (finding === FINDINGS.encrypted ? 1 : 0);
