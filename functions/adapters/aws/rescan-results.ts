import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { ObjectGone, StorageUnavailable } from '../../domain/errors.ts';
import type { Progress, ResultLine, RunResults } from '../../domain/rescan/ports.ts';
import { progressKey } from '../../domain/rescan/progress-key.ts';
import { sha256 } from '../process/digest.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { s3Settings } from './sdk-client.ts';
import { asked, toStorageError } from './storage-errors.ts';

/**
 * The fields that are read from a manifest.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
interface Manifest {
  readonly ResultFiles: Readonly<Partial<Record<ResultLine['status'], readonly { readonly Key: string }[]>>>;
}

const STATUSES = ['SUCCEEDED', 'FAILED', 'PENDING'] as const;

/**
 * Results of Map Runs under `runs/<execution name>/` and ends of windows under `progress/`, in `RESULTS_BUCKET`.
 * @param folder of another state machine's runs
 */
export function createRescanResults(env: Environment, folder = 'runs'): RunResults & Progress {
  const s3 = new S3Client(s3Settings(env));
  const Bucket = requiredString(env, 'RESULTS_BUCKET');

  async function open(Key: string): Promise<Readable> {
    const { Body } = await asked('rescan results', () => s3.send(new GetObjectCommand({ Bucket, Key })));
    return Body as Readable;
  }

  /** A failed Map Run does not return its id, so its folder is looked up. */
  async function findManifest(runName: string): Promise<string | undefined> {
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: s3 },
      { Bucket, Prefix: `${folder}/${runName}/` },
    )) {
      const manifest = Contents.find(({ Key }) => Key?.endsWith('/manifest.json'));
      if (manifest !== undefined) return manifest.Key;
    }
    return undefined;
  }

  async function* lines(runName: string): AsyncIterable<ResultLine> {
    const key = await findManifest(runName);
    if (key === undefined) return;
    const { ResultFiles } = JSON.parse(await text(await open(key))) as Manifest;
    for (const status of STATUSES) {
      for (const file of ResultFiles[status] ?? []) {
        const input = await open(file.Key);
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

  async function read(bucket: string, prefix: string): Promise<number | undefined> {
    try {
      const { to } = JSON.parse(await text(await open(progressKey(sha256, bucket, prefix)))) as { to: string };
      return Date.parse(to);
    } catch (fault) {
      if (fault instanceof ObjectGone && (fault.cause as Error).name === 'NoSuchKey') return undefined;
      throw fault;
    }
  }

  return {
    lines: (runName) => translatedLines(lines(runName)),
    read: (bucket, prefix) => translated(() => read(bucket, prefix)),
    advance: (bucket, prefix, to) =>
      translated(async () => {
        const known = await read(bucket, prefix);
        if (known !== undefined && known >= to) return;
        const Body = JSON.stringify({ bucket, prefix, to: new Date(to).toISOString() });
        await s3.send(new PutObjectCommand({ Bucket, Key: progressKey(sha256, bucket, prefix), Body }));
      }),
  };
}

async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (fault) {
    throw resultsError(fault);
  }
}

async function* translatedLines(lines: AsyncIterable<ResultLine>): AsyncIterable<ResultLine> {
  try {
    yield* lines;
  } catch (fault) {
    throw resultsError(fault);
  }
}

function resultsError(fault: unknown) {
  if (fault instanceof SyntaxError) return new StorageUnavailable(`rescan results: ${fault.message}`, { cause: fault });
  return toStorageError(fault, 'rescan results');
}
