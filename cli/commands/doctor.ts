import { type Command, InvalidArgumentError } from 'commander';
import { describeStack } from '../operations/deployed-stack.ts';
import { createClients, type Patient } from '../operations/doctor/clients.ts';
import { diagnose } from '../operations/doctor/diagnose.ts';
import { type Finding, LEVELS, type Level, worst } from '../operations/doctor/finding.ts';
import { probeBucket } from '../operations/probe/probe-bucket.ts';
import { interruption } from './interruption.ts';
import { colors, tell } from './output.ts';
import { type Column, rowPrinter } from './rows.ts';

/** By the worst finding; 2 stays wrong use. */
const EXIT_CODES: Readonly<Record<Level, number>> = { ok: 0, warning: 1, failure: 3 };

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('looks for what keeps uploads from being scanned, or alarms from being heard')
    .argument('[bucket...]', 'buckets that the stack watches (default: all)')
    .option('--no-drift', 'leaves out what takes minutes: whether roles and other resources are as deployed')
    .option(
      '--probe',
      'also puts a clean file and EICAR into each of the buckets, waits for both verdicts, and removes all of it',
    )
    .option('--timeout <seconds>', 'how long --probe waits for a verdict', toSeconds, 600)
    .addHelpText('after', EXAMPLES)
    .action(async (names: readonly string[], { stack, drift, probe = false, timeout }) => {
      const clients = createClients();
      const deployed = await describeStack(clients.cloudFormation, stack);
      const buckets = names.length === 0 ? deployed.bucketNames() : names;
      for (const bucket of buckets) deployed.gateOf(bucket);
      const patient: Patient = { clients, deployed, stack, now: new Date(), tell };
      const printer = rowPrinter(COLUMNS);
      const found: Finding[] = [];
      const report = (finding: Finding) => {
        found.push(finding);
        printer.row(finding);
      };
      for await (const finding of diagnose(patient, { buckets, drift })) report(finding);
      const signaled = probe
        ? await probeAll(patient, { buckets, timeoutMilliseconds: timeout * 1000, report })
        : undefined;
      printer.end();
      const count = (level: Level) => {
        const { length } = found.filter((finding) => finding.level === level);
        return `${length} ${level}${level === 'ok' || length === 1 ? '' : 's'}`;
      };
      tell([...LEVELS].reverse().map(count).join(', '));
      process.exitCode = signaled ?? EXIT_CODES[worst(found)];
    });
}

const EXAMPLES = `
Exit codes: 0 all is well, 1 warnings, 3 failures, 2 it was used wrongly or could not begin.

EICAR sets off what malware does: notifications, and the action of onInfected.

Examples:
  airlock doctor
  airlock doctor --no-drift --json
  airlock doctor uploads --probe --timeout 120`;

interface ProbeAll {
  readonly buckets: readonly string[];
  readonly timeoutMilliseconds: number;
  readonly report: (finding: Finding) => void;
}

/**
 * One after another. Ctrl-C ends the waiting, and still removes what was put.
 * @returns the exit code after a signal
 */
async function probeAll(
  patient: Patient,
  { buckets, timeoutMilliseconds, report }: ProbeAll,
): Promise<number | undefined> {
  const { signal, code, end } = interruption();
  signal.addEventListener('abort', () => tell('stops, and removes what it has put: this takes a moment'));
  try {
    for (const bucket of buckets) {
      if (signal.aborted) break;
      for (const finding of await probeBucket(patient, { bucket, timeoutMilliseconds, signal })) report(finding);
    }
  } finally {
    end();
  }
  return signal.aborted ? code() : undefined;
}

const COLUMNS: readonly Column<Finding>[] = [
  { title: 'what', of: ({ check, subject }) => (subject === null ? check : `${check}: ${subject}`) },
  { title: 'level', of: ({ level }) => level, color: (text, { level }) => paint(level)(text) },
  { title: 'found', of: ({ found }) => found },
  { title: 'what to do', of: ({ todo }) => todo },
];

function paint(level: Level): (text: string) => string {
  const { red, yellow, green } = colors();
  return { ok: green, warning: yellow, failure: red }[level];
}

/** A day: uploads may wait for engines. */
const MAX_SECONDS = 86_400;

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= MAX_SECONDS) return seconds;
  throw new InvalidArgumentError(`not a number of seconds, 1 to ${MAX_SECONDS}.`);
}
