import type { Call } from '../call.ts';

/** One S3 operation: checks permissions, does its work, answers. Throws S3Error. */
export type Action = (call: Call) => Promise<void>;
