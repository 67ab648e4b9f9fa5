import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { ResultLine } from '../../domain/rescan/ports.ts';

type Status = ResultLine['status'];

/**
 * The fields that are read from a manifest.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
interface Manifest {
  readonly ResultFiles?: Readonly<Partial<Record<Status, readonly { readonly Key: string }[]>>>;
}

export interface ResultsOfRun {
  readonly bucket: string;
  /** Ends with a slash; the results are in a folder of it that is named after the Map Run. */
  readonly folder: string;
  /** In this order. */
  readonly statuses?: readonly Status[];
  /** Opens an object of that bucket. */
  readonly open?: (key: string) => Promise<Readable>;
}

const STATUSES = ['SUCCEEDED', 'FAILED', 'PENDING'] as const;

/**
 * What the batches of a Map Run have left, one by one; nothing when it has no results.
 * @throws what the SDK and `open` throw, and SyntaxError
 */
export async function* resultLines(
  s3: S3Client,
  { bucket, folder, statuses = STATUSES, open = opener(s3, bucket) }: ResultsOfRun,
): AsyncGenerator<ResultLine> {
  const manifest = await manifestIn(s3, bucket, folder);
  if (manifest === undefined) return;
  const { ResultFiles } = JSON.parse(await text(await open(manifest))) as Manifest;
  for (const status of statuses) {
    for (const { Key } of ResultFiles?.[status] ?? []) {
      const input = await open(Key);
      try {
        for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
          if (line !== '') yield { status, line: JSON.parse(line) };
        }
      } finally {
        // readline does not close it when its reader stops; a later stream error would end the process.
        input.destroy();
      }
    }
  }
}

/** A failed Map Run does not return its id, so its folder is looked up. */
async function manifestIn(s3: S3Client, Bucket: string, Prefix: string): Promise<string | undefined> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    const manifest = Contents.find(({ Key }) => Key?.endsWith('/manifest.json'));
    if (manifest !== undefined) return manifest.Key;
  }
  return undefined;
}

const opener = (s3: S3Client, Bucket: string) => async (Key: string) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body as Readable;
};
