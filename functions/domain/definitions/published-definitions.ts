import { z } from 'zod';
import { Decision } from './exemptions.ts';

/** Folder of the sets, one subfolder for each. */
export const VERSIONS = 'versions/';

/** A scanner or another update may still be using a younger folder. */
const KEEP_MILLISECONDS = 24 * 3_600_000;

/** Key of the object that names the published definitions. */
export const CURRENT_KEY = 'current.json';

/** No path, no hidden file, and not longer than a file name may be. */
const FILE_NAME = /^[A-Za-z0-9][\w.+-]{0,199}$/;

export const DefinitionsFile = z.object({
  name: z.string().regex(FILE_NAME, 'is not a file name'),
  /** Bytes. */
  size: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256'),
  /** When it was last downloaded: freshclam asks the mirror for anything newer. */
  modified: z.iso.datetime(),
});
export type DefinitionsFile = z.infer<typeof DefinitionsFile>;

/** Keeps an earlier set in use: nothing is published before its end. */
export const Hold = Decision.extend({ until: z.iso.datetime() });
export type Hold = z.infer<typeof Hold>;

/** The content of `current.json`. Open, unlike payloads: a scanner may be older than the publisher. */
export const PublishedDefinitions = z.object({
  /** As in the tag `scan-definitions`. */
  version: z.string().min(1),
  /** Folder of the files; never used twice, so that a file under its key never changes. */
  prefix: z.string().regex(/^versions\/[\w.+-]+\/$/, 'is not a folder of versions/'),
  files: z.array(DefinitionsFile).min(1),
  publishedAt: z.iso.datetime(),
  /** When the mirror last had nothing newer. */
  checkedAt: z.iso.datetime(),
  /** When the newest official set was built; null if there are only custom definitions. */
  signaturesTime: z.iso.datetime().nullable(),
  /** Signatures of the operators' list that it ignores. */
  ignored: z.array(z.string()).optional().catch(undefined),
  // Written by a command: scanners must not end over it, and updates go on.
  hold: Hold.optional().catch(undefined),
});
export type PublishedDefinitions = z.infer<typeof PublishedDefinitions>;

/** Whether an operator keeps the set in use. */
export const isHeld = ({ hold }: Pick<PublishedDefinitions, 'hold'>, now: Date): boolean =>
  hold !== undefined && now.getTime() < Date.parse(hold.until);

/** The key of the description of a published set, for a way back to it: `current.json` as it was first. */
export const manifestKey = ({ prefix }: Pick<PublishedDefinitions, 'prefix'>): string => `${prefix}manifest.json`;

/** The key of one file of a published set. */
export function keyOf(set: Pick<PublishedDefinitions, 'prefix'>, file: Pick<DefinitionsFile, 'name'>): string {
  return `${set.prefix}${file.name}`;
}

/** `versions/20261121T211556123Z-27500/` */
export function newPrefix(now: Date, version: string): string {
  return `${VERSIONS}${now.toISOString().replaceAll(/[-:.]/g, '')}-${version}/`;
}

/** Whether both have the same content, regardless of download times. */
export function sameContent(some: readonly DefinitionsFile[], others: readonly DefinitionsFile[]): boolean {
  const list = (files: readonly DefinitionsFile[]) => files.map(contentOf).sort();
  return JSON.stringify(list(some)) === JSON.stringify(list(others));
}

/** The files whose content is not among the others under the same name. */
export function filesNotIn(
  files: readonly DefinitionsFile[],
  others: readonly DefinitionsFile[],
): readonly DefinitionsFile[] {
  const known = new Set(others.map(contentOf));
  return files.filter((file) => !known.has(contentOf(file)));
}

function contentOf({ name, sha256 }: DefinitionsFile): string {
  return `${name} ${sha256}`;
}

/** Whether an object of `versions/` belongs to no set to keep and nothing uses it any more; times in milliseconds. */
export function isOutdated(
  { key, modified }: { readonly key: string; readonly modified: number },
  keep: readonly Pick<PublishedDefinitions, 'prefix'>[],
  now: number,
): boolean {
  return !keep.some(({ prefix }) => key.startsWith(prefix)) && now - modified > KEEP_MILLISECONDS;
}
