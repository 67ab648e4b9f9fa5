import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { ResultLine } from '../../functions/domain/rescan/ports.ts';

type Status = ResultLine['status'];

/** The fields that are read. */
interface Manifest {
  readonly ResultFiles?: Partial<Record<Status, readonly { readonly Key: string }[]>>;
}

/**
 * What the batches of a Map Run have left, one by one; nothing when it has no results.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 * @throws what the SDK throws
 */
export async function* resultLines(
  s3: S3Client,
  Bucket: string,
  folder: string,
  statuses: readonly Status[],
): AsyncGenerator<ResultLine> {
  const manifest = await manifestIn(s3, Bucket, folder);
  if (manifest === undefined) return;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: manifest }));
  const { ResultFiles } = JSON.parse((await Body?.transformToString()) ?? '{}') as Manifest;
  for (const status of statuses) {
    for (const { Key } of ResultFiles?.[status] ?? []) {
      const file = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const input = file.Body as Readable;
      try {
        for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
          if (line !== '') yield { status, line: JSON.parse(line) };
        }
      } finally {
        // readline does not close it when its reader stops.
        input.destroy();
      }
    }
  }
}

/** In a folder with the id of the Map Run. */
async function manifestIn(s3: S3Client, Bucket: string, Prefix: string): Promise<string | undefined> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    const manifest = Contents.find(({ Key }) => Key?.endsWith('/manifest.json'));
    if (manifest !== undefined) return manifest.Key;
  }
  return undefined;
}
