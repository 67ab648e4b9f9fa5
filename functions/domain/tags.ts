import type { Tags } from './ports.ts';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export const MAX_TAGS = 10;
export const MAX_TAG_VALUE_LENGTH = 256;

const NOT_ALLOWED_IN_VALUE = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu;

/** One of our tags; lists have the most important first. */
export type VerdictTag = readonly [key: string, value: string];

/** Makes any text a valid tag value: other characters become `_`, and it is cut to 256 UTF-16 units. */
export function sanitizeTagValue(text: string): string {
  const legal = text.toWellFormed().replace(NOT_ALLOWED_IN_VALUE, '_');
  return legal.slice(0, MAX_TAG_VALUE_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
}

/**
 * The tag set for an object: all of the owner's tags, then as many of ours as fit. Our outdated tags are dropped.
 * `tagged` is false when not even our first, the status, fits; `tags` is then only the owner's set.
 */
export function mergeVerdictTags(
  current: Tags,
  ours: readonly VerdictTag[],
  ourKeys: ReadonlySet<string>,
): { readonly tags: Tags; readonly tagged: boolean } {
  const owners = withoutVerdictTags(current, ourKeys);
  const room = MAX_TAGS - Object.keys(owners).length;
  const kept = ours.slice(0, Math.max(room, 0)).map(([key, value]) => [key, sanitizeTagValue(value)] as const);
  return { tags: { ...owners, ...Object.fromEntries(kept) }, tagged: kept.length > 0 };
}

/**
 * The owner's tags alone. S3 distinguishes `scan-status` and `Scan-Status`, but an IAM condition on
 * `s3:ExistingObjectTag/scan-status` does not: the key is ours in any case.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
export function withoutVerdictTags(current: Tags, ourKeys: ReadonlySet<string>): Tags {
  const taken = new Set([...ourKeys].map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(current).filter(([key]) => !taken.has(key.toLowerCase())));
}

/** Whether two sets are equal in any order. */
export function sameTags(a: Tags, b: Tags): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
