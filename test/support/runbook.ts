import { readFileSync } from 'node:fs';
import { MovableClock } from '../../emulator/clock.ts';
import type { Pipeline } from '../../local/stack/pipeline.ts';

export const PAGE = readFileSync('docs/operations/alarms.md', 'utf8');

/** Alarms that are played, and where. */
export const PLAYED: Readonly<Record<string, string>> = {
  UploadsUndelivered: 'runbook.test.ts',
  ScansFailed: 'runbook.test.ts',
  ScansAborted: 'runbook.test.ts',
  RescansUndelivered: 'runbook.test.ts',
  RescansFailed: 'runbook.test.ts',
  RescansAborted: 'runbook.test.ts',
  RescanFailures: 'runbook.test.ts',
  RequestsRefused: 'requests.test.ts',
  ScansAbandoned: 'runbook-waiting.test.ts',
  AbandonedScansLeft: 'runbook-waiting.test.ts',
  ScansWait: 'runbook-waiting.test.ts',
  ScansTimedOut: 'runbook-express.test.ts',
  DefinitionsUpdateFailed: 'runbook-definitions.test.ts',
  DefinitionsUpdatesLost: 'runbook-definitions.test.ts',
  DefinitionsRefused: 'runbook-definitions.test.ts',
  DefinitionsOld: 'runbook-definitions.test.ts',
  SignaturesOld: 'runbook-definitions.test.ts',
  ReportsFailed: 'scheduled-report.test.ts',
};

const LAMBDA = 'a metric of Lambda, which measures nothing here';
const THROTTLED = 'Step Functions has no quotas here';

/** All others, and why they are not played. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  ScansThrottled: THROTTLED,
  OverflowsThrottled: THROTTLED,
  ScansFailing: 'a math expression, which no alarm evaluates here',
  ...Object.fromEntries(
    ['ScanObject', 'ScanWaitingObject', 'ScanLargeObject', 'ScanBatch'].flatMap((scanner) => [
      [`${scanner}Throttled`, LAMBDA],
      [`${scanner}Failing`, LAMBDA],
    ]),
  ),
  LargeScansWait: 'as ScansWait, with another queue',
  OverflowsWait: 'its queue feeds a function that starts executions at once here',
  OverflowsFailed: 'as ScansFailed under STANDARD, with another state machine',
  OverflowsTimedOut: 'after 365 days, or engine.maxWaitHours, which fails it',
  OverflowsAborted: 'as ScansAborted under STANDARD, with another state machine',
  RequestsWait: 'its queue feeds a function that starts executions at once here',
  UploadRuleFailed: 'EventBridge has no metrics here; UploadsUndelivered is the same fault',
  UploadsLost: 'EventBridge has no metrics here; a stack whose rules may not use their queue does not start',
  NotificationsUndelivered: 'SNS has no metrics here',
  RescansTimedOut: 'after seven days, in which the emulator would play every batch',
  ReportsTimedOut: 'after seven days, as RescansTimedOut',
  ReportsAborted: 'as RescansAborted, with another state machine',
  RescanLate: 'missing data is not evaluated here; alarm-history.ts plays it',
};

/** The words of its heading on the page. */
export const alarmsOnPage = (): string[] => [...PAGE.matchAll(/^### (.+?)…?$/gm)].map(([, title = '']) => title).sort();

/** The section, and those that it sends its reader to. */
export function sectionsOf(alarm: string, seen = new Set<string>()): string {
  if (seen.has(alarm)) return '';
  seen.add(alarm);
  const [, text = ''] = new RegExp(`^##+ ${alarm}…?\\n(.*?)(?=^##+ |(?!.))`, 'ms').exec(PAGE) ?? [];
  const others = [...text.matchAll(/\[([^\]]+)\]\(#([\w-]+)\)/g)].map(([, , anchor = '']) => titleOf(anchor));
  return [text, ...others.map((title) => sectionsOf(title, seen))].join('\n');
}

const titleOf = (anchor: string): string =>
  [...PAGE.matchAll(/^##+ (.+?)…?$/gm)].map(([, title = '']) => title).find((title) => slug(title) === anchor) ?? '';
const slug = (title: string) => title.toLowerCase().replaceAll(' ', '-');

const isNamed = (alarm: string, logicalId: string) => new RegExp(`${alarm}[0-9A-F]{8}$`).test(logicalId);

/** How often it has gone off so far. */
export const rung = ({ alarms }: Pipeline, alarm: string): number =>
  alarms.rung().filter((id) => isNamed(alarm, id)).length;

/** Logical ids of the alarms that are on now. */
export const alarmsOn = ({ alarms }: Pipeline): string[] =>
  alarms.states().flatMap(({ alarm, wentOffAt }) => (wentOffAt === undefined ? [] : [alarm.logicalId]));

export const isOn = (pipeline: Pipeline, alarm: string): boolean => alarmsOn(pipeline).some((id) => isNamed(alarm, id));

/** The longest period of an alarm, and a tick more. */
export const LONGEST_PERIOD_MILLISECONDS = 5 * 3_600_000 + 300_000;

const HALF_A_DAY_MILLISECONDS = 12 * 3_600_000;

/** So far behind that it can be moved by hours, and what happens then has happened for a command, whose clock nobody moves. */
export class EarlierClock extends MovableClock {
  override now(): number {
    return super.now() - HALF_A_DAY_MILLISECONDS;
  }
}
