import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import { type Command, Option } from 'commander';
import type { DeployedGate } from '../../functions/domain/gate/deployed-gate.ts';
import { type BucketOfReport, type CostRow, rowsOf } from '../operations/cost-report.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { inventoryFromMetrics, listInventory, type Taken } from '../operations/take-inventory.ts';
import { readWhatIf, type Scenario, WHAT_IF_KEYS } from '../operations/what-if.ts';
import { days, dollars, objectsAndBytes } from './figures.ts';
import { tell } from './output.ts';
import { type Column, printRows } from './rows.ts';

export function addCost(program: Command): void {
  program
    .command('cost')
    .description('prints what uploads and rescans cost a month, and how long a new signature waits for an object')
    .argument('[bucket...]', 'buckets that the stack watches (default: all)')
    .addOption(
      new Option('--source <name>', 'where the numbers of objects come from')
        .choices(['listing', 'metrics'])
        .default('listing'),
    )
    .option(
      '--what-if <key=value>',
      `beside it the same with another setting; again for more (keys: ${WHAT_IF_KEYS.join(', ')})`,
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .addHelpText('after', EXAMPLES)
    .action(async (names: readonly string[], { stack, source, whatIf = [] }) => {
      const changes = (whatIf as readonly string[]).map(readWhatIf);
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const cost = deployed.cost();
      const buckets: BucketOfReport[] = [];
      for (const bucket of names.length === 0 ? deployed.bucketNames() : names) {
        const { rescan, gate, versioned = true } = deployed.bucketOf(bucket);
        const scenario: Scenario = { settings: { ...cost, versioned }, rescan };
        const changed = changes.reduce<Scenario>((before, change) => change(before), scenario);
        const { all, rescanned } = await inventories(bucket, rescan.prefix, source, gate.trusted);
        buckets.push({
          ...{ bucket, scenario, all: all.inventory, rescanned: rescanned.inventory },
          ...(changes.length > 0 && { whatIf: changed }),
        });
      }
      for (const line of NOTES) tell(line);
      printRows(columnsOf(whatIf), rowsOf(buckets));
    });
}

const NOTES = [
  'Uploads: those of the last month that are still there. A wait is how long a new signature waits for an object.',
  'List prices of us-east-1, without free tiers; what is left out stands in docs/cost.md.',
];

const EXAMPLES = `
Examples:
  airlock cost
  airlock cost uploads --what-if workflow=EXPRESS --what-if engine.architecture=arm64
  airlock cost uploads --what-if rescan.strategy=all --what-if 'rescan.schedule=rate(7 days)'
  airlock cost --source metrics --json`;

async function inventories(
  bucket: string,
  prefix: string,
  source: 'listing' | 'metrics',
  trustedPrefixes: DeployedGate['trusted'] = [],
) {
  const now = new Date();
  const trusted = trustedPrefixes.map((each) => each.prefix);
  if (source === 'metrics') {
    const all = await inventoryFromMetrics(new CloudWatchClient(), bucket, now);
    tellTaken(bucket, all, 'by CloudWatch: sizes are the mean, ages up to 455 days');
    return { all, rescanned: all };
  }
  const s3 = new S3Client();
  const list = (within: string) =>
    listInventory(s3, { bucket, prefix: within, trusted }, now, (objects) => {
      if (objects % PROGRESS_OBJECTS === 0) tell(`s3://${bucket}: ${objects.toLocaleString('en-US')} objects so far`);
    });
  const all = await list('');
  tellTaken(bucket, all, 'by listing');
  return { all, rescanned: prefix === '' ? all : await list(prefix) };
}

const PROGRESS_OBJECTS = 100_000;

function tellTaken(bucket: string, { inventory, requests, usd }: Taken, how: string): void {
  const price = `${requests.toLocaleString('en-US')} request${requests === 1 ? '' : 's'}, ${dollars(usd)}`;
  tell(`s3://${bucket}: ${objectsAndBytes(inventory.amount())} (${how}: ${price})`);
}

function columnsOf(whatIf: readonly string[]): Column<CostRow>[] {
  const columns: Column<CostRow>[] = [
    { title: 'bucket', of: ({ bucket }) => bucket },
    { title: 'what', of: ({ what }) => what },
    { title: 'a run', of: ({ runUsd }) => (runUsd === null ? '' : dollars(runUsd)), align: 'right' },
    { title: 'a month', of: ({ monthUsd }) => dollars(monthUsd), align: 'right' },
    {
      title: `with ${whatIf.join(', ')}`,
      of: ({ whatIfMonthUsd }) => (whatIfMonthUsd === undefined ? '' : dollars(whatIfMonthUsd)),
      align: 'right',
    },
    { title: 'median wait', of: waitOf, align: 'right' },
    { title: 'longest', of: worstOf, align: 'right' },
  ];
  return columns.filter(({ title }) => whatIf.length > 0 || !title.startsWith('with '));
}

function waitOf({ medianWaitDays, worstWaitDays }: CostRow): string {
  if (worstWaitDays === undefined) return '';
  return medianWaitDays === undefined ? 'for ever' : days(medianWaitDays);
}

function worstOf({ worstWaitDays }: CostRow): string {
  if (worstWaitDays === undefined) return '';
  return worstWaitDays === null ? 'for ever' : days(worstWaitDays);
}
