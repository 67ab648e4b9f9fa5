import { join } from 'node:path';

/** Of an option of a benchmark; a flag has no value. */
export type OptionType = 'flag' | 'text' | 'count' | 'folder' | 'file';

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
    options: { quick: 'flag', definitions: 'folder', rounds: 'count', parts: 'text' },
    quick: true,
  },
  uploads: {
    file: program('uploads.ts'),
    node: ['--expose-gc'],
    options: { quick: 'flag', definitions: 'folder', uploads: 'count' },
    quick: true,
  },
  contents: { file: program('contents.ts'), options: { definitions: 'folder', rounds: 'count' } },
  bursts: {
    file: program('bursts.ts'),
    options: { region: 'text', before: 'flag', measure: 'flag', measured: 'file' },
  },
  hunt: { file: program('hunt.ts'), options: { objects: 'count' } },
  report: { file: program('report.ts'), options: { objects: 'count' } },
  rescan: {
    file: program('rescan.ts'),
    // A small heap, so that the measurement shows what it needs, not uncollected garbage.
    node: ['--max-old-space-size=232', '--max-semi-space-size=4'],
    options: { objects: 'count' },
  },
  cost: { file: program('cost.ts'), options: { counts: 'flag' }, onlyByName: true },
};
