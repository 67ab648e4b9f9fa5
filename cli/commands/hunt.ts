import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ExecutionStatus, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { type Command, InvalidArgumentError } from 'commander';
import { HuntRequest } from '../../functions/domain/hunt/payloads.ts';
import { HUNT_FORMATS } from '../../functions/domain/hunt/rules.ts';
import { consoleLink } from '../operations/console-link.ts';
import { type DeployedStack, describeStack } from '../operations/deployed-stack.ts';
import { forecastHunt, type HuntForecast } from '../operations/hunt/forecast-hunt.ts';
import { readRules } from '../operations/hunt/read-rules.ts';
import { fetchRules, removeRules, startHunt } from '../operations/hunt/start-hunt.ts';
import { readS3Prefix } from '../operations/s3-prefix.ts';
import { executionOf } from '../operations/start-rescan.ts';
import { applyHunt } from './apply-hunt.ts';
import { dollars, number, objectsAndBytes } from './figures.ts';
import { followHunt, type HuntClients } from './hunt-outcome.ts';
import { complain, tell } from './output.ts';
import { reasonOption } from './reason-option.ts';
import { type Column, printRows } from './rows.ts';

const EXAMPLES = `
Exit codes: 0 nothing matches; 3 something does; 1 the rules were refused, the hunt failed, an object failed or --apply did, whether or
not something matches; 2 it was used wrongly; 130 Ctrl-C, and it goes on.

Examples:
  airlock hunt mine.yara s3://my-bucket/in/
  airlock hunt rules/ hashes.hsb my-bucket --dry-run
  airlock hunt mine.yara my-bucket --apply --reason 'the incident of Tuesday'
  airlock hunt --follow 8d6c9c1c-6d0a-4a7e-9a55-7b3f1a2c4d5e`;

interface Options {
  readonly stack: string;
  readonly maxConcurrency?: number;
  readonly dryRun?: boolean;
  readonly apply?: boolean;
  readonly reason?: string;
  readonly follow?: string;
  readonly stop?: string;
}

export function addHunt(program: Command): void {
  program
    .command('hunt')
    .description('looks for given rules in every object of a bucket and prints what matches; exits 3 if anything does')
    .usage('[options] <rules...> <place>')
    .argument(
      '[rules...]',
      `files with rules (${HUNT_FORMATS.map((ending) => `.${ending}`).join(' ')}) or folders of them; then the place: BUCKET or s3://BUCKET/PREFIX, of a bucket that the stack watches`,
    )
    .option('--max-concurrency <number>', 'batches at once (default: 10)', toCount)
    .option('--dry-run', 'starts nothing: lists the bucket and prints what the hunt would read and cost')
    .option('--apply', 'then adds the rules to the definitions, and scans what matches as after an upload')
    .addOption(reasonOption())
    .option('--follow <execution>', 'waits for a hunt that was started before: its ARN or name')
    .option('--stop <execution>', 'stops a hunt')
    .addHelpText('after', EXAMPLES)
    .action(async (given: readonly string[], options: Options, command: Command) => {
      const { stack, apply = false, reason, follow, stop } = options;
      if (apply !== (reason !== undefined)) command.error("error: '--apply' and '--reason <text>' need each other");
      const clients = { s3: new S3Client({ followRegionRedirects: true }), stepFunctions: new SFNClient() };
      if (follow !== undefined || stop !== undefined) {
        if (given.length > 0 || (follow !== undefined && stop !== undefined)) {
          command.error("error: '--follow' and '--stop' take an execution and nothing else");
        }
        const deployed = await describeStack(new CloudFormationClient(), stack);
        const execution = executionOf(deployed.output('HuntBucketArn'), follow ?? stop ?? '', 'hunt');
        if (stop !== undefined) return stopHunt(clients, deployed, execution);
        return hunt(clients, deployed, async () => execution, reason);
      }
      const place = given.at(-1);
      if (place === undefined || given.length < 2) return command.error('error: name files with rules, then the place');
      const { bucket, prefix } = readS3Prefix(place);
      const { files, leftOut } = await readRules(given.slice(0, -1));
      if (leftOut.length > 0) tell(`no rules, and left out: ${leftOut.join(', ')}`);
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const { bucketName } = deployed.gateOf(bucket);
      if (options.dryRun) return printForecast(clients.s3, deployed, { bucket: bucketName, prefix });
      const { maxConcurrency } = options;
      const request = { bucket: bucketName, prefix, ...(maxConcurrency !== undefined && { maxConcurrency }) };
      const start = async () => {
        const executionArn = await startHunt(clients, {
          stateMachineArn: deployed.output('HuntBucketArn'),
          resultsBucket: deployed.output('RescanResultsBucketName'),
          files,
          request,
        });
        const console = consoleLink(executionArn);
        tell([executionArn, console && `see ${console}`].filter(Boolean).join('\n'));
        return executionArn;
      };
      return hunt(clients, deployed, start, reason);
    });
}

/** Follows a hunt to its end, removes its rules, and applies them when there is a reason to. */
async function hunt(
  clients: HuntClients,
  deployed: DeployedStack,
  start: () => Promise<string>,
  reason: string | undefined,
): Promise<void> {
  const ended = await followHunt(clients, deployed, start);
  if (ended === undefined) return;
  const { request, matches, complete } = ended;
  const resultsBucket = deployed.output('RescanResultsBucketName');
  try {
    if (reason === undefined) return;
    if (!complete) return complain('the hunt did not succeed: nothing is applied');
    const files = await fetchRules(clients.s3, resultsBucket, request.rules);
    await applyHunt(clients.s3, deployed, { files, matches, reason });
  } finally {
    await removeRules(clients.s3, resultsBucket, request.rules);
  }
}

async function stopHunt(
  { s3, stepFunctions }: HuntClients,
  deployed: DeployedStack,
  executionArn: string,
): Promise<void> {
  const { status, input = '{}' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  if (status === ExecutionStatus.RUNNING) {
    await stepFunctions.send(new StopExecutionCommand({ executionArn, cause: 'airlock hunt --stop' }));
    tell(`stopped: ${executionArn}`);
  } else tell(`it had ended before: ${status}`);
  const { data } = HuntRequest.safeParse(JSON.parse(input));
  if (data !== undefined) await removeRules(s3, deployed.output('RescanResultsBucketName'), data.rules);
}

async function printForecast(
  s3: S3Client,
  deployed: DeployedStack,
  place: { readonly bucket: string; readonly prefix: string },
): Promise<void> {
  const progress = (count: number) => tell(`s3://${place.bucket}: ${number(count)} objects so far`);
  printRows(FORECAST, [await forecastHunt(s3, place, deployed.cost(), progress)]);
}

const FORECAST: readonly Column<HuntForecast>[] = [
  { title: 'bucket', of: ({ bucket }) => bucket },
  { title: 'prefix', of: ({ prefix }) => prefix },
  { title: 'listed', of: ({ listed }) => number(listed), align: 'right' },
  { title: 'to read', of: ({ objects, bytes }) => objectsAndBytes({ objects, bytes }), align: 'right' },
  { title: 'cost', of: ({ estimatedCostUsd }) => dollars(estimatedCostUsd) },
];

function toCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= 1000) return Number(text);
  throw new InvalidArgumentError('not a number of batches, 1 to 1000.');
}
