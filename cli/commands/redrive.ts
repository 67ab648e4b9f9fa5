import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { redrive } from '../redrive.ts';
import { outputOf } from '../stack-outputs.ts';
import { say } from './say.ts';
import { stackOption } from './stack-option.ts';

/** Output of the stack by what a queue holds. */
const QUEUES: Readonly<Record<string, string>> = {
  uploads: 'UndeliveredUploadsUrl',
  rescans: 'UndeliveredRescansUrl',
};

export function addRedrive(program: Command): void {
  program
    .command('redrive')
    .description('starts what lies in a dead-letter queue of an upload rule or of the rescans; exits 1 if any is left')
    .argument('<queue>', '`uploads`, `rescans`, or the URL of a queue')
    .addOption(stackOption())
    .option('--dry-run', 'says what it would start')
    .action(async (queue: string, { stack, dryRun = false }) => {
      const output = QUEUES[queue];
      const queueUrl = output === undefined ? queue : await outputOf(new CloudFormationClient(), stack, output);
      const clients = { sqs: new SQSClient(), stepFunctions: new SFNClient(), eventBridge: new EventBridgeClient() };
      const left = await redrive(clients, { queueUrl, dryRun, waitSeconds: 2, say });
      process.exitCode = left === 0 ? 0 : 1;
    });
}
