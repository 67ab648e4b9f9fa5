import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';

/** A change that does not change behavior, and why. */
interface Equivalent {
  readonly file: string;
  readonly original: string;
  readonly replacement: string;
  /** The line that the change begins in, where the same text stands in several. */
  readonly line?: string;
  readonly why: string;
}

const EQUIVALENTS = JSON.parse(
  readFileSync(join(import.meta.dirname, 'equivalents.json'), 'utf8'),
) as readonly Equivalent[];

/** Why the mutant is not a fault; undefined when it may be one. */
export function equivalence(root: string, { file, line, original, replacement }: Mutant): string | undefined {
  return EQUIVALENTS.find(
    (known) =>
      known.file === file &&
      known.original === original &&
      known.replacement === replacement &&
      (known.line === undefined || known.line === lineAt(root, file, line)),
  )?.why;
}

export function lineAt(root: string, file: string, line: number): string {
  return (
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .at(line - 1)
      ?.trim() ?? ''
  );
}
