import { z } from 'zod';
import { ScanObjectInput } from './payloads.ts';

/** Larger objects wait in a queue of their own, so that a few of them do not hold up a thousand small ones; bytes. */
export const LARGE_OBJECT_BYTES = 32 * 1024 ** 2;

/** How long a scan may wait for an engine where the policy does not say: the state machine's own default. */
export const DEFAULT_WAIT_SECONDS = 4 * 24 * 3600;

/** What waits in the queue for an engine: a Task's input, and the token under which its execution waits. */
export const WaitingScan = z.strictObject({ taskToken: z.string().min(1), input: ScanObjectInput });
export type WaitingScan = z.infer<typeof WaitingScan>;

/**
 * Whether the execution has stopped waiting, so that nobody needs the verdict.
 * @param sent when the message was sent, milliseconds since 1970
 */
export function hasExpired({ input }: WaitingScan, sent: number, now: Date): boolean {
  const { maxWaitSeconds = DEFAULT_WAIT_SECONDS } = input.policy;
  return now.getTime() >= sent + maxWaitSeconds * 1000;
}
