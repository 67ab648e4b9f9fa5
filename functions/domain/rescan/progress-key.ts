import type { Digest } from '../ports.ts';

/** In place of a prefix: when what was under a trusted one was last scanned by hand. No key begins like it. */
export const byHandUnder = (trustedPrefix: string): string => `\0${trustedPrefix}`;

/** Where the end of the last window stands among a stack's results. A prefix may be as long as a key, so it does not fit into one. */
export const progressKey = (sha256: Digest, bucket: string, prefix: string): string =>
  `progress/${bucket}/${sha256(prefix)}.json`;
