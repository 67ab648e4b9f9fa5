import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Reported, type Result, reported } from '../targets.ts';
import type { Request } from './command-line.ts';

export interface Ran {
  readonly results: readonly Reported[];
  /** Programs that ended without having measured everything, and how. */
  readonly broken: readonly string[];
}

/**
 * Runs the programs one after the other. What they print is progress, on stderr.
 * @param signal ends the one that runs, which removes what it made, and starts no other
 * @param onStart gets the name of each
 */
export async function run(
  { runs }: Request,
  signal: AbortSignal,
  onStart: (name: string) => void = () => undefined,
): Promise<Ran> {
  const results: Reported[] = [];
  const broken: string[] = [];
  for (const { name, benchmark, args } of runs) {
    if (signal.aborted) break;
    onStart(name);
    const child = spawn(process.execPath, [...(benchmark.node ?? []), benchmark.file, ...args], {
      stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
      // JSON has no NaN, the figure of what was not measured.
      serialization: 'advanced',
    });
    child.on('message', ({ result }: { result: Result }) => void results.push(reported(name, result)));
    const ended = await endOf(child, signal);
    if (ended !== '0') broken.push(`${name} (${ended})`);
  }
  return { results, broken };
}

/** Exit code or signal. */
async function endOf(child: ChildProcess, signal: AbortSignal): Promise<string> {
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  const [code, by] = await once(child, 'close');
  signal.removeEventListener('abort', end);
  return String(code ?? by);
}
