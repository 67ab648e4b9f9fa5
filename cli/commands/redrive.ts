import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { redrive } from '../operations/redrive-messages.ts';
import { say, tell } from './output.ts';
import { type OutputOrGiven, parserOf, resolved } from './output-or-given.ts';
import { stackOption } from './stack-option.ts';

const QUEUE: OutputOrGiven = {
  outputs: { uploads: 'UndeliveredUploadsUrl', rescans: 'UndeliveredRescansUrl' },
  given: /^https?:\/\/./,
  called: 'a URL',
};

export function addRedrive(program: Command): void {
  program
    .command('redrive')
    .description(
      'starts executions for the messages in a dead-letter queue of uploads or rescans; exits 1 if any message is left',
    )
    .argument('<queue>', '`uploads`, `rescans`, or the URL of a queue', parserOf(QUEUE))
    .addOption(stackOption())
    .option('--dry-run', 'prints what it would start')
    .action(async (queue: string, { stack, dryRun = false }) => {
      const queueUrl = await resolved(QUEUE, queue, stack);
      const clients = { sqs: new SQSClient(), stepFunctions: new SFNClient(), eventBridge: new EventBridgeClient() };
      const { found, failed } = await redrive(clients, { queueUrl, dryRun, waitSeconds: 2, say });
      tell(`${found} found, ${failed} could not be started`);
      process.exitCode = failed === 0 ? 0 : 1;
    });
}
