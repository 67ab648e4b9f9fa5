import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { STRATEGIES } from '../../functions/domain/rescan/strategy.ts';
import { consoleLink } from '../operations/console-link.ts';
import { type DeployedStack, describeStack } from '../operations/deployed-stack.ts';
import { type Forecast, type ForecastRequest, forecastRescan } from '../operations/forecast-rescan.ts';
import { outcomeOf, startRescan } from '../operations/start-rescan.ts';
import { examples } from './examples.ts';
import { dollars, objectsAndBytes } from './figures.ts';
import { asJson, complain, say, tell } from './output.ts';
import { type Column, printRows } from './rows.ts';
import { toTime } from './to-time.ts';

export function addRescan(program: Command): void {
  program
    .command('rescan')
    .description('starts a rescan and prints the ARN of its execution')
    .argument('<bucket>', 'name of a bucket that the stack watches')
    .addOption(new Option('--strategy <name>', 'which objects (default: due)').choices(STRATEGIES))
    .option('--prefix <prefix>', 'only keys that begin with it')
    .option('--from <time>', 'start of the window of `due` (default: end of the last run); ISO 8601', toTime)
    .option('--to <time>', 'end of that window (default: now)', toTime)
    .option('--max-concurrency <number>', 'batches at once (default: 10)', toCount)
    .option('--dry-run', 'starts nothing: lists the bucket and prints what the run would look at and cost')
    .option('--wait', 'waits for its end and prints the totals as JSON instead; exits 1 unless it succeeded')

    .addHelpText(
      'after',
      examples(
        'airlock rescan my-bucket --strategy all --prefix in/ --wait',
        'airlock rescan my-bucket --from 2026-01-31T09:00Z',
      ),
    )
    .action(async (bucket: string, options, command: Command) => {
      const { stack, wait = false, dryRun = false, from, to, strategy, prefix, maxConcurrency } = options;
      if (to !== undefined && from === undefined) command.error("error: option '--to <time>' needs '--from <time>'");
      if (from !== undefined && (strategy ?? 'due') !== 'due') {
        command.error("error: option '--from <time>' only applies to strategy due");
      }
      const window = from && { from, to: to ?? new Date() };
      const stepFunctions = new SFNClient();
      const deployed = await describeStack(new CloudFormationClient(), stack);
      // The state machine would refuse any other, and its alarm would go off.
      const { bucketName } = deployed.gateOf(bucket);
      if (dryRun) return printForecast(deployed, { bucket: bucketName, strategy, prefix, window });
      const executionArn = await startRescan(stepFunctions, deployed.output('RescanBucketArn'), {
        bucket: bucketName,
        window,
        strategy,
        prefix,
        maxConcurrency,
      });
      const console = consoleLink(executionArn);
      if (console !== undefined) tell(`see ${console}`);
      if (!wait) return say(asJson() ? JSON.stringify({ executionArn, console }) : executionArn);
      tell(executionArn);
      const { status, summary, reason } = await outcomeOf(stepFunctions, executionArn);
      if (summary !== undefined) return say(summary);
      complain([status, reason].filter(Boolean).join(': '));
      process.exitCode = 1;
    });
}

/** How much a run of these options would look at, and cost. */
async function printForecast(deployed: DeployedStack, wanted: ForecastRequest): Promise<void> {
  const progress = (count: number) => tell(`s3://${wanted.bucket}: ${count.toLocaleString('en-US')} objects so far`);
  printRows(FORECAST, [await forecastRescan(new S3Client(), deployed, wanted, new Date(), progress)]);
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
