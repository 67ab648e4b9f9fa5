import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Each is a separate program, measured in its own process; exits 1 when it misses a target. */
const BENCHMARKS: Readonly<Record<string, { readonly file: string; readonly node: readonly string[] }>> = {
  bursts: { file: 'bursts.ts', node: [] },
  // Writes the table of the cost model: only by name.
  cost: { file: 'cost.ts', node: [] },
  contents: { file: 'contents.ts', node: [] },
  hunt: { file: 'hunt.ts', node: [] },
  report: { file: 'report.ts', node: [] },
  // A small heap, so that the measurement shows what it needs, not uncollected garbage.
  rescan: { file: 'rescan.ts', node: ['--max-old-space-size=232', '--max-semi-space-size=4'] },
};

/** `npm run bench`: every benchmark that changes nothing; `npm run bench -- NAME [ARGUMENT…]`: one. */
const [name, ...args] = process.argv.slice(2);
const unnamed = Object.keys(BENCHMARKS).filter((benchmark) => benchmark !== 'cost');
for (const benchmark of name === undefined ? unnamed : [name]) {
  const found = BENCHMARKS[benchmark];
  if (found === undefined) {
    process.stderr.write(`no benchmark ${benchmark}; there are ${Object.keys(BENCHMARKS).join(', ')}\n`);
    process.exitCode = 2;
    continue;
  }
  process.stdout.write(`${benchmark}\n`);
  const program = [...found.node, join(import.meta.dirname, found.file), ...args];
  if (spawnSync(process.execPath, program, { stdio: 'inherit' }).status !== 0) process.exitCode = 1;
}
