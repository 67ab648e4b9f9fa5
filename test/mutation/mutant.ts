/** One small fault, planted in one file. */
export interface Mutant {
  /** Path from the project's root. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Kind of fault, as `ConditionalExpression`. */
  readonly mutator: string;
  /** The original text and its replacement. */
  readonly original: string;
  readonly replacement: string;
  /** The whole file with the fault in it. */
  readonly text: string;
}

/** The result for a mutant. Only `survived` is a gap in the tests; `types` never reach them. */
export type Fate = 'types' | 'killed' | 'timeout' | 'survived' | 'equivalent';

export interface Judged {
  readonly mutant: Mutant;
  readonly fate: Fate;
  /** The first test that failed, the compiler's words, or why it is equivalent. */
  readonly why: string;
}

/** `file:line mutator: original -> replacement`, on one line. */
export function describeMutant({ file, line, mutator, original, replacement }: Mutant): string {
  return `${file}:${line} ${mutator}: ${oneLine(original)} -> ${oneLine(replacement)}`;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
