import { randomUUID } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { Decision } from '../../../functions/domain/definitions/exemptions.ts';
import { QUARANTINE_LOG } from '../../../functions/domain/quarantine.ts';
import { explainedRefusal } from './quarantine-fault.ts';

export const ACTIONS = ['restore-started', 'restored', 'not-restored', 'deleting', 'deleted'] as const;

/** One line of the log about a copy. */
export const LogEntry = Decision.extend({
  action: z.enum(ACTIONS),
  /** ID and key of the copy in the quarantine. */
  id: z.string(),
  copy: z.string(),
  original: z.object({ bucket: z.string(), key: z.string(), version: z.string().nullable() }),
  /** Where it was restored to. */
  target: z.object({ bucket: z.string(), key: z.string(), version: z.string().nullable() }).optional(),
  /** What came of it. */
  result: z.string().optional(),
  /** SHA-256 of the content, where it was exempted. */
  exempted: z.string().optional(),
});
export type LogEntry = z.infer<typeof LogEntry>;

/**
 * Adds one entry: an object of its own, which the bucket's policy lets nobody overwrite or delete.
 * @throws Error that says what to do when it is refused; what the SDK throws
 */
export async function addToLog(s3: S3Client, bucket: string, entry: LogEntry): Promise<void> {
  const time = entry.at.replaceAll(/[-:.]/g, '');
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: `${QUARANTINE_LOG}${entry.id}/${time}-${entry.action}-${randomUUID().slice(0, 8)}.json`,
    Body: JSON.stringify(entry),
    ContentType: 'application/json',
    IfNoneMatch: '*',
  });
  await s3.send(command).catch((fault: unknown) => {
    throw explainedRefusal(fault, 'write the log of the quarantine', entry.by);
  });
}

/** What was done about one copy, oldest first. */
export async function logOf(s3: S3Client, bucket: string, id: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  let next: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: `${QUARANTINE_LOG}${id}/`, ContinuationToken: next }),
    );
    for (const { Key } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      entries.push(LogEntry.parse(JSON.parse((await Body?.transformToString()) ?? '')));
    }
    next = page.NextContinuationToken;
  } while (next !== undefined);
  return entries;
}
