import type { Dialect } from '../dialects/index.ts';
import { isTrusted } from '../gate/trusted.ts';
import type { Tags } from '../ports.ts';
import { mergeVerdictTags, sameTags, sanitizeTagValue } from '../tags.ts';
import type { ScanStatus, Verdict } from '../verdict.ts';
import { DEFAULT_AGE_STEPS, isDue, type Window } from './age-steps.ts';

export const STRATEGIES = ['all', 'unscanned', 'due', 'stale'] as const;

export type Strategy = (typeof STRATEGIES)[number];

/** Why a listed object was not scanned. */
export const SKIPPED = {
  notDue: 'not-due',
  hasVerdict: 'has-verdict',
  upToDate: 'up-to-date',
  /** Outside the prefixes and suffixes whose uploads are scanned. */
  filtered: 'filtered',
  /** Under a prefix that is trusted. */
  trusted: 'trusted',
  /** Glacier Flexible Retrieval, Deep Archive, or an archive tier. */
  archived: 'archived',
  gone: 'gone',
  replaced: 'replaced',
  /** The run ended before this object's turn. */
  notStarted: 'not-started',
} as const;

/** Reasons of the strategy, not of the object's state. */
export const NOT_SELECTED: ReadonlySet<string> = new Set([
  SKIPPED.notDue,
  SKIPPED.hasVerdict,
  SKIPPED.upToDate,
  SKIPPED.filtered,
  SKIPPED.trusted,
  SKIPPED.notStarted,
]);

const ARCHIVES = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Whether an object of this class can only be read after it was restored. */
export const isArchived = (storageClass: string): boolean => ARCHIVES.has(storageClass);

/** What a listing returns; `lastModified` in milliseconds. */
export interface Listed {
  readonly key: string;
  readonly lastModified: number;
  /** Bytes. */
  readonly size: number;
  readonly storageClass: string;
}

/** As those of upload rules: a key begins with one of the prefixes and ends with one of the suffixes, which do not overlap. */
export interface KeyFilters {
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** Prefixes of keys that are not scanned. */
  readonly trusted?: readonly string[] | undefined;
}

export function passes(key: string, { prefixes, suffixes }: KeyFilters): boolean {
  const ends = suffixes.length === 0 ? [''] : suffixes;
  const fits = (prefix: string, suffix: string) =>
    key.startsWith(prefix) && key.endsWith(suffix) && key.length >= prefix.length + suffix.length;
  return (prefixes.length === 0 ? [''] : prefixes).some((prefix) => ends.some((suffix) => fits(prefix, suffix)));
}

/** Why the object is not scanned, judging by the listing alone; null when the listing gives no reason. */
export function skipByListing(
  strategy: Strategy,
  object: Listed,
  window: Window,
  filters: KeyFilters,
  ages: readonly number[] = DEFAULT_AGE_STEPS,
): string | null {
  if (isTrusted(object.key, filters.trusted ?? [])) return SKIPPED.trusted;
  if (!passes(object.key, filters)) return SKIPPED.filtered;
  if (strategy === 'due' && !isDue(object.lastModified, window, ages)) return SKIPPED.notDue;
  return isArchived(object.storageClass) ? SKIPPED.archived : null;
}

export function readsTagsFirst(strategy: Strategy): boolean {
  return strategy === 'unscanned' || strategy === 'stale';
}

/** Why the object is not scanned, judging by its tags; null when they give no reason. */
export function skipByTags(
  strategy: Strategy,
  object: Pick<Listed, 'size'>,
  tags: Tags,
  dialect: Dialect,
  definitions: string,
): string | null {
  const status = tags[dialect.statusTag.key];
  if (strategy === 'unscanned') return status === undefined ? null : SKIPPED.hasVerdict;
  if (strategy !== 'stale' || status === undefined) return null;
  return isStale(object, status, tags[DEFINITIONS_TAG], definitions) ? null : SKIPPED.upToDate;
}

/** Only in the dialect `airlock`. */
export const DEFINITIONS_TAG = 'scan-definitions';

/** Verdicts that are reached without the engine: content of a refused type, or too large. */
const ASKED_NO_ENGINE: ReadonlySet<string> = new Set<ScanStatus>(['REJECTED', 'UNSCANNABLE']);

function isStale({ size }: Pick<Listed, 'size'>, status: string, tag: string | undefined, current: string): boolean {
  if (tag !== undefined) return isOlder(tag, sanitizeTagValue(current));
  // Objects that are empty, of a refused type or too large are not scanned: new definitions change nothing.
  return size > 0 && !ASKED_NO_ENGINE.has(status);
}

/** ClamAV numbers its daily sets; custom definitions have no order, so any different version counts as older. */
function isOlder(tag: string, current: string): boolean {
  const [mine, theirs] = [officialNumber(tag), officialNumber(current)];
  if (mine !== undefined && theirs !== undefined && mine !== theirs) return mine < theirs;
  return tag !== current;
}

function officialNumber(version: string): number | undefined {
  const digits = /^\d+(?=\+|$)/.exec(version)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Whether the object's tags already state the verdict. Time and definitions are ignored: updating them would cost
 * one request per object and gain readers nothing.
 */
export function confirms(current: Tags, verdict: Verdict, dialect: Dialect): boolean {
  if (current[dialect.statusTag.key] === undefined) return false;
  const { tags } = mergeVerdictTags(current, dialect.tags(verdict), dialect.tagKeys);
  const said = (set: Tags) =>
    Object.fromEntries(Object.entries(set).filter(([key]) => !dialect.provenanceKeys.has(key)));
  return sameTags(said(current), said(tags));
}
