import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { oneLine } from '../../functions/domain/one-line.ts';
import { readStatus } from '../operations/definitions/status.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { addExempt, addIgnore } from './definitions-exempt.ts';
import { addAdd, addRemoveFile } from './definitions-files.ts';
import { addRollback } from './definitions-rollback.ts';
import { statusLines } from './definitions-status-lines.ts';
import { followUpdater, meaningOf, unlessItFails } from './definitions-update.ts';
import { examples } from './examples.ts';
import { asJson, say, tell } from './output.ts';

const EXAMPLES = `
Examples:
  airlock definitions status
  airlock definitions update
  airlock definitions ignore Win.Trojan.Agent-1234567-0 --reason 'false positive, reported to ClamAV'
  airlock definitions exempt "$(sha256sum < setup.exe | cut -d ' ' -f 1)" --reason 'our own installer'
  airlock definitions add mine.hsb --reason 'hashes of our incident response'
  airlock definitions rollback --reason 'the set of today finds every PDF'`;

export function addDefinitions(program: Command): void {
  const command = program
    .command('definitions')
    .description('what the scanners find: versions, updates, exemptions, signatures of your own')
    .addHelpText('after', EXAMPLES);

  command
    .command('status')
    .description('prints version, age, exemptions, your own files and earlier sets; exits 1 if anything is wrong')
    .addHelpText('after', examples('airlock definitions status', 'airlock definitions status --json | jq .exemptions'))
    .action(async ({ stack }) => {
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const clients = {
        s3: new S3Client({ followRegionRedirects: true }),
        sqs: new SQSClient(),
        logs: new CloudWatchLogsClient(),
      };
      const status = await readStatus(clients, deployed, new Date());
      if (asJson()) say(JSON.stringify(status));
      else for (const line of statusLines(status, new Date())) say(line);
      process.exitCode = status.faults.length === 0 ? 0 : 1;
    });

  command
    .command('update')
    .description('starts an update now and waits for its end; exits 1 if it fails')
    .addHelpText('after', examples('airlock definitions update'))
    .action(async ({ stack }) => {
      const deployed = await describeStack(new CloudFormationClient(), stack);
      await unlessItFails(async () => {
        const updated = await followUpdater(deployed, 'updates the definitions');
        say(asJson() ? JSON.stringify(updated) : meaningOf(updated));
        for (const fault of updated.faults) tell(oneLine(`warning: ${fault}`));
      });
    });

  addRollback(command);
  addIgnore(command);
  addExempt(command);
  addAdd(command);
  addRemoveFile(command);
}
