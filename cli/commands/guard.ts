import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Command } from 'commander';
import { printableGuard } from '../operations/print-guard.ts';
import { examples } from './examples.ts';
import { say } from './output.ts';

export function addGuard(program: Command): void {
  program
    .command('guard')
    .description('policies that keep what could fake a result from everybody but the pipeline')
    .command('print')
    .description('prints a service control policy for the account, as one line of JSON')
    .option('--boundary', 'prints a permissions boundary for users and roles instead')
    .option('--stack <name...>', 'every s3-airlock of the account and region')
    .option('--operator <arn...>', 'roles that also start rescans and redrives', [])
    .addHelpText(
      'after',
      examples(
        'airlock guard print --operator arn:aws:iam::111122223333:role/operations > guard.json',
        'airlock guard print --stack S3Airlock Shop/UploadsAirlock',
      ),
    )
    .action(async ({ boundary = false, stack, operator }) => {
      const client = new CloudFormationClient();
      say(await printableGuard(client, { boundary, stacks: stack, operatorRoleArns: operator }));
    });
}
