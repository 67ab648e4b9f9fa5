import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { describeStack } from '../operations/deployed-stack.ts';
import { readWaiting, type Waiting } from '../operations/read-waiting.ts';
import { say } from './output.ts';
import { stackOption } from './stack-option.ts';

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
    .addOption(stackOption())
    .option('--json', 'prints one JSON object a line')
    .action(async ({ stack, json = false }) => {
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const urls = [
        ...Object.entries(QUEUES).map(([queue, output]) => [queue, deployed.output(output)] as const),
        ...Object.entries(OVERFLOW).flatMap(([queue, output]) => {
          const url = deployed.optionalOutput(output);
          return url === undefined ? [] : [[queue, url] as const];
        }),
      ];
      const clients = { sqs: new SQSClient(), cloudWatch: new CloudWatchClient() };
      const rows = await readWaiting(clients, Object.fromEntries(urls), new Date());
      for (const row of rows) say(json ? JSON.stringify(row) : lineOf(row));
    });
}

function lineOf({ queue, waiting, underWay, longestWaitSeconds }: Waiting): string {
  const age =
    waiting === 0
      ? ''
      : `, the first for ${longestWaitSeconds === null ? 'a time that CloudWatch does not have' : timeOf(longestWaitSeconds)}`;
  return `${queue}\t${waiting} waiting${age}; ${underWay} under way`;
}

function timeOf(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
