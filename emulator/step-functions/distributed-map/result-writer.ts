import { createReadStream, mkdtempSync } from 'node:fs';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { DistributedMap } from './definition.ts';

/** A body that is not a stream can be retried. */
const IN_MEMORY_BYTES = 8 * 1024 * 1024;

export type ChildStatus = 'SUCCEEDED' | 'FAILED' | 'PENDING';

export interface ChildResult {
  readonly ExecutionArn: string;
  readonly Name: string;
  readonly StateMachineArn: string;
  readonly Status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING';
  readonly Input: string;
  readonly Output?: string;
  readonly Error?: string;
  readonly Cause?: string;
  /** ISO 8601. */
  readonly StartDate?: string;
  readonly StopDate?: string;
}

interface ResultFile {
  readonly file: FileHandle;
  readonly path: string;
  lines: number;
  bytes: number;
}

/**
 * Collects the children's results on disk, one file for each status, and uploads them and their manifest as Step
 * Functions does.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export class ResultWriter {
  readonly #s3: S3Client;
  readonly #bucket: string;
  readonly #folder: string;
  readonly #config: NonNullable<DistributedMap['ResultWriter']['WriterConfig']>;
  readonly #files = new Map<ChildStatus, Promise<ResultFile>>();
  readonly #disk: string;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(
    s3: S3Client,
    target: { readonly Bucket: string; readonly Prefix: string },
    config: DistributedMap['ResultWriter']['WriterConfig'],
    id: string,
    temporary: string,
  ) {
    this.#s3 = s3;
    this.#disk = mkdtempSync(join(temporary, 'map-run-'));
    this.#bucket = target.Bucket;
    this.#folder = `${target.Prefix === '' ? '' : `${target.Prefix}/`}${id}`;
    this.#config = config ?? { Transformation: 'NONE', OutputType: 'JSON' };
  }

  add(status: ChildStatus, result: ChildResult): Promise<void> {
    const text =
      status === 'SUCCEEDED' && this.#config.Transformation === 'COMPACT'
        ? (result.Output ?? 'null')
        : JSON.stringify(described(result));
    const written = this.#writing.then(() => this.#append(status, text));
    this.#writing = written;
    return written;
  }

  async #append(status: ChildStatus, text: string): Promise<void> {
    const opened = this.#files.get(status) ?? this.#open(status);
    this.#files.set(status, opened);
    const result = await opened;
    const before = this.#config.OutputType === 'JSON' ? (result.lines === 0 ? '[' : ',') : '';
    const after = this.#config.OutputType === 'JSON' ? '' : '\n';
    const { bytesWritten } = await result.file.write(`${before}${text}${after}`);
    result.lines += 1;
    result.bytes += bytesWritten;
  }

  async #open(status: ChildStatus): Promise<ResultFile> {
    const path = join(this.#disk, status);
    return { file: await open(path, 'w'), path, lines: 0, bytes: 0 };
  }

  /** Key of the manifest. */
  async finish(MapRunArn: string): Promise<string> {
    await this.#writing;
    const ResultFiles: Record<ChildStatus, { Key: string; Size: number }[]> = {
      FAILED: [],
      PENDING: [],
      SUCCEEDED: [],
    };
    for (const [status, opened] of this.#files) {
      const { file, path, bytes } = await opened;
      const end = this.#config.OutputType === 'JSON' ? (await file.write(']')).bytesWritten : 0;
      await file.close();
      const Key = `${this.#folder}/${status}_0.${this.#config.OutputType.toLowerCase()}`;
      const Size = bytes + end;
      await this.#put(Key, Size < IN_MEMORY_BYTES ? await readFile(path) : createReadStream(path), Size);
      ResultFiles[status].push({ Key, Size });
    }
    this.#files.clear();
    const manifest = `${this.#folder}/manifest.json`;
    await this.#put(manifest, JSON.stringify({ DestinationBucket: this.#bucket, MapRunArn, ResultFiles }));
    return manifest;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    for (const opened of this.#files.values()) await (await opened).file.close();
    await rm(this.#disk, { recursive: true, force: true });
  }

  async #put(
    Key: string,
    Body: string | Buffer | ReturnType<typeof createReadStream>,
    ContentLength?: number,
  ): Promise<void> {
    await this.#s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body, ContentLength }));
  }
}

function described(result: ChildResult): object {
  return {
    ...result,
    InputDetails: { Included: true },
    ...(result.Output !== undefined && { OutputDetails: { Included: true } }),
    RedriveCount: 0,
    RedriveStatus: result.Status === 'SUCCEEDED' ? 'NOT_REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN',
  };
}
