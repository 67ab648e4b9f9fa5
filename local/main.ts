import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { STRATEGIES } from '../functions/domain/rescan/strategy.ts';
import { SCAN_STATUSES } from '../functions/domain/verdict.ts';
import { flagsTakenByNpm, withSeparator } from './npm-flags.ts';
import { errorColours } from './output/colors.ts';
import { LAST_PORT } from './stack/ports.ts';

const DEFAULT_PORT = 4572;

// Most of the start is reading modules: the second time half of it.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/s3-airlock/compiled'));

// Handlers log to stdout, which the commands use here; LOG_LEVEL turns their logs back on.
process.env.POWERTOOLS_LOG_LEVEL ??= process.env.LOG_LEVEL ?? 'SILENT';

// npm runs scripts in the folder of package.json; paths are relative to where npm was called.
const { npm_lifecycle_event: script, INIT_CWD: calledFrom } = process.env;
if (script === 'local' && calledFrom !== undefined) process.chdir(calledFrom);

const program = new Command('npm run local --')
  .description('Runs the deployed pipeline on this machine. Without a command it stays up for uploads.')
  .option(
    '--port <number>',
    `port of the S3 server, which the other services’ follow (default: ${DEFAULT_PORT}; 0: any free ones)`,
    toPort,
  )
  .option('--versioned', 'versioning on (the default)')
  .option('--no-versioned', 'versioning off')
  .option('--config <file>', 'JSON object in the airlock schema, overriding the defaults')
  .option('--definitions <folder>', 'your own definitions')
  .option('--definitions-cache <folder>', 'where freshclam keeps the official set (default: your cache folder)')
  .option('--no-update', 'does not run freshclam first')
  .option('--no-console', 'without the console page')
  .option('--test-signatures', 'allows definitions that find nothing but EICAR, and calls them test')
  .exitOverride()
  .showHelpAfterError()
  .allowExcessArguments()
  .action(async ({ port = DEFAULT_PORT, ...options }, command: Command) => {
    const [unknown] = command.args;
    if (unknown !== undefined) command.error(`error: unknown command '${unknown}'`);
    const { serve } = await import('./commands/serve.ts');
    finish(await serve({ ...options, port }));
  });

program
  .command('scan')
  .description('uploads files or folders and prints one line for each; exits 1 if any is not CLEAN')
  .argument('<path...>', 'files or folders')
  .option('--content-type <type>', 'the Content-Type that each file is stored with (default: application/octet-stream)')
  .option(
    '--only <statuses>',
    'prints files with these alone, such as INFECTED,ERROR; the summary counts all',
    toStatuses,
  )
  .option('--quiet', 'no line for each file, and no progress')
  .option('--json', 'one JSON object a line')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run local -- scan ~/Downloads\n  npm run local -- scan --only INFECTED,UNSCANNABLE ~/Downloads',
  )
  .action(async (paths: string[], _, command: Command) => {
    const { scan } = await import('./commands/scan.ts');
    finish(await scan(paths, command.optsWithGlobals()));
  });

program
  .command('rescan')
  .description(
    'fills a bucket with files or folders, rescans it and prints what it found; exits 1 on malware, and if the rescan fails',
  )
  .argument('<path...>', 'files or folders')
  .addOption(new Option('--strategy <name>', 'which objects (default: due)').choices(STRATEGIES))
  .option('--prefix <prefix>', 'only keys that begin with it')
  .option('--quiet', 'no progress')
  .option('--json', 'one JSON object')
  .action(async (paths: string[], _, command: Command) => {
    const { rescan } = await import('./commands/rescan.ts');
    finish(await rescan(paths, command.optsWithGlobals()));
  });

program
  .command('demo')
  .description('uploads samples of every verdict and shows the results')
  .option('--json', 'one JSON object a line')
  .action(async (_, command: Command) => {
    const { demo } = await import('./commands/demo.ts');
    finish(await demo(command.optsWithGlobals()));
  });

try {
  if (script === 'local' || script === 'demo') {
    // The script of package.json gives two arguments to the demo.
    const flags = [program, ...program.commands].flatMap(({ options }) => options.flatMap(({ long }) => long ?? []));
    const given = process.argv.slice(script === 'demo' ? 4 : 2);
    const taken = flagsTakenByNpm([...new Set(flags)], process.env, given);
    if (taken.length > 0) throw new Error(withSeparator(script, taken, given));
  }
  await program.parseAsync();
} catch (fault) {
  // commander has already printed its own errors and --help.
  const told = fault instanceof CommanderError;
  if (!told)
    process.stderr.write(`${errorColours.red('error:')} ${fault instanceof Error ? fault.message : String(fault)}\n`);
  finish(told && fault.exitCode === 0 ? 0 : 2);
}

function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= LAST_PORT) return port;
  throw new InvalidArgumentError(`not a port number (0 to ${LAST_PORT}).`);
}

function toStatuses(text: string): string[] {
  const statuses = text.toUpperCase().split(',');
  const wrong = statuses.find((status) => !SCAN_STATUSES.some((known) => known === status));
  if (wrong === undefined) return statuses;
  throw new InvalidArgumentError(`${wrong} is none of ${SCAN_STATUSES.join(', ')}`);
}

function finish(code: number): void {
  process.exitCode = code;
}
