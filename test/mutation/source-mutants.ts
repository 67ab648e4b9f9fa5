import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import type { Mutant } from './mutant.ts';

const LOGGER = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => true,
  isFatalEnabled: () => true,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: console.error,
  fatal: console.error,
};

/**
 * Every mutant that StrykerJS makes of a TypeScript file.
 *
 * @see https://stryker-mutator.io/docs/mutation-testing-elements/supported-mutators/
 */
export async function sourceMutants(root: string, file: string): Promise<Mutant[]> {
  const content = readFileSync(join(root, file), 'utf8');
  const options = { plugins: null, excludedMutations: [], ignorers: [], noHeader: true };
  const { mutants } = await new Instrumenter(LOGGER as never).instrument(
    [{ name: file, content, mutate: true }],
    options as never,
  );
  const starts = lineStarts(content);
  return mutants.map(({ location: { start, end }, mutatorName, replacement }) => {
    const from = (starts[start.line] ?? 0) + start.column;
    const to = (starts[end.line] ?? 0) + end.column;
    return {
      file,
      line: start.line + 1,
      mutator: mutatorName,
      original: content.slice(from, to),
      replacement,
      text: content.slice(0, from) + replacement + content.slice(to),
    };
  });
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}
