import pc from 'picocolors';
import { oneLine } from '../../functions/domain/one-line.ts';

export const FORMATS = ['table', 'json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** How everything is printed: the global options, read once before a command runs. */
export interface OutputSettings {
  /** undefined: a table on a terminal, else lines whose cells a tab separates. */
  readonly format: Format | undefined;
  readonly quiet: boolean;
  readonly color: boolean;
}

let settings: OutputSettings = { format: undefined, quiet: false, color: true };

export function setOutput(chosen: OutputSettings): void {
  settings = chosen;
}

export const outputSettings = (): OutputSettings => settings;

/** Whether a command that prints something else than rows is to print JSON. */
export const asJson = (): boolean => settings.format === 'json';

/** Colors of stdout, or of another stream: none without a terminal, with NO_COLOR, and with --no-color. */
export function colors(stream: NodeJS.WriteStream = process.stdout) {
  const { NO_COLOR, TERM } = process.env;
  return pc.createColors(settings.color && stream.isTTY === true && !NO_COLOR && TERM !== 'dumb');
}

/** A line of output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a progress line to stderr, which --quiet leaves out; stdout stays machine-readable. */
export function tell(line: string): void {
  if (!settings.quiet) process.stderr.write(`${line}\n`);
}

/** What must be read before a question is answered, also with --quiet. */
export function notice(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** What must be read, also with --quiet. */
export function warn(line: string): void {
  process.stderr.write(`${colors(process.stderr).yellow('warning:')} ${line}\n`);
}

/** Why a command failed: one line, whoever wrote the text. */
export function complain(line: string): void {
  process.stderr.write(`${colors(process.stderr).red('error:')} ${oneLine(line)}\n`);
}

/** `| head` closes stdout: nobody reads what would come. */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (fault: NodeJS.ErrnoException) => {
      if (fault.code !== 'EPIPE') throw fault;
      process.exit(128 + 13);
    });
  }
}
