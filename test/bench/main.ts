import { availableParallelism } from 'node:os';
import { BENCHMARKS } from './harness/benchmarks.ts';
import { requestOf, UsageError } from './harness/command-line.ts';
import { run } from './harness/run.ts';
import { tableOf } from './harness/table.ts';
import { fails } from './targets.ts';

/** As shells say it of SIGINT. */
const INTERRUPTED = 130;

const QUICK_RULE =
  'quick: small sets on a machine that may be busy, so only wrong verdicts and figures that are far off (docs/benchmarks.md) count as errors';

/**
 * `npm run bench`: every benchmark, and one table of all targets; docs/benchmarks.md. Exits with 1 when a target is missed
 * or a program fails, with 2 when it was called wrongly.
 */
async function main(given: readonly string[]): Promise<number> {
  const request = requestOf(given, BENCHMARKS);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  const { results, broken } = await run(request, interrupted.signal, (name) => process.stderr.write(`${name}\n`));
  const failed = results.filter((result) => fails(result, request.quick));
  const missed = results.filter(({ passed }) => passed === false);
  if (request.json) {
    const { quick } = request;
    const processors = availableParallelism();
    process.stdout.write(`${JSON.stringify({ quick, processors, results, broken }, null, 2)}\n`);
  } else if (results.length > 0) process.stdout.write(`${tableOf(results)}\n`);
  for (const each of broken) process.stderr.write(`failed: ${each}\n`);
  const targets = results.filter(({ passed }) => passed !== null).length;
  process.stderr.write(`${missed.length} of ${targets} targets missed\n`);
  if (request.quick) {
    process.stderr.write(`${QUICK_RULE}: ${failed.length}\n`);
  }
  if (interrupted.signal.aborted) return INTERRUPTED;
  return failed.length + broken.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (fault) {
  if (!(fault instanceof UsageError)) throw fault;
  process.stderr.write(`${fault.message}\n`);
  process.exitCode = 2;
}
