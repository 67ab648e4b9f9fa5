import { executionName } from './arns.ts';
import { type Digest, digestOf } from './digest.ts';
import { fromLog, statusAfter } from './events.ts';
import { type ExecutionList, type Listed, RUNNING } from './execution-list.ts';

/** The lines of a log that say when an execution began and how it ended: few of many. */
export const ABOUT_EXECUTIONS = '{ $.type = "Execution*" }';

const STARTED = 'ExecutionStarted';

interface Told extends Listed {
  readonly digest: Digest;
}

/**
 * Takes over what lines of the log say of executions. All lines of a page at once: a change of the list costs as much as
 * the list is long.
 * @returns whether anything has changed
 */
export function takeLines(list: ExecutionList, messages: readonly string[]): boolean {
  const told = new Map<string, Told>();
  for (const message of messages) {
    const { arn, event } = fromLog(message) ?? {};
    if (arn === undefined || event === undefined) continue;
    const { type, time, details } = event;
    const ended = statusAfter(event);
    const known = told.get(arn) ?? list.row(arn);
    const isNews = ended === undefined ? known === undefined && type === STARTED : known?.status !== ended;
    if (!isNews) continue;
    const before = known?.digest ?? digestOf(details.input, undefined);
    const { verdict, finding } = digestOf(undefined, details.output);
    told.set(arn, {
      ...{ arn, name: executionName(arn), status: ended ?? RUNNING },
      start: known?.start ?? time,
      stop: ended === undefined ? undefined : time,
      digest: { ...before, verdict, finding: finding ?? details.error },
    });
  }
  if (told.size === 0) return false;
  list.merge([...told.values()].map(({ digest, ...listed }) => listed));
  for (const { arn, status, digest } of told.values()) list.setDigest(arn, digest, status);
  return true;
}
