#!/usr/bin/env node
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Command, InvalidArgumentError } from 'commander';
import { bucketPolicyCommand } from './bucket-policy-command.ts';
import { redrive } from './redrive.ts';
import { redriveExecutions } from './redrive-executions.ts';

const program = new Command('airlock')
  .description("The operator's command. Account, region and credentials are found as by the AWS CLI.")
  .showHelpAfterError()
  .allowExcessArguments(false);

const say = (line: string) => void process.stdout.write(`${line}\n`);

program.addCommand(bucketPolicyCommand());

program
  .command('redrive')
  .description('starts what lies in a dead-letter queue of an upload rule or of the rescans; exits 1 if any is left')
  .argument('<queue-url>', 'output UndeliveredUploadsUrl or UndeliveredRescansUrl of the stack')
  .option('--dry-run', 'says what it would start')
  .action(async (queueUrl: string, { dryRun = false }) => {
    const clients = { sqs: new SQSClient(), stepFunctions: new SFNClient(), eventBridge: new EventBridgeClient() };
    finish(await redrive(clients, { queueUrl, dryRun, waitSeconds: 2, say }));
  });

program
  .command('redrive-executions')
  .description('starts anew, with their inputs, executions that failed, timed out or were stopped')
  .argument('<state-machine-arn>', 'output ScanUploadArn or RescanBucketArn of the stack')
  .requiredOption('--since <time>', 'started then or later; ISO 8601', toDate)
  .option('--until <time>', 'started then or before; ISO 8601 (default: now)', toDate)
  .option('--dry-run', 'says what it would start')
  .action(async (stateMachineArn: string, { since, until = new Date(), dryRun = false }) => {
    finish(await redriveExecutions(new SFNClient(), { stateMachineArn, since, until, dryRun, say }));
  });

try {
  await program.parseAsync();
} catch (fault) {
  process.stderr.write(`error: ${fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault)}\n`);
  process.exitCode = 2;
}

function toDate(text: string): Date {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError('not a time, as 2026-01-31T09:00Z.');
}

function finish(failures: number): void {
  process.exitCode = failures === 0 ? 0 : 1;
}
