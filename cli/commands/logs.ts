import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Command } from 'commander';
import { oneLine } from '../../functions/domain/one-line.ts';
import { consoleLink } from '../operations/console-link.ts';
import { describeStack } from '../operations/deployed-stack.ts';
import { type LogLine, logGroupOf, logLines } from '../operations/function-log.ts';
import { type ObjectStory, objectStories, type StoryOfVersion } from '../operations/object-stories.ts';
import { readS3Uri } from '../operations/s3-uri.ts';
import { examples } from './examples.ts';
import { interruption } from './interruption.ts';
import { asJson, say, tell } from './output.ts';
import { type Column, rowPrinter } from './rows.ts';
import { newClients } from './status.ts';
import { toTime } from './to-time.ts';

const EXAMPLES = examples(
  'airlock logs s3://my-bucket/in/report.pdf',
  'airlock logs s3://my-bucket/in/report.pdf --since 2026-01-31T09:00Z',
  'airlock logs --function ScanObject',
);

interface Options extends Omit<StoryOfVersion, 'deployed'> {
  readonly stack: string;
  readonly function?: string;
}

const HOUR_MILLISECONDS = 3_600_000;

export function addLogs(program: Command): void {
  program
    .command('logs')
    .description(
      "prints an object's story: each state of its executions with time, retries and errors; or the log of a function",
    )
    .argument('[object]', 's3://BUCKET/KEY')
    .option('--version-id <id>', 'this version of the object, not the current one')
    .option('--function <name>', 'prints what this function or state machine logged in the last hour, or since then')
    .option('--since <time>', 'looks for executions since then: a scan by hand that began over an hour ago', toTime)
    .addHelpText('after', EXAMPLES)
    .action(async (uri: string | undefined, options: Options, command: Command) => {
      const { stack, versionId, since, function: name } = options;
      if ((uri === undefined) === (name === undefined)) command.error('error: give s3://BUCKET/KEY, or --function');
      if (name !== undefined && versionId !== undefined) command.error('error: --version-id is of an object');
      if (uri === undefined) return printLogOf(name ?? '', stack, since);
      const object = readS3Uri(uri);
      const deployed = await describeStack(new CloudFormationClient(), stack);
      const printer = rowPrinter(COLUMNS);
      let count = 0;
      for await (const story of objectStories(newClients(), object, { deployed, versionId, since })) {
        count += 1;
        const console = consoleLink(story.execution, story.startedAt);
        if (asJson()) say(oneLine(JSON.stringify({ ...story, console })));
        else {
          tell([story.execution, console].filter(Boolean).join('\nsee '));
          for (const row of rowsOf(story)) printer.row(row);
        }
      }
      printer.end();
      if (count > 0) return;
      tell('no execution was found: airlock status says why; --since looks further back');
      process.exitCode = 1;
    });
}

async function printLogOf(name: string, stack: string, since = new Date(Date.now() - HOUR_MILLISECONDS)) {
  const group = await logGroupOf(new CloudFormationClient(), stack, name);
  const printer = rowPrinter(LINES);
  const interrupted = interruption();
  for await (const line of logLines(new CloudWatchLogsClient(), group, since)) {
    if (interrupted.signal.aborted) break;
    printer.row(line);
  }
  interrupted.end();
  printer.end();
  tell(`${group}, since ${since.toISOString()}`);
  process.exitCode = interrupted.code();
}

const LINES: readonly Column<LogLine>[] = [
  { title: 'time', of: ({ time }) => time, width: 24 },
  { title: 'message', of: ({ message }) => message },
];

function rowsOf({ execution, startedAt, visits, end }: ObjectStory): Row[] {
  const told = (faults: readonly { readonly error: string; readonly cause: string }[]) =>
    faults.map(({ error, cause }) => [error, cause].filter(Boolean).join(': ')).join('; ');
  const states = visits.map(({ entered, exited, state, attempts, errors }) => ({
    execution,
    time: entered,
    what: state,
    seconds: exited && (exited.getTime() - entered.getTime()) / 1000,
    retries: Math.max(attempts - 1, 0),
    errors: told(errors),
  }));
  const seconds = end && (end.at.getTime() - startedAt.getTime()) / 1000;
  const last = { execution, time: end?.at ?? new Date(), what: end?.status ?? 'RUNNING', seconds };
  return [...states, { ...last, retries: 0, errors: end === undefined ? '' : told([end]) }];
}

interface Row {
  readonly execution: string;
  readonly time: Date;
  /** A state, or how the execution ended. */
  readonly what: string;
  readonly seconds: number | undefined;
  readonly retries: number;
  readonly errors: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'execution', of: ({ execution }) => execution.split(':').at(-1)?.slice(0, 8), width: 9 },
  { title: 'time', of: ({ time }) => time.toISOString(), width: 24 },
  { title: 'state', of: ({ what }) => what, width: 19 },
  { title: 'seconds', of: ({ seconds }) => seconds?.toFixed(3) ?? '-', align: 'right', width: 8 },
  { title: 'retries', of: ({ retries }) => (retries === 0 ? '' : retries), align: 'right', width: 7 },
  { title: 'errors', of: ({ errors }) => errors },
];
