import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { describeStack } from '../operations/deployed-stack.ts';
import { readWaiting, type Waiting } from '../operations/read-waiting.ts';
import { scanQueues } from '../operations/scan-queues.ts';
import { examples } from './examples.ts';
import { type Column, printRows } from './rows.ts';

export function addWaiting(program: Command): void {
  program
    .command('waiting')
    .description('prints how many uploads wait for an engine, and how long the first of them has waited')

    .addHelpText('after', examples('airlock waiting', 'watch airlock waiting --quiet'))
    .action(async ({ stack }) => {
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const clients = { sqs: new SQSClient(), cloudWatch: new CloudWatchClient() };
      printRows(COLUMNS, await readWaiting(clients, scanQueues(deployed), new Date()));
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
