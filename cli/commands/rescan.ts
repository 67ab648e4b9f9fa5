import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ExecutionStatus, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { trustedPrefixOf } from '../../functions/domain/gate/trusted.ts';
import { STRATEGIES, type Strategy } from '../../functions/domain/rescan/strategy.ts';
import { consoleLink } from '../operations/console-link.ts';
import { type DeployedStack, describeStack } from '../operations/deployed-stack.ts';
import { type Forecast, type ForecastRequest, forecastRescan } from '../operations/forecast-rescan.ts';
import { readS3Prefix } from '../operations/s3-prefix.ts';
import { executionOf, startRescan } from '../operations/start-rescan.ts';
import { dollars, objectsAndBytes } from './figures.ts';
import { asJson, say, tell } from './output.ts';
import { printOutcome } from './rescan-outcome.ts';
import { type Column, printRows } from './rows.ts';
import { toTime } from './to-time.ts';

const EXAMPLES = `
Exit codes of --wait and --follow: 0 all is well; 1 the run failed, or an object failed or is infected; 130 Ctrl-C, and it goes on.

Examples:
  airlock rescan s3://my-bucket/in/ --dry-run
  airlock rescan s3://my-bucket/in/ --strategy all --wait
  airlock rescan my-bucket --strategy unscanned
  airlock rescan s3://my-bucket/exports/ --trusted --strategy unscanned --wait
  airlock rescan --follow 8d6c9c1c-6d0a-4a7e-9a55-7b3f1a2c4d5e
  airlock rescan --stop 8d6c9c1c-6d0a-4a7e-9a55-7b3f1a2c4d5e`;

export function addRescan(program: Command): void {
  program
    .command('rescan')
    .description('starts a rescan and prints the ARN of its execution')
    .argument('[place]', 'BUCKET or s3://BUCKET/PREFIX, of a bucket that the stack watches')
    .addOption(new Option('--strategy <name>', 'which objects (default: due)').choices(STRATEGIES))
    .option('--prefix <prefix>', 'only keys that begin with it')
    .option(
      '--from <time>',
      'start of the window of `due` (default: end of the last run); ISO 8601, or as 2h, 1d',
      toTime,
    )
    .option('--to <time>', 'end of that window (default: now)', toTime)
    .option('--max-concurrency <number>', 'batches at once (default: 10)', toCount)
    .option(
      '--trusted',
      'for a prefix that is trusted: scans what is there all the same; what is not CLEAN becomes unreadable',
    )
    .option('--dry-run', 'starts nothing: lists the bucket and prints what the run would look at and cost')
    .option('--wait', 'waits for its end, then prints what is infected, what changed and what failed, and the totals')
    .option('--follow <execution>', 'the same for a rescan that was started before: its ARN or name')
    .option('--stop <execution>', 'stops a rescan: verdicts that it has written stay')
    .addHelpText('after', EXAMPLES)
    .action(async (place: string | undefined, options: Options, command: Command) => {
      const {
        stack,
        wait = false,
        dryRun = false,
        trusted = false,
        from,
        to,
        strategy,
        maxConcurrency,
        follow,
        stop,
      } = options;
      if (to !== undefined && from === undefined) command.error("error: option '--to <time>' needs '--from <time>'");
      if (from !== undefined && (strategy ?? 'due') !== 'due') {
        command.error("error: option '--from <time>' only applies to strategy due");
      }
      const clients = { stepFunctions: new SFNClient(), s3: new S3Client({ followRegionRedirects: true }) };
      if (follow !== undefined || stop !== undefined) {
        if (place !== undefined || (follow !== undefined && stop !== undefined)) {
          command.error("error: '--follow' and '--stop' take an execution and nothing else");
        }
        const deployed = await describeStack(new CloudFormationClient(), stack);
        const execution = executionOf(deployed.output('RescanBucketArn'), follow ?? stop ?? '', 'rescan');
        if (stop !== undefined) return stopRescan(clients.stepFunctions, execution);
        return printOutcome(clients, deployed, async () => execution);
      }
      if (place === undefined) return command.error("error: missing required argument 'place'");
      const { bucket, prefix: ofPlace } = readS3Prefix(place);
      if (ofPlace !== '' && options.prefix !== undefined) {
        command.error("error: option '--prefix <prefix>' cannot be used with s3://BUCKET/PREFIX");
      }
      const prefix = ofPlace === '' ? options.prefix : ofPlace;
      const window = from && { from, to: to ?? new Date() };
      const deployed = await describeStack(new CloudFormationClient(), stack);
      // The state machine would refuse any other, and its alarm would go off.
      const { bucketName } = deployed.gateOf(bucket);
      const within = trustedPrefixOf(deployed.gateOf(bucket), prefix ?? '');
      if (trusted && within === undefined) command.error(`error: option '--trusted' needs a prefix that is trusted`);
      if (!trusted && within !== undefined) {
        command.error(`error: nothing under ${within} is scanned: it is trusted. '--trusted' does so for once`);
      }
      const scanTrusted = trusted || undefined;
      if (dryRun) return printForecast(deployed, { bucket: bucketName, strategy, prefix, window, scanTrusted });
      const wanted = { bucket: bucketName, window, strategy, prefix, maxConcurrency, scanTrusted };
      const start = () => startRescan(clients.stepFunctions, deployed.output('RescanBucketArn'), wanted);
      if (wait) {
        return printOutcome(clients, deployed, async () => {
          const executionArn = await start();
          tell([executionArn, seeIn(executionArn)].filter(Boolean).join('\n'));
          return executionArn;
        });
      }
      const executionArn = await start();
      const see = seeIn(executionArn);
      if (see !== undefined) tell(see);
      say(asJson() ? JSON.stringify({ executionArn, console: consoleLink(executionArn) }) : executionArn);
    });
}

