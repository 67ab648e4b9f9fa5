import { z } from 'zod';
import { CopyRefused } from '../errors.ts';

/** Bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

/** Where clean objects of a bucket are copied to; part of the policy that an execution's input shows. */
export const CopyTo = z.strictObject({
  bucket: z.string().min(1),
  /** Before the object's own key. */
  prefix: z.string().default(''),
});
export type CopyTo = z.infer<typeof CopyTo>;

/** A copy, as notifications name it; without versioning there is no `versionId`. */
export const CopiedTo = z.strictObject({
  bucket: z.string().min(1),
  key: z.string().min(1),
  versionId: z.string().min(1).nullable(),
});
export type CopiedTo = z.infer<typeof CopiedTo>;

export interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** @throws CopyRefused when S3 has no room for the prefix before the key */
export function placeOf({ bucket, prefix }: CopyTo, key: string): Place {
  const place = { bucket, key: `${prefix}${key}` };
  const bytes = new TextEncoder().encode(place.key).length;
  if (bytes <= MAX_KEY_BYTES) return place;
  throw new CopyRefused(`with the prefix ${prefix} the key would have ${bytes} bytes, S3 accepts ${MAX_KEY_BYTES}`);
}
