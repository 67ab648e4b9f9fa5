import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { describeStack } from '../operations/deployed-stack.ts';
import { readWaiting, type Waiting } from '../operations/read-waiting.ts';
import { examples } from './examples.ts';
import { type Column, printRows } from './rows.ts';

/** Output of the stack by what its queue is called. */
const QUEUES = {
  uploads: 'ScanObjectQueueUrl',
  'large uploads': 'ScanLargeObjectQueueUrl',
  'abandoned scans': 'AbandonedScansUrl',
} as const;
/** Of workflow EXPRESS only. */
const OVERFLOW = { overflow: 'StartOverflowQueueUrl' } as const;

export function addWaiting(program: Command): void {
  program
    .command('waiting')
    .description('prints how many uploads wait for an engine, and how long the first of them has waited')

    .addHelpText('after', examples('airlock waiting', 'watch airlock waiting --quiet'))
    .action(async ({ stack }) => {
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const urls = [
        ...Object.entries(QUEUES).map(([queue, output]) => [queue, deployed.output(output)] as const),
        ...Object.entries(OVERFLOW).flatMap(([queue, output]) => {
          const url = deployed.optionalOutput(output);
          return url === undefined ? [] : [[queue, url] as const];
        }),
      ];
      const clients = { sqs: new SQSClient(), cloudWatch: new CloudWatchClient() };
      printRows(COLUMNS, await readWaiting(clients, Object.fromEntries(urls), new Date()));
    });
}

const COLUMNS: readonly Column<Waiting>[] = [
  { title: 'queue', of: ({ queue }) => queue },
  { title: 'waiting', of: ({ waiting }) => waiting, align: 'right' },
  { title: 'the first for', of: ageOf, align: 'right' },
  { title: 'under way', of: ({ underWay }) => underWay, align: 'right' },
];

function ageOf({ waiting, longestWaitSeconds }: Waiting): string {
  if (waiting === 0) return '-';
  return longestWaitSeconds === null ? 'not known to CloudWatch' : timeOf(longestWaitSeconds);
}

function timeOf(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
