import type { S3Client } from '@aws-sdk/client-s3';
import { resultLines } from '../../functions/adapters/report/result-lines.ts';
import { type NamedObject, namesIn } from '../../functions/domain/rescan/named.ts';

/** An object of a rescan that failed, is infected, or has another verdict than before. */
export interface RunObject extends Omit<NamedObject, 'change' | 'etag'> {
  readonly what: 'failed' | 'infected' | 'changed';
}

/**
 * What the results of a run say by name, batch by batch.
 * @param onMore told of those for which a batch had no room
 * @throws what the SDK throws
 */
export async function* runObjects(
  s3: S3Client,
  { resultsBucket, runName }: { readonly resultsBucket: string; readonly runName: string },
  onMore: (objects: number) => void = () => undefined,
): AsyncGenerator<RunObject> {
  // Those that never started are not named.
  const run = { bucket: resultsBucket, folder: `runs/${runName}/`, statuses: ['SUCCEEDED', 'FAILED'] as const };
  for await (const { status, line } of resultLines(s3, run)) {
    const { objects, more } = namesIn(status, line);
    if (more > 0) onMore(more);
    for (const { change: _, etag: __, ...object } of objects) yield { what: whatOf(object), ...object };
  }
}

function whatOf({ error, problem, status }: NamedObject): RunObject['what'] {
  if (error !== undefined || problem !== undefined) return 'failed';
  return status === 'INFECTED' ? 'infected' : 'changed';
}

/** For people: why it failed, or what was found. */
export function reasonOf({ error, cause, problem, finding }: RunObject): string {
  if (error !== undefined) return [error, cause].filter(Boolean).join(': ');
  return [problem && PROBLEMS[problem], finding].filter(Boolean).join(': ');
}

const PROBLEMS: Readonly<Record<NonNullable<NamedObject['problem']>, string>> = {
  'not-tagged': 'its new verdict could not be written',
  'not-removed': 'malware that could not be moved or deleted',
  'not-copied': 'it is CLEAN and could not be copied',
  'not-notified': 'its new verdict could not be reported',
};
