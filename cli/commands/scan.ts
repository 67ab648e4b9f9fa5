import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type Command, InvalidArgumentError } from 'commander';
import { consoleLink } from '../operations/console-link.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { deployedStarts } from '../operations/deployed-start.ts';
import { scanMachines } from '../operations/execution-logs.ts';
import { readS3Uri, shownObject } from '../operations/s3-uri.ts';
import { type ScanResult, type ScanTarget, scanObjects, type Unfinished } from '../operations/scan-objects.ts';
import { targetsIn } from '../operations/scan-targets.ts';
import { examples } from './examples.ts';
import { interruption } from './interruption.ts';
import { asJson, tell, warn } from './output.ts';
import { type Column, hyperlink, rowPrinter } from './rows.ts';
import { statusColor } from './status-color.ts';

/** Each is asked about once in ten seconds at most, and more often at first. */
const AT_ONCE = 20;
/** Step Functions starts 300 a second, and more than one such command may run. */
const MAX_ATTEMPTS = 10;

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
    .option('--at-once <number>', 'executions that are followed at once', toCount, AT_ONCE)
    .addHelpText('after', EXAMPLES)
    .action(async (uris: string[], options: Options, command: Command) => {
      const targets = await targetsOf(uris, options, command);
      const deployed = await describeStack(new CloudFormationClient(), options.stack);
      const clients = {
        s3: new S3Client({ followRegionRedirects: true }),
        stepFunctions: new SFNClient({ maxAttempts: MAX_ATTEMPTS }),
        logs: new CloudWatchLogsClient({ maxAttempts: MAX_ATTEMPTS }),
      };
      const startFor = deployedStarts({ deployed, s3: clients.s3, eventBridge: new EventBridgeClient() });
      const machines = await scanMachines(clients.stepFunctions, deployed);
      const printer = rowPrinter(COLUMNS);
      let [total, clean] = [0, 0];
      const interrupted = interruption();
      const unfinished = await scanObjects(clients, {
        deployed,
        machines,
        startFor,
        targets,
        atOnce: options.atOnce,
        signal: interrupted.signal,
        onResult(result) {
          total += 1;
          if (result.status === 'CLEAN') clean += 1;
          const link = result.execution === null ? undefined : consoleLink(result.execution);
          printer.row({ ...result, console: link });
          if (link !== undefined && result.status !== 'CLEAN' && !asJson()) tell(`see ${link}`);
        },
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

type Row = ScanResult & { readonly console: string | undefined };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'status', of: ({ status }) => status, color: (text) => statusColor(text), width: 'NOT STARTED'.length },
  { title: 'seconds', of: ({ seconds }) => seconds?.toFixed(1), align: 'right', width: 7 },
  {
    title: 'object',
    of: ({ bucket, key }) => (bucket === '' ? '' : `s3://${bucket}/${key}`),
    color: (text, row) => hyperlink(text, row.console),
    width: 40,
  },
  { title: 'finding', of: ({ finding, cause }) => [finding, cause].filter(Boolean).join(': ') },
];

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

function tellOf(unfinished: readonly Unfinished[]): void {
  if (unfinished.length === 0) return;
  warn(`interrupted: ${unfinished.length} executions were started and go on`);
  for (const { execution, ...object } of unfinished) process.stderr.write(`${execution}\t${shownObject(object)}\n`);
}

function toCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('not a number of executions, 1 to 999.');
}
