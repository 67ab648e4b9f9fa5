import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, GetObjectTaggingCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { airlock } from '../../functions/domain/dialects/airlock.ts';
import { OPERATOR, type Pipeline, READER, UPLOADER } from '../pipeline.ts';
import type { S3RequestInfo } from '../s3/server.ts';
import { type ScanRecord, toScanRecord } from '../scan-record.ts';
import { StartedExecutions } from '../started-executions.ts';
import type { Expectation } from './samples.ts';

/** What was expected of an upload and what came of it. */
export interface Performance extends ScanRecord {
  readonly title: string;
  readonly expected: Expectation;
  /** What a reader's GetObject is answered after the verdict. */
  readonly readerGets: number;
  readonly asExpected: boolean;
}

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
  readonly record: Promise<ScanRecord>;
}

/** Uploads, waits and meddles on behalf of the demo's acts. */
export class Stage {
  readonly #started = new StartedExecutions();
  readonly #holds = new Map<string, { reached: PromiseWithResolvers<void>; released: PromiseWithResolvers<void> }>();

  /** For the pipeline's `onExecution`. */
  readonly onExecution = this.#started.onExecution;

  /** For the pipeline's `onRequest`. */
  readonly onRequest = async ({ operation, key, accessKeyId = '' }: S3RequestInfo) => {
    const hold = operation === 'GetObject' && accessKeyId.startsWith('ScanObject') ? this.#holds.get(key) : undefined;
    if (hold === undefined) return;
    this.#holds.delete(key);
    hold.reached.resolve();
    await hold.released.promise;
  };

  async upload(pipeline: Pipeline, bucket: string, key: string, Body: Buffer): Promise<Upload> {
    const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body });
    const { ETag = '', VersionId: versionId } = await pipeline.client(UPLOADER).send(put);
    const execution = this.#started.take({ bucket, key, versionId, etag: ETag.replaceAll('"', '') });
    if (execution === undefined) throw new Error(`${key}: no execution was started for the upload`);
    const record = execution.result.then(toScanRecord);
    return { bucket, key, versionId, record };
  }

  async delete(pipeline: Pipeline, { bucket, key }: Pick<Upload, 'bucket' | 'key'>): Promise<void> {
    await pipeline.client(OPERATOR).send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }

  /** The scanner's next read of this key waits until `release`; `reached` settles when it does. */
  hold(key: string): { reached: Promise<void>; release: () => void } {
    const hold = { reached: Promise.withResolvers<void>(), released: Promise.withResolvers<void>() };
    this.#holds.set(key, hold);
    return { reached: hold.reached.promise, release: () => hold.released.resolve() };
  }

  /** HTTP status that a reader's GetObject of this upload is answered with. */
  async read(pipeline: Pipeline, { bucket, key, versionId }: Upload): Promise<number> {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
    try {
      const { $metadata, Body } = await pipeline.client(READER).send(command);
      await Body?.transformToByteArray();
      return $metadata.httpStatusCode ?? 0;
    } catch (fault) {
      return (fault as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
    }
  }

  /** Waits for the execution, then asks the object itself whether its tag and its bucket's policy say the same. */
  async perform(pipeline: Pipeline, title: string, upload: Upload, expected: Expectation): Promise<Performance> {
    const record = await upload.record;
    const { status, finding } = record;
    const said = status === expected.status && (expected.finding?.test(finding ?? '') ?? finding === null);
    const tagged = status === null || (await this.#statusTag(pipeline, upload)) === status;
    const readerGets = await this.read(pipeline, upload);
    // Where nothing is left the policy refuses as well: no tag says CLEAN.
    const guarded = readerGets === (status === 'CLEAN' ? 200 : 403);
    return { ...record, title, expected, readerGets, asExpected: said && tagged && guarded };
  }

  async #statusTag(pipeline: Pipeline, { bucket, key, versionId }: Upload): Promise<string | undefined> {
    const command = new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId });
    const { TagSet = [] } = await pipeline.client(OPERATOR).send(command);
    return TagSet.find(({ Key }) => Key === airlock.statusTag.key)?.Value;
  }
}

export const randomText = () => Buffer.from(`A note of no consequence: ${randomUUID()}\n`);
