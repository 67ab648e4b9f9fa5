import { z } from 'zod';
import { InvalidInput } from '../errors.ts';
import { parseInput } from '../parse-input.ts';

/** One object that somebody wants scanned. */
export interface ScanRequest {
  readonly bucket: string;
  /** What the key may be, the likeliest first: not everybody who writes such records encodes keys as S3 does. */
  readonly keys: readonly [string, ...string[]];
  /** Absent: the current version. */
  readonly versionId?: string;
  /** As it was sent: what the dead-letter queue gets when the request is refused. */
  readonly sent: unknown;
}

/** What a message asks for. */
export interface RequestMessage {
  readonly requests: readonly ScanRequest[];
  /** When SNS took it; the same for each delivery. */
  readonly sentAt: Date;
}

const Envelope = z.looseObject({
  Type: z.literal('Notification'),
  Timestamp: z.iso.datetime({ offset: true }),
  Message: z.string(),
});

const S3Record = z.looseObject({
  eventName: z.string().optional(),
  s3: z.looseObject({
    bucket: z.looseObject({ name: z.string().min(1) }),
    object: z.looseObject({ key: z.string().min(1), versionId: z.string().min(1).optional() }),
  }),
});

const S3Event = z.looseObject({ Records: z.array(S3Record) });
const ByName = z.strictObject({
  bucket: z.string().min(1),
  key: z.string().min(1).max(1024),
  version: z.string().min(1).optional(),
});

/** S3 sends it once when a topic is entered in a bucket's notifications. */
const TestEvent = z.looseObject({ Event: z.literal('s3:TestEvent') });

/** What S3 calls events after which there is something new to scan; with and without the prefix `s3:`. */
const CREATED = /^(s3:)?ObjectCreated:/;

/**
 * Reads a message of the topic of requests: an event as S3 writes it, with any number of records, or one object by name.
 * Of an event only bucket, key and version are used. Records of what is no upload, such as deletions, ask for nothing.
 * @param body what SNS puts into a queue
 * @throws InvalidInput naming what is wrong, and its value
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function readRequestMessage(body: string): RequestMessage {
  const { Message, Timestamp } = parseInput(Envelope, jsonOf(body, 'the message of SNS'));
  return { requests: requestsIn(Message), sentAt: new Date(Timestamp) };
}

/**
 * The same for what was published.
 * @throws InvalidInput
 */
export function requestsIn(message: string): readonly ScanRequest[] {
  const content = jsonOf(message, 'the message');
  if (TestEvent.safeParse(content).success) return [];
  if (content !== null && typeof content === 'object' && 'Records' in content) {
    const { Records } = parseInput(S3Event, content);
    return Records.flatMap((record) => {
      const { eventName, s3 } = record;
      if (eventName !== undefined && !CREATED.test(eventName)) return [];
      const { versionId } = s3.object;
      return {
        bucket: s3.bucket.name,
        keys: keysOf(s3.object.key),
        ...(versionId !== undefined && { versionId }),
        sent: { Records: [record] },
      };
    });
  }
  const { bucket, key, version } = parseInput(ByName, content);
  return [{ bucket, keys: [key], ...(version !== undefined && { versionId: version }), sent: content }];
}

/** S3 encodes the keys of its events like a form. A script may have written the key as it is, with a `+` or a `%` in it. */
function keysOf(key: string): ScanRequest['keys'] {
  try {
    const decoded = decodeURIComponent(key.replaceAll('+', ' '));
    return decoded === key ? [key] : [decoded, key];
  } catch {
    return [key];
  }
}

function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInput(`${what} is not JSON: ${JSON.stringify(text.slice(0, SHOWN_CHARACTERS))}`);
  }
}

const SHOWN_CHARACTERS = 100;
