import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';
import { addsUp } from '../support/rescans.ts';
import { checkAction, checkTold, RETRIES, type Run, wasGivenUp } from './check-verdict.ts';
import { nameOf } from './ledger.ts';
import type { Rescans, RescanVerdict, Round, Seen } from './rescans.ts';
import { SERVICES, type Told } from './told.ts';
import type { Tries } from './tries.ts';

interface Ending {
  readonly errors: readonly (string | undefined)[];
  /** The task that failed. */
  readonly task?: string;
}

/** How a rescan may end. One false "not found" is InvalidInput when it is about the bucket, ObjectGone about results. */
const ENDINGS: Readonly<Record<string, Ending>> = {
  'Rescan Completed': { errors: [undefined] },
  'Too Many Failures': { errors: ['States.ExceedToleratedFailureThreshold'] },
  'Rescan Refused': { errors: ['StorageUnavailable', 'InvalidInput'], task: 'Prepare Rescan' },
  'Rescan Failed': { errors: ['StorageUnavailable', 'ObjectGone'], task: 'Summarize Rescan' },
  'Notification Failed': { errors: ['NotificationFailed', 'AccessDenied'], task: 'Notify Rescan' },
};
const RETRIED = new Set<string | undefined>(['StorageUnavailable', 'NotificationFailed']);

export interface RescanRun extends Run {
  readonly rescans: Rescans;
  readonly tries: Tries;
  readonly summaries: Told<RescanSummary>;
}

/** Each rescan ended well or with a known error, and its totals are what it reported and what the bucket shows. */
export function checkRescans(run: RescanRun): void {
  for (const round of run.rescans.unchecked()) {
    for (const result of round.runs) checkEnding(run, round, result);
    const undone = round.verdicts.filter((verdict) => checkVerdict(run, verdict));
    checkTotals(run, round, undone.length);
    if (round.before === undefined) run.ledger.count('rescans: verdicts beside uploads', round.verdicts.length);
  }
  for (const { bucket, key, etag } of run.tries.spent('tag-object')) run.failures.action.add(nameOf(bucket, key, etag));
}

/** undefined when the rescan failed before it had one. */
export function summaryOf({ output, lastInput }: ExecutionResult): RescanSummary | undefined {
  return (output ?? (lastInput as { summary?: unknown }).summary) as RescanSummary | undefined;
}

function checkEnding({ ledger, denied, summaries }: RescanRun, { bucket }: Round, result: ExecutionResult): void {
  const { arn, status, error, cause, states, retries } = result;
  const complain = (what: string) => ledger.complain({ bucket, key: arn }, what);
  const last = states.at(-1) ?? '';
  ledger.count(`${last}: ${error ?? status}`);
  const ending = ENDINGS[last];
  if (!ending?.errors.includes(error)) complain(`${status} in ${last}: ${error}: ${cause}`);
  if (RETRIED.has(error) && retries[ending?.task ?? ''] !== RETRIES)
    complain(`gave up before all retries: ${error} in ${last}`);
  if (error === 'InvalidInput' && !/does not exist/.test(cause ?? '')) complain(`${error}: ${cause}`);
  if (error === 'AccessDenied' && !denied.has(arn)) complain('nothing was denied');

  const summary = summaryOf(result);
  if ((summary === undefined) !== (last === 'Rescan Refused' || last === 'Rescan Failed'))
    complain('a summary too many, or too few');
  for (const service of SERVICES) {
    const messages = summaries.by(service, arn);
    if (messages.length === 0 && last !== 'Notification Failed' && summary) complain(`not reported by ${service}`);
    if (!messages.every((message) => isDeepStrictEqual(message, summary)))
      complain(`${service} reported another summary`);
  }
  if (summary !== undefined) checkSummary(summary, result, complain);
}

function checkSummary(summary: RescanSummary, result: ExecutionResult, complain: (what: string) => void): void {
  const { toleratedFailurePercentage } = result.lastInput as { toleratedFailurePercentage?: number };
  const { listed, failed, status } = summary;
  if (!addsUp(summary)) complain(`does not add up: ${JSON.stringify(summary)}`);
  if (summary.runId !== result.arn) complain(`says that it is ${summary.runId}`);
  const last = result.states.at(-1);
  const tolerated = failed * 100 <= listed * (toleratedFailurePercentage ?? 0);
  if (tolerated !== (status === 'SUCCEEDED')) complain(`${status} with ${failed} of ${listed} failed`);
  if (last !== 'Notification Failed' && status !== result.status) complain(`${result.status}, and says ${status}`);
}

