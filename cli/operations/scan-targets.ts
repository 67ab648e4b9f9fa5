import { z } from 'zod';
import { oneLine } from '../../functions/domain/one-line.ts';
import { readS3Uri } from './s3-uri.ts';
import type { ScanTarget } from './scan-objects.ts';

const Named = z.object({ bucket: z.string().min(1), key: z.string().min(1), versionId: z.string().min(1).nullish() });

/**
 * Targets from lines: `s3://BUCKET/KEY`, or `{"bucket", "key", "versionId"}` for keys that have a line break in them.
 * A line that is neither becomes an Error, and the others go on.
 */
export async function* targetsIn(lines: AsyncIterable<string>): AsyncGenerator<ScanTarget | Error> {
  for await (const line of lines) {
    if (line.trim() === '') continue;
    try {
      yield line.startsWith('{') ? objectIn(line) : readS3Uri(line);
    } catch (fault) {
      yield fault as Error;
    }
  }
}

function objectIn(line: string): ScanTarget {
  const { success, data } = Named.safeParse(json(line));
  if (!success) throw new Error(`${oneLine(line)} is not {"bucket", "key", "versionId"}`);
  return { bucket: data.bucket, key: data.key, versionId: data.versionId ?? undefined };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
