import { findingOf } from './dialects/bucket-antivirus.ts';
import { type Dialect, dialectNamed } from './dialects/index.ts';
import type { DeployedGate } from './gate/deployed-gate.ts';

/** The stack's dialect. */
export type DialectOfStack = Pick<DeployedGate, 'dialect' | 'tagKey'>;

/** What the tags of an object say, in the words of the stack's dialect. */
export interface TaggedVerdict {
  /** null: there is no verdict. */
  readonly status: string | null;
  readonly finding: string | null;
  /** null where the dialect does not say, or says it wrongly. */
  readonly scanTime: Date | null;
  readonly definitions: string | null;
}

/** What tags say beside the status, as it is tagged; null where the dialect says nothing. */
export interface TaggedDetails {
  readonly finding: string | null;
  readonly scanTime: string | null;
  readonly definitions: string | null;
}

type Tags = ReadonlyMap<string, string>;

/** Ignores tags of other dialects. */
export function taggedDetails(all: Tags, { tagKeys }: Pick<Dialect, 'tagKeys'>): TaggedDetails {
  const tags = new Map([...all].filter(([key]) => tagKeys.has(key)));
  const signature = tags.get('av-signature');
  return {
    finding: tags.get('scan-finding') ?? (signature === undefined ? null : findingOf(signature)),
    scanTime: tags.get('scan-time') ?? tags.get('av-timestamp') ?? null,
    definitions: tags.get('scan-definitions') ?? null,
  };
}

export function taggedVerdict(tags: Tags, { dialect, tagKey }: DialectOfStack): TaggedVerdict {
  const named = dialectNamed(dialect, tagKey);
  const details = taggedDetails(tags, named);
  return { ...details, status: tags.get(named.statusTag.key) ?? null, scanTime: timeIn(details.scanTime) };
}

/** ISO 8601, or `2026/11/21 20:15:30 UTC` as in the dialect `bucket-antivirus`. */
function timeIn(text: string | null): Date | null {
  const [, year, month, day, time] = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text ?? '') ?? [];
  const date = new Date(time === undefined ? (text ?? '') : `${year}-${month}-${day}T${time}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}
