import { availableParallelism } from 'node:os';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { assertPathsExist, findFiles } from '../../local/commands/files.ts';
import { errorColours } from '../../local/output/colors.ts';
import { startProgress } from '../../local/output/progress.ts';
import { printable, warn } from '../../local/output/terminal.ts';
import { CorpusReport, type FileRecord } from './report.ts';
import { type CorpusScanner, createCorpusScanner } from './scanner.ts';

// npm runs scripts in the folder of package.json; paths are relative to where npm was called.
const { npm_lifecycle_event: script, INIT_CWD: calledFrom } = process.env;
if (script === 'corpus' && calledFrom !== undefined) process.chdir(calledFrom);
// The functions log to stdout, which is the report's.
process.env.POWERTOOLS_LOG_LEVEL ??= process.env.LOG_LEVEL ?? 'SILENT';

interface Options {
  readonly engine?: boolean;
  readonly definitions?: string;
  readonly types?: boolean;
  readonly json?: boolean;
  readonly atOnce: number;
  readonly maxFlagged?: number;
}

const program = new Command('npm run corpus --')
  .description('Looks inside every file of a folder, and counts what would not be CLEAN. Nothing is uploaded.')
  .argument('<folder...>', 'folders, or files')
  .option('--engine', 'scan with clamd too, and measure the time of both')
  .option('--definitions <folder>', "definitions of the engine (default: only EICAR's)")
  .option('--types', 'only check the file types by the default configuration; the contents are not opened')
  .option('--json', 'one JSON object a line: each flagged file, then the counts')
  .option('--at-once <number>', 'files at a time', toCount, availableParallelism() + 1)
  .option('--max-flagged <percent>', 'exit with 1 if more of the containers are flagged', toPercent)
  .exitOverride()
  .showHelpAfterError()
  .action(async (paths: string[], options: Options) => {
    process.exitCode = await corpus(paths, options);
  });

/** @returns the exit code */
async function corpus(paths: readonly string[], options: Options): Promise<number> {
  await assertPathsExist(paths);
  const scanner = await createCorpusScanner(options);
  const stop = onSignal(() => scanner.close());
  const progress = startProgress();
  const report = new CorpusReport();
  const take = (record: FileRecord) => {
    report.add(record);
    progress.clear();
    if (record.flagged) process.stdout.write(options.json ? `${JSON.stringify(record)}\n` : report.lineOf(record));
    progress.update(`${report.files} files, ${report.flagged} flagged`);
  };
  try {
    await scanAll(paths, options.atOnce, scanner, take);
  } finally {
    progress.stop();
    stop();
    await scanner.close();
  }
  process.stdout.write(options.json ? `${JSON.stringify(report.counts())}\n` : report.table());
  return report.percent() > (options.maxFlagged ?? 100) ? 1 : 0;
}

/** A few files at a time, in whatever order they are done. */
async function scanAll(
  paths: readonly string[],
  atOnce: number,
  scanner: CorpusScanner,
  take: (record: FileRecord) => void,
): Promise<void> {
  const files = findFiles(paths, (path, what) => warn(`${printable(path)}: ${what}, skipped`));
  const underWay = new Set<Promise<void>>();
  for await (const file of files) {
    const work: Promise<void> = scanner.scan(file).then((record) => {
      underWay.delete(work);
      take(record);
    });
    underWay.add(work);
    if (underWay.size >= atOnce) await Promise.race(underWay);
  }
  await Promise.all(underWay);
}

/** Ctrl-C ends the scans under way, and leaves nothing behind. */
function onSignal(close: () => Promise<void>): () => void {
  const signals = [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const;
  const handlers = signals.map(([signal, number]) => {
    let stopping = false;
    const handler = () => {
      if (stopping) process.exit(128 + number);
      stopping = true;
      void close().finally(() => process.exit(128 + number));
    };
    process.on(signal, handler);
    return () => void process.off(signal, handler);
  });
  return () => {
    for (const remove of handlers) remove();
  };
}

function toCount(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('not a number from 1 to 99.');
}

function toPercent(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= 100) return Number(text);
  throw new InvalidArgumentError('not a percentage.');
}

// `| head` closes the output early.
process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
  process.exit(fault.code === 'EPIPE' ? 128 + 13 : 2);
});
try {
  await program.parseAsync();
} catch (fault) {
  // commander has printed its own errors and --help.
  const told = fault instanceof CommanderError;
  if (!told) process.stderr.write(`${errorColours.red('error:')} ${fault instanceof Error ? fault.message : fault}\n`);
  process.exitCode = told && fault.exitCode === 0 ? 0 : 2;
}