/** @returns whether the rescan must count it as failed: it was not reported, or malware was not moved or deleted */
function checkVerdict(run: RescanRun, verdict: RescanVerdict): boolean {
  const { ledger, denied } = run;
  const { scanId, content, finding, scanTime, outcome, tries } = verdict;
  if (wasGivenUp(finding)) ledger.givenUp(content);
  const status = ledger.mayBe(content, verdict.status) ? verdict.status : ledger.expectedOf(content);
  const { bucket, key, etag } = content;
  const hash = createHash('sha256').update(key).digest('hex');
  if (!scanId.endsWith(`/${hash}`)) ledger.complain(content, `reported as ${scanId}, without /${hash}`);
  const gaveUp = denied.has(scanId) || tries > RETRIES;
  const untold = checkTold(run, { scanId, content, status, outcome, gaveUp });
  const left = checkAction(run, content, outcome, status);
  if (left) {
    run.failures.action.add(nameOf(bucket, key, etag));
    const spent = [run.tries.of('quarantine-object', content, scanTime), run.tries.of('delete-object', content)];
    if (!spent.some((count) => count > RETRIES)) ledger.complain(content, `left there before all retries by ${scanId}`);
  }
  ledger.count(`rescans: ${outcome.action} in ${bucket}`);
  ledger.count('rescans: retries of notify', tries - 1);
  for (const task of ['tag-object', 'quarantine-object']) {
    ledger.count(`rescans: retries of ${task}`, Math.max(0, run.tries.of(task, content, scanTime) - 1));
  }
  return untold || left || denied.has(scanId);
}

function checkTotals(run: RescanRun, { bucket, runs, verdicts, before }: Round, undone: number): void {
  const { ledger } = run;
  const summaries = runs.map(summaryOf).filter((summary) => summary !== undefined);
  const of = (count: 'scanned' | 'failed' | 'changed' | 'infected') =>
    summaries.reduce((sum, summary) => sum + summary[count], 0);
  ledger.count('rescans: objects scanned', of('scanned'));
  ledger.count('rescans: objects failed', of('failed'));
  // Without a summary there is nothing to compare.
  if (summaries.length < runs.length) return;

  const complain = (what: string) => ledger.complain({ bucket, key: runs.map(({ arn }) => arn).join() }, what);
  const found = verdicts.filter(({ status }) => status === 'INFECTED').length;
  if (of('changed') !== verdicts.length) complain(`${of('changed')} changed, ${verdicts.length} reported`);
  if (of('infected') < found) complain(`${of('infected')} infected, ${found} reported`);
  if (of('failed') < undone) complain(`${of('failed')} failed, ${undone} not reported, moved or deleted`);
  if (before === undefined) return;
  const given = verdicts.filter(({ finding }) => wasGivenUp(finding));
  const givenUp = new Set(given.map(({ content: { bucket, key, etag } }) => nameOf(bucket, key, etag)));
  for (const summary of summaries) checkAgainst(run, before, summary, givenUp, complain);
}

/** Compares a summary with what the bucket held before the rescan, and holds now. */
function checkAgainst(
  { ledger, storage }: RescanRun,
  before: readonly Seen[],
  { listed, failed, changed, infected, skipped }: RescanSummary,
  givenUp: ReadonlySet<string>,
  complain: (what: string) => void,
): void {
  const { gone = 0, replaced = 0, ...others } = skipped;
  const open = failed + gone + replaced;
  const saidOf = ({ bucket, key, etag }: Seen['content']) =>
    givenUp.has(nameOf(bucket, key, etag)) ? 'UNSCANNABLE' : ledger.expectedOf({ bucket, key, etag });
  const malware = before.filter(({ content }) => saidOf(content) === 'INFECTED');
  const wrong = before.filter(({ content, status }) => saidOf(content) !== status);
  const still = wrong.filter(({ content, status }) => storage.holds(content) && storage.statusOf(content) === status);
  const isOf = (count: number, all: readonly Seen[]) => count <= all.length && count >= all.length - open;
  const left = `, ${open} left out`;
  if (listed !== before.length) complain(`listed ${listed} of ${before.length}`);
  if (Object.keys(others).length > 0) complain(`skipped ${JSON.stringify(others)}`);
  if (!isOf(infected, malware)) complain(`found ${infected} of ${malware.length} infected${left}`);
  if (!isOf(changed, wrong)) complain(`changed ${changed} of ${wrong.length} wrong verdicts${left}`);
  if (still.length > open) complain(`${still.length} are still wrong${left}`);
}
