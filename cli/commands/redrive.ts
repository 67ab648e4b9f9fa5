import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { describeStack } from '../operations/deployed-stack.ts';
import { redrive } from '../operations/redrive-messages.ts';
import { examples } from './examples.ts';
import { tell } from './output.ts';
import { type OutputOrGiven, parserOf, resolvedIn } from './output-or-given.ts';
import { redrivenRows } from './redriven-rows.ts';

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

    .option('--dry-run', 'prints what it would start')
    .addHelpText('after', examples('airlock redrive uploads --dry-run', 'airlock redrive uploads'))
    .action(async (queue: string, { stack, dryRun = false }) => {
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const queueUrl = resolvedIn(QUEUE, queue, deployed);
      const clients = {
        sqs: new SQSClient(),
        stepFunctions: new SFNClient(),
        eventBridge: new EventBridgeClient(),
        s3: new S3Client({ followRegionRedirects: true }),
      };
      const rows = redrivenRows();
      const { found, failed } = await redrive(clients, {
        deployed,
        queueUrl,
        dryRun,
        waitSeconds: 2,
        report: rows.row,
      });
      rows.end();
      tell(`${found} found, ${failed} could not be started`);
      process.exitCode = failed === 0 ? 0 : 1;
    });
}
