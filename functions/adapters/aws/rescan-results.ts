import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ObjectGone, StorageUnavailable } from '../../domain/errors.ts';
import type { Progress, ResultLine, RunResults } from '../../domain/rescan/ports.ts';
import { progressKey } from '../../domain/rescan/progress-key.ts';
import { sha256 } from '../process/digest.ts';
import { type Environment, requiredString } from '../process/environment.ts';
import { resultLines } from '../report/result-lines.ts';
import { s3Settings } from './sdk-client.ts';
import { asked, toStorageError } from './storage-errors.ts';

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
    lines: (runName) => translatedLines(resultLines(s3, { bucket: Bucket, folder: `${folder}/${runName}/`, open })),
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
