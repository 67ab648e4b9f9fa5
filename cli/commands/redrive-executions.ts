import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type Command, InvalidArgumentError } from 'commander';
import { describeStack } from '../deployed-stack.ts';
import { redriveExecutions } from '../redrive-executions.ts';
import { say, tell } from './say.ts';
import { stackOption } from './stack-option.ts';
import { toTime } from './to-time.ts';

/** Output of the stack by what a state machine does. */
const OUTPUTS = { uploads: 'ScanUploadArn', rescans: 'RescanBucketArn' } as const;

export function addRedriveExecutions(program: Command): void {
  program
    .command('redrive-executions')
    .description('starts anew, with their inputs, executions that failed, timed out or were stopped')
    .argument('<state-machine>', '`uploads`, `rescans`, or the ARN of a state machine', toStateMachine)
    .requiredOption('--since <time>', 'started then or later; ISO 8601', toTime)
    .option('--until <time>', 'started then or before; ISO 8601 (default: now)', toTime)
    .addOption(stackOption())
    .option('--dry-run', 'says what it would start')
    .action(async (machine: string, { since, until = new Date(), stack, dryRun = false }, command: Command) => {
      if (until < since) command.error("error: '--since <time>' is later than '--until <time>', or than now");
      const stateMachineArn = isWord(machine)
        ? (await describeStack(new CloudFormationClient(), stack)).output(OUTPUTS[machine])
        : machine;
      const options = { stateMachineArn, since, until, dryRun, say };
      const { found, failed } = await redriveExecutions(new SFNClient(), options);
      tell(`${found} found, ${failed} could not be started`);
      process.exitCode = failed === 0 ? 0 : 1;
    });
}

function toStateMachine(text: string): string {
  if (isWord(text) || /^arn:[^:]+:states:[^:]+:\d+:stateMachine:./.test(text)) return text;
  throw new InvalidArgumentError('neither `uploads` nor `rescans` nor the ARN of a state machine.');
}

function isWord(text: string): text is keyof typeof OUTPUTS {
  return Object.hasOwn(OUTPUTS, text);
}