interface Options {
  readonly stack: string;
  readonly wait?: boolean;
  readonly dryRun?: boolean;
  readonly trusted?: boolean;
  readonly from?: Date;
  readonly to?: Date;
  readonly strategy?: Strategy;
  readonly prefix?: string;
  readonly maxConcurrency?: number;
  readonly follow?: string;
  readonly stop?: string;
}

function seeIn(executionArn: string): string | undefined {
  const console = consoleLink(executionArn);
  return console && `see ${console}`;
}

async function stopRescan(stepFunctions: SFNClient, executionArn: string): Promise<void> {
  const before = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  if (before.status !== ExecutionStatus.RUNNING) return tell(`it had ended before: ${before.status}`);
  await stepFunctions.send(new StopExecutionCommand({ executionArn, cause: 'airlock rescan --stop' }));
  tell(`stopped: ${executionArn}`);
}

/** How much a run of these options would look at, and cost. */
async function printForecast(deployed: DeployedStack, wanted: ForecastRequest): Promise<void> {
  const progress = (count: number) => tell(`s3://${wanted.bucket}: ${count.toLocaleString('en-US')} objects so far`);
  printRows(FORECAST, [
    await forecastRescan(
      { s3: new S3Client(), eventBridge: new EventBridgeClient() },
      deployed,
      wanted,
      new Date(),
      progress,
    ),
  ]);
}

const FORECAST: readonly Column<Forecast>[] = [
  { title: 'bucket', of: ({ bucket }) => bucket },
  { title: 'strategy', of: ({ strategy }) => strategy },
  { title: 'listed', of: ({ listed }) => listed.toLocaleString('en-US'), align: 'right' },
  {
    title: 'to scan',
    of: ({ atMost, scanned, bytes }) => `${atMost ? 'at most ' : ''}${objectsAndBytes({ objects: scanned, bytes })}`,
    align: 'right',
  },
  { title: 'cost', of: ({ atMost, estimatedCostUsd }) => `${atMost ? 'at most ' : ''}${dollars(estimatedCostUsd)}` },
];

function toCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= 1000) return Number(text);
  throw new InvalidArgumentError('not a number of batches, 1 to 1000.');
}
