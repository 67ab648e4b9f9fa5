import { z } from 'zod';
import { RescanRequest } from './payloads.ts';
import { WatchedBuckets } from './watched-buckets.ts';

const json = z.string().transform((text, { addIssue }) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    addIssue('is not JSON');
    return z.NEVER;
  }
});

export const PrepareRescanInput = z.strictObject({
  request: RescanRequest,
  startTime: z.iso.datetime(),
  /** Of the state machine's definition: whoever starts an execution cannot change it. */
  watched: json.pipe(WatchedBuckets),
});
