import { SFNClient } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { redriveExecutions } from '../operations/restart-executions.ts';
import { say, tell } from './output.ts';
import { type OutputOrGiven, parserOf, resolved } from './output-or-given.ts';
import { stackOption } from './stack-option.ts';
import { toTime } from './to-time.ts';

const STATE_MACHINE: OutputOrGiven = {
  outputs: { uploads: 'ScanUploadArn', overflow: 'OverflowArn', rescans: 'RescanBucketArn' },
  given: /^arn:[^:]+:states:[^:]+:\d+:stateMachine:./,
  called: 'the ARN of a state machine',
};

export function addRedriveExecutions(program: Command): void {
  program
    .command('redrive-executions')
    .description('starts executions again, with the same input, that failed, timed out or were stopped')
    .argument(
      '<state-machine>',
      '`uploads`, `overflow` (of EXPRESS), `rescans`, or the ARN of a state machine',
      parserOf(STATE_MACHINE),
    )
    .requiredOption('--since <time>', 'only those started then or later; ISO 8601', toTime)
    .option('--until <time>', 'only those started then or earlier; ISO 8601 (default: now)', toTime)
    .addOption(stackOption())
    .option('--dry-run', 'prints what it would start')
    .action(async (machine: string, { since, until = new Date(), stack, dryRun = false }, command: Command) => {
      if (until < since) command.error("error: '--since <time>' is later than '--until <time>', or than now");
      const stateMachineArn = await resolved(STATE_MACHINE, machine, stack);
      const options = { stateMachineArn, since, until, dryRun, say };
      const { found, failed } = await redriveExecutions(new SFNClient(), options);
      tell(`${found} found, ${failed} could not be started`);
      process.exitCode = failed === 0 ? 0 : 1;
    });
}
