import { z } from 'zod';

/** Larger objects wait in a queue of their own, so that a few of them do not hold up a thousand small ones; bytes. */
export const LARGE_OBJECT_BYTES = 32 * 1024 ** 2;

/** How long a scan may wait for an engine where the policy does not say: the state machine's own default. */
export const DEFAULT_WAIT_SECONDS = 4 * 24 * 3600;

/**
 * What waits in the queue for an engine: a Task's input, and the token under which its execution waits. The input may
 * be of another version: whoever scans it says so to the execution, which needs the token for it.
 */
export const WaitingScan = z.looseObject({ taskToken: z.string().min(1), input: z.unknown() });
export type WaitingScan = z.infer<typeof WaitingScan>;

const Wait = z.looseObject({ policy: z.looseObject({ maxWaitSeconds: z.number().default(DEFAULT_WAIT_SECONDS) }) });

/**
 * Whether the execution has stopped waiting, so that nobody needs the verdict.
 * @param sent when the message was sent, milliseconds since 1970
 */
export function hasExpired({ input }: WaitingScan, sent: number, now: Date): boolean {
  const { data } = Wait.safeParse(input);
  return now.getTime() >= sent + (data?.policy.maxWaitSeconds ?? DEFAULT_WAIT_SECONDS) * 1000;
}

/** For people: the object that a scan is about. */
export function subjectOf({ input }: WaitingScan): string {
  const { data } = Subject.safeParse(input);
  return data === undefined ? 'an object that its message does not name' : `s3://${data.bucket}/${data.object.key}`;
}

const Subject = z.looseObject({ bucket: z.string(), object: z.looseObject({ key: z.string() }) });
