import { createHash } from 'node:crypto';

/** Groups of watched buckets. Another number moves buckets to other groups: see docs/decisions/0022. */
export const GROUPS = 6;

/**
 * The group of a bucket, which shares its nested stack and its managed policies with the others of the group. It follows
 * from the name alone: another bucket in the list must not move this one, whose rule would be missing meanwhile.
 */
export function groupOf(bucketWord: string): number {
  return createHash('sha256').update(bucketWord).digest().readUInt32BE(0) % GROUPS;
}

/** The first eight digits of a hash. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
