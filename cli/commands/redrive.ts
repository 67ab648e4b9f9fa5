import { createInterface } from 'node:readline';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Command } from 'commander';
import { oneLine } from '../../functions/domain/one-line.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { allFailures } from '../operations/failures/all-failures.ts';
import { type RedrivenFailure, redriveFailures } from '../operations/failures/redrive-failures.ts';
import { Selection } from '../operations/failures/selection.ts';
import { redrive } from '../operations/redrive-messages.ts';
import { canAsk, typed } from './confirm.ts';
import { DEFAULT_DAYS, newFailureClients, twoWeeksAgo } from './failures.ts';
import { number } from './figures.ts';
import { interruption } from './interruption.ts';
import { tell, warn } from './output.ts';
import { type OutputOrGiven, resolvedIn } from './output-or-given.ts';
import { redrivenRows } from './redriven-rows.ts';
import { type Column, rowPrinter } from './rows.ts';
import { toTime } from './to-time.ts';

const QUEUE: OutputOrGiven = {
  outputs: { uploads: 'UndeliveredUploadsUrl', rescans: 'UndeliveredRescansUrl' },
  given: /^https?:\/\/./,
  called: 'a URL',
};

const EXAMPLES = `
Exit codes: 0 all of it was started, or is gone; 1 something was not; 2 it failed.

Examples:
  airlock redrive --all --dry-run
  airlock redrive --all --since 2026-01-31T03:00Z
  airlock redrive 3f2a9c1b04de s3://my-bucket/in/report.pdf
  airlock failures --json | grep EngineUnavailable | airlock redrive
  airlock redrive --all --discard --dry-run`;

interface Options {
  readonly stack: string;
  readonly all?: boolean;
  readonly since?: Date;
  readonly dryRun?: boolean;
  readonly discard?: boolean;
  readonly yes?: boolean;
}

export function addRedrive(program: Command): void {
  program
    .command('redrive')
    .description(
      'starts again what `airlock failures` prints; exits 1 if any of it could not be started. Of one queue: `uploads`, `rescans`, or its URL',
    )
    .argument('[failure...]', 'ids of `airlock failures`, or s3://BUCKET/KEY; none: one a line from standard input')
    .option('--all', 'everything that failed')
    .option(
      '--since <time>',
      `only what began then or later; ISO 8601, or as 2h, 1d (default: ${DEFAULT_DAYS} days ago)`,
      toTime,
    )
    .option('--dry-run', 'prints what it would start, or discard')
    .option('--discard', 'starts nothing: deletes messages that nothing can be started from, after asking')
    .option('--yes', 'does not ask')
    .addHelpText('after', EXAMPLES)
    .action(async (named: readonly string[], options: Options, command: Command) => {
      const [queue, ...others] = named;
      if (queue !== undefined && others.length === 0 && isQueue(queue)) {
        if (options.discard) command.error("error: '--discard' takes failures, or --all, and no queue");
        return redriveQueue(queue, options);
      }
      if (options.discard && !options.dryRun && !options.yes && !(await agreed())) {
        tell('nothing is deleted');
        process.exitCode = 1;
        return;
      }
      if (options.all && named.length > 0) command.error("error: '--all' cannot be used with failures");
      const selection = options.all ? undefined : await selectionOf(named, command);
      await redriveSelected(selection, options);
    });
}

async function agreed(): Promise<boolean> {
  if (!canAsk()) throw new Error('there is no terminal to ask on. To delete all the same, add --yes');
  return typed('yes', 'Delete messages that nothing can be started from? --dry-run prints them. Type yes: ');
}

const isQueue = (text: string) => Object.hasOwn(QUEUE.outputs, text) || QUEUE.given.test(text);

async function selectionOf(named: readonly string[], command: Command): Promise<Selection> {
  const selection = new Selection();
  if (named.length === 0 && process.stdin.isTTY) command.error('error: name failures, or give --all');
  const given = named.length > 0 ? named : createInterface({ input: process.stdin });
  for await (const text of given) if (text.trim() !== '') selection.add(text);
  return selection;
}

async function redriveSelected(
  selection: Selection | undefined,
  { stack, since, dryRun = false, discard = false }: Options,
) {
  if (selection?.size === 0) return tell('0 found, 0 could not be started');
  const deployed = await describeStack(new CloudFormationClient(), stack);
  const clients = newFailureClients();
  const printer = rowPrinter(COLUMNS);
  const interrupted = interruption();
  let [found, failed] = [0, 0];
  await redriveFailures(clients.stepFunctions, {
    failures: allFailures(clients, deployed, { since: since ?? twoWeeksAgo(), until: new Date() }),
    isWanted: (failure) => selection === undefined || selection.has(failure),
    ...{ dryRun, discard, signal: interrupted.signal },
    onResult(result) {
      found += 1;
      if (result.outcome === 'failed') failed += 1;
      printer.row(result);
    },
  });
  interrupted.end();
  printer.end();
  tell(`${number(found)} found, ${number(failed)} could not be ${discard ? 'discarded' : 'started'}`);
  const missing = interrupted.signal.aborted ? [] : (selection?.missing() ?? []);
  for (const one of missing) warn(`${oneLine(one)} has not failed, or was started again, or is older: see --since`);
  process.exitCode = interrupted.code() || (failed + missing.length > 0 ? 1 : 0);
}

const COLUMNS: readonly Column<RedrivenFailure>[] = [
  { title: 'outcome', of: ({ outcome }) => outcome, width: 'already started'.length },
  { title: 'id', of: ({ id }) => id, width: 12 },
  { title: 'kind', of: ({ kind }) => kind, width: 'execution'.length },
  { title: 'execution, or why not', of: ({ started, problem }) => problem ?? started ?? '', width: 30 },
  { title: 'about', of: ({ bucket, key }) => (bucket === null ? '' : `s3://${bucket}/${key ?? ''}`) },
];

async function redriveQueue(queue: string, { stack, dryRun = false }: Options): Promise<void> {
  const deployed = await describeStack(new CloudFormationClient(), stack);
  const queueUrl = resolvedIn(QUEUE, queue, deployed);
  const clients = newFailureClients();
  const rows = redrivenRows();
  const { found, failed } = await redrive(clients, { deployed, queueUrl, dryRun, waitSeconds: 2, report: rows.row });
  rows.end();
  tell(`${found} found, ${failed} could not be started`);
  process.exitCode = failed === 0 ? 0 : 1;
}
