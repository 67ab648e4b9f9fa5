import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { redriveExecutions } from '../redrive-executions.ts';
import { outputOf } from '../stack-outputs.ts';
import { say } from './say.ts';
import { stackOption } from './stack-option.ts';
import { toTime } from './to-time.ts';

/** Output of the stack by what a state machine does. */
const STATE_MACHINES: Readonly<Record<string, string>> = { uploads: 'ScanUploadArn', rescans: 'RescanBucketArn' };

export function addRedriveExecutions(program: Command): void {
  program
    .command('redrive-executions')
    .description('starts anew, with their inputs, executions that failed, timed out or were stopped')
    .argument('<state-machine>', '`uploads`, `rescans`, or the ARN of a state machine')
    .requiredOption('--since <time>', 'started then or later; ISO 8601', toTime)
    .option('--until <time>', 'started then or before; ISO 8601 (default: now)', toTime)
    .addOption(stackOption())
    .option('--dry-run', 'says what it would start')
    .action(async (machine: string, { since, until = new Date(), stack, dryRun = false }) => {
      const output = STATE_MACHINES[machine];
      const stateMachineArn =
        output === undefined ? machine : await outputOf(new CloudFormationClient(), stack, output);
      const failures = await redriveExecutions(new SFNClient(), { stateMachineArn, since, until, dryRun, say });
      process.exitCode = failures === 0 ? 0 : 1;
    });
}
