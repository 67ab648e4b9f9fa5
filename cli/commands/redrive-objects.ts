import { createInterface } from 'node:readline';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { describeStack } from '../operations/deployed-stack.ts';
import { deployedStarts } from '../operations/deployed-start.ts';
import { redriveObjects } from '../operations/restart-objects.ts';
import { examples } from './examples.ts';
import { tell } from './output.ts';
import { redrivenRows } from './redriven-rows.ts';

export function addRedriveObjects(program: Command): void {
  program
    .command('redrive-objects')
    .description(
      'starts an execution for each object that standard input names, as for a new upload: {"bucket", "key", "versionId"}, one a line',
    )

    .option('--dry-run', 'prints what it would start')
    .addHelpText(
      'after',
      examples(
        'airlock redrive-objects < objects.jsonl',
        `echo '{"bucket": "my-bucket", "key": "in/report.pdf"}' | airlock redrive-objects --dry-run`,
      ),
    )
    .action(async ({ stack, dryRun = false }) => {
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const s3 = new S3Client({ followRegionRedirects: true });
      const startFor = deployedStarts({ deployed, s3, eventBridge: new EventBridgeClient() });
      const lines = createInterface({ input: process.stdin });
      const rows = redrivenRows();
      const options = { lines, dryRun, report: rows.row };
      const { found, failed } = await redriveObjects(new SFNClient(), startFor, options);
      rows.end();
      tell(`${found} found, ${failed} could not be started`);
      process.exitCode = failed === 0 ? 0 : 1;
    });
}
