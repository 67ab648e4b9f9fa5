import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { type Command, InvalidArgumentError } from 'commander';
import { describeStack } from '../operations/deployed-stack.ts';
import { readS3Uri } from '../operations/s3-uri.ts';
import type { ScanTarget } from '../operations/scan-objects.ts';
import { targetsIn } from '../operations/scan-targets.ts';
import { examples } from './examples.ts';
import { interruption } from './interruption.ts';
import { tell } from './output.ts';
import { createScanRun, SCANS_AT_ONCE, scanPrinter, tellOf } from './scan-run.ts';

const EXAMPLES = examples(
  'airlock scan s3://my-bucket/in/report.pdf',
  'airlock scan --version-id 3sL4kqtJlcpXroDTDmJ s3://my-bucket/in/report.pdf',
  'airlock scan --from-file objects.txt --json > results.jsonl',
);

interface Options {
  readonly stack: string;
  readonly versionId?: string;
  readonly fromFile?: string;
  readonly atOnce: number;
}

export function addScan(program: Command): void {
  program
    .command('scan')
    .description(
      'scans objects now, as if they had just been uploaded, and prints their verdicts; exits 1 if any is not CLEAN',
    )
    .argument(
      '[object...]',
      's3://BUCKET/KEY; none: one a line from standard input, also as {"bucket", "key", "versionId"}',
    )
    .option('--version-id <id>', 'this version of the object, not the current one')
    .option('--from-file <file>', 'reads the objects from a file instead, one a line')
    .option('--at-once <number>', 'executions that are followed at once', toCount, SCANS_AT_ONCE)
    .addHelpText('after', EXAMPLES)
    .action(async (uris: string[], options: Options, command: Command) => {
      const targets = await targetsOf(uris, options, command);
      const deployed = await describeStack(new CloudFormationClient(), options.stack);
      const scan = await createScanRun(deployed);
      const printer = scanPrinter();
      let [total, clean] = [0, 0];
      const interrupted = interruption();
      const unfinished = await scan(targets, options.atOnce, interrupted.signal, (result) => {
        total += 1;
        if (result.status === 'CLEAN') clean += 1;
        printer.print(result);
      });
      interrupted.end();
      printer.end();
      tell(`${total} scanned, ${total - clean} not CLEAN`);
      if (interrupted.signal.aborted) {
        tellOf(unfinished);
        // Nobody waits for its end any more.
        process.stdin.destroy();
      }
      process.exitCode = interrupted.code() || (total === clean && total > 0 ? 0 : 1);
    });
}

async function targetsOf(uris: readonly string[], { versionId, fromFile }: Options, command: Command) {
  if (versionId !== undefined && uris.length !== 1)
    command.error("error: '--version-id <id>' needs exactly one object");
  if (fromFile !== undefined) {
    if (uris.length > 0) command.error("error: '--from-file <file>' cannot be used with objects");
    return targetsIn(linesOf((await open(fromFile)).createReadStream()));
  }
  if (uris.length === 0) {
    if (process.stdin.isTTY) command.error('error: name an object, s3://BUCKET/KEY, or give --from-file');
    return targetsIn(linesOf(process.stdin));
  }
  // Nothing is started when one of them is wrong.
  return given(uris.map((uri) => ({ ...readS3Uri(uri), versionId })));
}

async function* given(targets: readonly ScanTarget[]): AsyncGenerator<ScanTarget> {
  yield* targets;
}

/** Read as they are needed. */
async function* linesOf(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  let fault: unknown;
  const lines = createInterface({ input });
  input.once('error', (thrown) => {
    fault = thrown;
    lines.close();
  });
  yield* lines;
  if (fault !== undefined) throw fault;
}

function toCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('not a number of executions, 1 to 999.');
}
