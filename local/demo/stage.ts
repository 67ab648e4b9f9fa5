import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, GetObjectTaggingCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { BusEvent } from '../../emulator/event-bridge/event.ts';
import type { S3RequestInfo } from '../../emulator/s3/server.ts';
import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import { airlock } from '../../functions/domain/dialects/airlock.ts';
import { SCAN_STATUSES } from '../../functions/domain/verdict.ts';
import { type ScanRecord, toScanRecord } from '../commands/scan-record.ts';
import { StartedExecutions } from '../commands/started-executions.ts';
import { writeDefinition } from '../stack/definitions.ts';
import { OPERATOR, type Pipeline, READER, UPLOADER } from '../stack/pipeline.ts';
import type { Expectation } from './samples.ts';

const A_DAY_AND_A_BIT = 25 * 60 * 60 * 1000;

/** The expected and actual result of an upload. */
export interface Performance extends ScanRecord {
  readonly title: string;
  readonly expected: Expectation;
  /** The answer to a reader's GetObject after the verdict. */
  readonly readerGets: number;
  readonly asExpected: boolean;
}

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
  readonly record: Promise<ScanRecord>;
}

/** Uploads, waits and interferes for the demo's acts. */
export class Stage {
  readonly #started = new StartedExecutions();
  readonly #events: BusEvent[] = [];
  readonly #definitions: string;
  readonly #holds = new Map<string, { reached: PromiseWithResolvers<void>; released: PromiseWithResolvers<void> }>();

  /** @param definitions folder of the definitions in use; files may be added */
  constructor(definitions: string) {
    this.#definitions = definitions;
  }

  /** For the pipeline's `onEvent`. */
  readonly onEvent = (event: BusEvent) => void this.#events.push(event);

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

  /** HTTP status of a reader's GetObject of this upload. */
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

  /** Waits for the execution, then checks that the object's tag and its bucket's policy agree. */
  async perform(pipeline: Pipeline, title: string, upload: Upload, expected: Expectation): Promise<Performance> {
    const record = await upload.record;
    const { status, finding } = record;
    const said = status === expected.status && (expected.finding?.test(finding ?? '') ?? finding === null);
    const tagged = status === null || (await this.#statusTag(pipeline, upload)) === status;
    const readerGets = await this.read(pipeline, upload);
    // For a deleted object the policy refuses too: no tag says CLEAN.
    const guarded = readerGets === (status === 'CLEAN' ? 200 : 403);
    return { ...record, title, expected, readerGets, asExpected: said && tagged && guarded };
  }

  /** From now on the engine detects this content as malware. */
  async addSignature(name: string, content: Buffer): Promise<void> {
    await writeDefinition(this.#definitions, name, name, content);
  }

  /** Runs the bucket's schedule as of tomorrow, when all uploads of today reach the age of one day. */
  async rescan(pipeline: Pipeline, bucket: string): Promise<ExecutionResult> {
    const { stack, schedules } = pipeline;
    const name = schedules.names.find((candidate) => {
      const { Input } = stack.resources.get(candidate)?.properties.Target ?? {};
      return (JSON.parse(Input ?? '{}') as { bucket?: string }).bucket === bucket;
    });
    const execution = await schedules.fire(name ?? '', new Date(Date.now() + A_DAY_AND_A_BIT));
    return execution.result;
  }

  /** Does not wait: returns an object's state after a rescan, and what was reported about it. */
  async performRescan(
    pipeline: Pipeline,
    upload: Upload,
    {
      result,
      expected,
    }: { readonly result: ExecutionResult; readonly expected: Expectation & { readonly title: string } },
  ): Promise<Performance> {
    const tags = await this.#tags(pipeline, upload);
    const record = { ...(await upload.record), states: result.states, ms: result.ms };
    const status = SCAN_STATUSES.find((candidate) => candidate === tags['scan-status']) ?? null;
    const finding = tags['scan-finding'] ?? null;
    const readerGets = await this.read(pipeline, upload);
    const told = this.#events.some(({ 'detail-type': type, detail }) => {
      const { key, status: said } = detail as { key?: string; status?: string };
      return type === 'Object Scan Completed' && key === upload.key && said === expected.status;
    });
    const said = status === expected.status && (expected.finding?.test(finding ?? '') ?? finding === null);
    const asExpected = result.status === 'SUCCEEDED' && said && told && readerGets === (status === 'CLEAN' ? 200 : 403);
    return { ...record, title: expected.title, status, finding, expected, readerGets, asExpected };
  }

  async #statusTag(pipeline: Pipeline, upload: Upload): Promise<string | undefined> {
    return (await this.#tags(pipeline, upload))[airlock.statusTag.key];
  }

  async #tags(pipeline: Pipeline, { bucket, key, versionId }: Upload): Promise<Record<string, string | undefined>> {
    const command = new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId });
    const { TagSet = [] } = await pipeline.client(OPERATOR).send(command);
    return Object.fromEntries(TagSet.map(({ Key = '', Value }) => [Key, Value]));
  }
}

export const randomText = () => Buffer.from(`A note of no consequence: ${randomUUID()}\n`);
