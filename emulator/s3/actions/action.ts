import type { Call } from '../call.ts';

/** One S3 operation: asks for its permissions, does its work, answers. Throws S3Error. */
export type Action = (call: Call) => Promise<void>;
