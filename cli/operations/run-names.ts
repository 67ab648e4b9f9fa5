import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { type NamedObject, namesIn } from '../../functions/domain/rescan/named.ts';

/** An object of a rescan that failed, is infected, or has another verdict than before. */
export interface RunObject extends Omit<NamedObject, 'change' | 'etag'> {
  readonly what: 'failed' | 'infected' | 'changed';
}

/**
 * What the results of a run say by name, batch by batch.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 * @param onMore told of those for which a batch had no room
 * @throws what the SDK throws
 */
export async function* runObjects(
  s3: S3Client,
  { resultsBucket: Bucket, runName }: { readonly resultsBucket: string; readonly runName: string },
  onMore: (objects: number) => void = () => undefined,
): AsyncGenerator<RunObject> {
  const manifest = await manifestOf(s3, Bucket, runName);
  if (manifest === undefined) return;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: manifest }));
  const { ResultFiles } = JSON.parse((await Body?.transformToString()) ?? '{}') as Manifest;
  for (const status of STATUSES) {
    for (const { Key } of ResultFiles?.[status] ?? []) {
      const file = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const input = file.Body as Readable;
      try {
        for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
          if (line === '') continue;
          const { objects, more } = namesIn(status, JSON.parse(line));
          if (more > 0) onMore(more);
          for (const { change: _, etag: __, ...object } of objects) yield { what: whatOf(object), ...object };
        }
      } finally {
        // readline does not close it when its reader stops.
        input.destroy();
      }
    }
  }
}

/** The fields that are read. */
interface Manifest {
  readonly ResultFiles?: Partial<Record<(typeof STATUSES)[number], readonly { readonly Key: string }[]>>;
}

/** Those that never started are not named. */
const STATUSES = ['SUCCEEDED', 'FAILED'] as const;

function whatOf({ error, problem, status }: NamedObject): RunObject['what'] {
  if (error !== undefined || problem !== undefined) return 'failed';
  return status === 'INFECTED' ? 'infected' : 'changed';
}

/** In a folder with the id of the Map Run. */
async function manifestOf(s3: S3Client, Bucket: string, runName: string): Promise<string | undefined> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: `runs/${runName}/` })) {
    const manifest = Contents.find(({ Key }) => Key?.endsWith('/manifest.json'));
    if (manifest !== undefined) return manifest.Key;
  }
  return undefined;
}

/** For people: why it failed, or what was found. */
export function reasonOf({ error, cause, problem, finding }: RunObject): string {
  if (error !== undefined) return [error, cause].filter(Boolean).join(': ');
  return [problem && PROBLEMS[problem], finding].filter(Boolean).join(': ');
}

const PROBLEMS: Readonly<Record<NonNullable<NamedObject['problem']>, string>> = {
  'not-tagged': 'its new verdict could not be written',
  'not-removed': 'malware that could not be moved or deleted',
  'not-notified': 'its new verdict could not be reported',
};
