import { FINDINGS } from '../findings.ts';

/** Not every byte of a file can be accounted for: a verdict, not a fault. */
export class Unaccounted extends Error {
  override readonly name = 'Unaccounted';
  readonly finding: string;

  constructor(finding: string) {
    super(finding);
    this.finding = finding;
  }
}

/** Readers may disagree about what the archive holds. */
export const ambiguous = (rule: string) => new Unaccounted(FINDINGS.ambiguousArchive(rule));
export const unsupported = (format: string) => new Unaccounted(FINDINGS.unsupportedFormat(format));
export const overLimit = (limit: string) => new Unaccounted(FINDINGS.limitExceeded(limit));
export const encrypted = () => new Unaccounted(FINDINGS.encrypted);

/** Whether a limit is the reason: what was not looked at may be anything, of any size. */
export const isOverLimit = ({ finding }: Unaccounted) => finding.startsWith(FINDINGS.limitExceeded(''));
