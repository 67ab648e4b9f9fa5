import type { ListedVersion } from '../../functions/domain/object-versions.ts';
import type { Story } from './execution-story.ts';
import type { StartsOnUpload } from './starts-on-upload.ts';

export interface NoVerdict {
  readonly version: ListedVersion;
  readonly key: string;
  /** When the stack was created, as far as that is known. */
  readonly stackCreated: Date | undefined;
  readonly starts: StartsOnUpload;
  /** The trusted prefix that its key has. */
  readonly trusted: string | undefined;
  /** What the last execution of this version did; undefined when none was found. */
  readonly story: Story | undefined;
  readonly now: Date;
}

/** So long an event, or a line of a log, may take to arrive. */
const ARRIVAL_MILLISECONDS = 60_000;
/** Where a Task waits for an engine. */
const WAITS = new Set(['Scan Object', 'Scan Large Object']);

/** Why a version has no verdict, and what to do. */
export function whyNoVerdict(facts: NoVerdict): string {
  const { version, stackCreated, starts, story, now } = facts;
  if (version.content === undefined) return 'a delete marker, which has no content';
  if (facts.trusted !== undefined)
    return `nothing under ${facts.trusted} is scanned: readable, since only trusted roles write there`;
  if (story !== undefined) return whyOf(story);
  const age = now.getTime() - version.lastModified.getTime();
  if (stackCreated !== undefined && version.lastModified < stackCreated) {
    return 'older than the stack: airlock scan, or airlock rescan --strategy unscanned for all of them';
  }
  if (!starts.enabled) return 'the rule of its bucket is disabled, which starts a scan for each upload';
  if (starts.reasons.length === 0) return 'filtered out: the configuration has no scans for this key';
  if (age < ARRIVAL_MILLISECONDS) return 'uploaded just now: its event is on the way';
  const marker = facts.key.endsWith('/') && version.content.size === 0 ? 'a folder marker without content; ' : '';
  if (!starts.all) {
    return `${marker}no execution was found, and only ${starts.reasons.join(', ')} start one: airlock scan`;
  }
  return `${marker}no execution was found: airlock redrive uploads --dry-run prints what could not start; airlock scan starts one`;
}

function whyOf({ visits, end }: Story): string {
  const last = visits.at(-1);
  if (end !== undefined) {
    const error = [end.error, end.cause].filter(Boolean).join(': ');
    return end.status === 'SUCCEEDED'
      ? 'its execution ended, and the tag is missing: airlock scan starts another one'
      : `its execution ${end.status}${error === '' ? '' : `: ${error}`}`;
  }
  if (last === undefined) return 'running: it has just begun';
  const since = `since ${last.entered.toISOString()}`;
  if (WAITS.has(last.state))
    return `waiting for an engine, or being scanned, ${since}: airlock waiting prints the queue`;
  return `running: in ${last.state} ${since}`;
}
