#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, CommanderError } from 'commander';
import { addBucketPolicy } from './commands/bucket-policy.ts';
import { addCompletion } from './commands/completion.ts';
import { addCost } from './commands/cost.ts';
import { addDefinitions } from './commands/definitions.ts';
import { addDoctor } from './commands/doctor.ts';
import { addFailures } from './commands/failures.ts';
import { addGlobalOptions } from './commands/global-options.ts';
import { addGuard } from './commands/guard.ts';
import { addHunt } from './commands/hunt.ts';
import { addInit } from './commands/init.ts';
import { addLocal } from './commands/local.ts';
import { addLogs } from './commands/logs.ts';
import { complain, endWithReader } from './commands/output.ts';
import { addQuarantine } from './commands/quarantine.ts';
import { addRedrive } from './commands/redrive.ts';
import { addRedriveExecutions } from './commands/redrive-executions.ts';
import { addRedriveObjects } from './commands/redrive-objects.ts';
import { addReport } from './commands/report.ts';
import { addRescan } from './commands/rescan.ts';
import { addScan } from './commands/scan.ts';
import { addStatus } from './commands/status.ts';
import { addWaiting } from './commands/waiting.ts';
import { explained } from './operations/explain-fault.ts';
import { ROOT } from './root.ts';

const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
// Installed, it is called s3-airlock: the shell completes what was typed.
const name = basename(process.argv[1] ?? '') === 's3-airlock' ? 's3-airlock' : 'airlock';
const program = new Command(name)
  .description("The operator's command. Finds account, region and credentials like the AWS CLI.")
  .version(version, '-V, --version', 'prints the version')
  .exitOverride()
  .showHelpAfterError('(--help after a command prints its options)')
  // So that a command may have an option of its own in place of a global one.
  .enablePositionalOptions()
  .allowExcessArguments(false);
addInit(program);
addReport(program);
addRescan(program);
addScan(program);
addHunt(program);
addStatus(program);
addLogs(program);
addWaiting(program);
addDoctor(program);
addCost(program);
addBucketPolicy(program);
addGuard(program);
addFailures(program);
addRedrive(program);
addRedriveExecutions(program);
addRedriveObjects(program);
addQuarantine(program);
addDefinitions(program);
addLocal(program);
addGlobalOptions(program);
addCompletion(program);

try {
  endWithReader();
  await program.parseAsync();
} catch (fault) {
  // commander has already printed its own errors and --help.
  if (!(fault instanceof CommanderError)) complain(explained(fault));
  process.exitCode = fault instanceof CommanderError && fault.exitCode === 0 ? 0 : 2;
}
