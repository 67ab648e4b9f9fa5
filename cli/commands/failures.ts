import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { consoleLink } from '../operations/console-link.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { allFailures, type FailureClients } from '../operations/failures/all-failures.ts';
import type { Failure } from '../operations/failures/failure.ts';
import { number } from './figures.ts';
import { interruption } from './interruption.ts';
import { tell } from './output.ts';
import { type Column, rowPrinter } from './rows.ts';
import { toTime } from './to-time.ts';

const EXAMPLES = `
Exit codes: 0 nothing failed; 1 something did; 2 it cannot be looked up.

Examples:
  airlock failures
  airlock failures --since 2026-01-31T03:00Z --json > failures.jsonl
  airlock redrive --all --dry-run`;

const DAY_MS = 86_400_000;
export const DEFAULT_DAYS = 14;
export const twoWeeksAgo = () => new Date(Date.now() - DEFAULT_DAYS * DAY_MS);

export function newFailureClients(): FailureClients {
  // Long lists of executions are read faster than Step Functions lets everybody.
  const patient = { maxAttempts: 10 };
  return {
    s3: new S3Client({ followRegionRedirects: true }),
    sqs: new SQSClient(),
    stepFunctions: new SFNClient(patient),
    eventBridge: new EventBridgeClient(patient),
    logs: new CloudWatchLogsClient(patient),
  };
}

export function addFailures(program: Command): void {
  program
    .command('failures')
    .description(
      'prints what failed and was not started again since: executions, messages in dead-letter queues, objects of rescans; exits 1 if there is anything',
    )
    .option(
      '--since <time>',
      `only what began then or later; ISO 8601, or as 2h, 1d (default: ${DEFAULT_DAYS} days ago)`,
      toTime,
    )
    .addHelpText('after', EXAMPLES)
    .action(async ({ stack, since = twoWeeksAgo() }: { readonly stack: string; readonly since?: Date }) => {
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const printer = rowPrinter(COLUMNS);
      const interrupted = interruption();
      let found = 0;
      for await (const { failure } of allFailures(newFailureClients(), deployed, { since, until: new Date() })) {
        // Messages that were looked at become visible again first.
        if (interrupted.signal.aborted) break;
        found += 1;
        const console = failure.execution === null ? undefined : consoleLink(failure.execution, new Date(failure.when));
        printer.row({ ...failure, console });
      }
      interrupted.end();
      printer.end();
      tell(`${number(found)} found`);
      process.exitCode = interrupted.code() || (found > 0 ? 1 : 0);
    });
}

type Row = Failure & { readonly console: string | undefined };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'id', of: ({ id }) => id, width: 12 },
  { title: 'kind', of: ({ kind }) => kind, width: 'execution'.length },
  { title: 'when', of: ({ when }) => when.replace(/\.\d+/, ''), width: 20 },
  { title: 'cause', of: ({ cause }) => cause, width: 30 },
  { title: 'redrive', of: ({ redrive }) => redrive, width: 24 },
  { title: 'about', of: ({ bucket, key }) => (bucket === null ? '' : `s3://${bucket}/${key ?? ''}`) },
];
