import { join } from 'node:path';

/** Of an option of a benchmark: with a value or without. */
export type OptionType = 'string' | 'boolean';

export interface Benchmark {
  /** A program of its own, measured in its own process. */
  readonly file: string;
  readonly node?: readonly string[];
  readonly options?: Readonly<Record<string, OptionType>>;
  /** Whether `--quick` runs it too. */
  readonly quick?: boolean;
  /** It changes files of the repository: never unless it is named. */
  readonly onlyByName?: boolean;
}

const FOLDER = join(import.meta.dirname, '..');
const program = (file: string) => join(FOLDER, file);

export const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  engine: {
    file: program('engine/main.ts'),
    options: { quick: 'boolean', definitions: 'string', rounds: 'string' },
    quick: true,
  },
  uploads: {
    file: program('uploads.ts'),
    node: ['--expose-gc'],
    options: { quick: 'boolean', definitions: 'string', uploads: 'string' },
    quick: true,
  },
  contents: { file: program('contents.ts'), options: { rounds: 'string' } },
  bursts: {
    file: program('bursts.ts'),
    options: { region: 'string', before: 'boolean', measure: 'boolean', measured: 'string' },
  },
  hunt: { file: program('hunt.ts'), options: { objects: 'string' } },
  report: { file: program('report.ts'), options: { objects: 'string' } },
  rescan: {
    file: program('rescan.ts'),
    // A small heap, so that the measurement shows what it needs, not uncollected garbage.
    node: ['--max-old-space-size=232', '--max-semi-space-size=4'],
    options: { objects: 'string' },
  },
  cost: { file: program('cost.ts'), options: { counts: 'boolean' }, onlyByName: true },
};
