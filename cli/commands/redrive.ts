import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Command, InvalidArgumentError } from 'commander';
import { describeStack } from '../deployed-stack.ts';
import { redrive } from '../redrive.ts';
import { say, tell } from './say.ts';
import { stackOption } from './stack-option.ts';

/** Output of the stack by what a queue holds. */
const OUTPUTS = { uploads: 'UndeliveredUploadsUrl', rescans: 'UndeliveredRescansUrl' } as const;

export function addRedrive(program: Command): void {
  program
    .command('redrive')
    .description('starts what lies in a dead-letter queue of an upload rule or of the rescans; exits 1 if any is left')
    .argument('<queue>', '`uploads`, `rescans`, or the URL of a queue', toQueue)
    .addOption(stackOption())
    .option('--dry-run', 'says what it would start')
    .action(async (queue: string, { stack, dryRun = false }) => {
      const queueUrl = isWord(queue)
        ? (await describeStack(new CloudFormationClient(), stack)).output(OUTPUTS[queue])
        : queue;
      const clients = { sqs: new SQSClient(), stepFunctions: new SFNClient(), eventBridge: new EventBridgeClient() };
      const { found, failed } = await redrive(clients, { queueUrl, dryRun, waitSeconds: 2, say });
      tell(`${found} found, ${failed} could not be started`);
      process.exitCode = failed === 0 ? 0 : 1;
    });
}

function toQueue(text: string): string {
  if (isWord(text) || /^https?:\/\/./.test(text)) return text;
  throw new InvalidArgumentError('neither `uploads` nor `rescans` nor a URL.');
}

function isWord(text: string): text is keyof typeof OUTPUTS {
  return Object.hasOwn(OUTPUTS, text);
}
