import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { type InputAgain, rescanAgain, uploadAgain } from '../operations/deployed-input.ts';
import { type DeployedStack, describeStack } from '../operations/deployed-stack.ts';
import { redriveExecutions } from '../operations/restart-executions.ts';
import { examples } from './examples.ts';
import { tell } from './output.ts';
import { type OutputOrGiven, parserOf, resolvedIn } from './output-or-given.ts';
import { redrivenRows } from './redriven-rows.ts';
import { toTime } from './to-time.ts';

const STATE_MACHINE: OutputOrGiven = {
  outputs: { uploads: 'ScanUploadArn', overflow: 'OverflowArn', rescans: 'RescanBucketArn' },
  given: /^arn:[^:]+:states:[^:]+:\d+:stateMachine:./,
  called: 'the ARN of a state machine',
};

export function addRedriveExecutions(program: Command): void {
  program
    .command('redrive-executions')
    .description('starts executions again that failed, timed out or were stopped')
    .argument(
      '<state-machine>',
      '`uploads`, `overflow` (of EXPRESS), `rescans`, or the ARN of a state machine',
      parserOf(STATE_MACHINE),
    )
    .requiredOption('--since <time>', 'only those started then or later; ISO 8601, or as 2h, 1d', toTime)
    .option('--until <time>', 'only those started then or earlier; ISO 8601, or as 2h, 1d (default: now)', toTime)

    .option('--dry-run', 'prints what it would start')
    .addHelpText(
      'after',
      examples(
        'airlock redrive-executions uploads --since 2026-01-31T03:00Z --dry-run',
        'airlock redrive-executions rescans --since 2026-01-31 --until 2026-02-01',
      ),
    )
    .action(async (machine: string, { since, until = new Date(), stack, dryRun = false }, command: Command) => {
      if (until < since) command.error("error: '--since <time>' is later than '--until <time>', or than now");
      const target = await targetOf(machine, stack);
      const rows = redrivenRows();
      const options = { ...target, since, until, dryRun, report: rows.row };
      const { found, failed } = await redriveExecutions(new SFNClient(), options);
      rows.end();
      tell(`${found} found, ${failed} could not be started`);
      process.exitCode = failed === 0 ? 0 : 1;
    });
}

/** An ARN may be another stack's, of which nothing is known: inputs stay as they were. */
async function targetOf(machine: string, stack: string): Promise<{ stateMachineArn: string; inputAgain?: InputAgain }> {
  if (!Object.hasOwn(STATE_MACHINE.outputs, machine)) return { stateMachineArn: machine };
  const deployed = await describeStack(new CloudFormationClient(), stack);
  const inputAgain = machine === 'rescans' ? rescanAgain(deployed) : uploadAgain(uploadsOf(deployed));
  return { stateMachineArn: resolvedIn(STATE_MACHINE, machine, deployed), inputAgain };
}

const uploadsOf = (deployed: DeployedStack) => ({
  deployed,
  s3: new S3Client({ followRegionRedirects: true }),
  eventBridge: new EventBridgeClient(),
});
