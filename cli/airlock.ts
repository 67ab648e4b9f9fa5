#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addBucketPolicy } from './commands/bucket-policy.ts';
import { addDefinitions } from './commands/definitions.ts';
import { addGuard } from './commands/guard.ts';
import { addInit } from './commands/init.ts';
import { tell } from './commands/output.ts';
import { addQuarantine } from './commands/quarantine.ts';
import { addRedrive } from './commands/redrive.ts';
import { addRedriveExecutions } from './commands/redrive-executions.ts';
import { addRedriveObjects } from './commands/redrive-objects.ts';
import { addRescan } from './commands/rescan.ts';
import { addWaiting } from './commands/waiting.ts';

const program = new Command('airlock')
  .description("The operator's command. Finds account, region and credentials like the AWS CLI.")
  .exitOverride()
  .showHelpAfterError()
  .allowExcessArguments(false);
addInit(program);
addRescan(program);
addWaiting(program);
addBucketPolicy(program);
addGuard(program);
addRedrive(program);
addRedriveExecutions(program);
addRedriveObjects(program);
addQuarantine(program);
addDefinitions(program);

try {
  await program.parseAsync();
} catch (fault) {
  // commander has already printed its own errors and --help.
  if (!(fault instanceof CommanderError)) tell(`error: ${String(fault).replace(/^Error: /, '')}`);
  process.exitCode = fault instanceof CommanderError && fault.exitCode === 0 ? 0 : 2;
}
