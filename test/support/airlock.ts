import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import type { BusEvent } from '../../emulator/event-bridge/event.ts';
import type { S3RequestInfo } from '../../emulator/s3/server.ts';
import type { Execution, ExecutionResult } from '../../emulator/step-functions/execution.ts';
import type { Notification } from '../../functions/domain/notification.ts';
import { StartedExecutions, type UploadIdentity } from '../../local/commands/started-executions.ts';
import { writeEicarDefinitions } from '../../local/stack/definitions.ts';
import type { Invocation, PipelineOptions } from '../../local/stack/options.ts';
import { OPERATOR, type Pipeline, startPipeline, UPLOADER } from '../../local/stack/pipeline.ts';
import { hear } from './hear-topic.ts';
import { childrenNamed, privateFolders } from './processes.ts';

/** Both kinds of bucket, and a limit that is cheap to exceed. */
export const VERSIONED = 'uploads';
export const UNVERSIONED = 'uploads-unversioned';
export const MAX_OBJECT_BYTES = 20_000_000;
/** What a Task is called for: the first one gets the whole input of the execution. */
export function objectOf(payload: unknown): { key: string } | undefined {
  type Given = { object?: { key: string }; upload?: { detail?: { object?: { key: string } } } };
  const { object, upload } = payload as Given;
  return object ?? upload?.detail?.object;
}

/** The states of an upload that is scanned, and of one that is refused before. */
export const SCANNED = ['Check File Type', 'Scan Needed', 'Scan Object', 'Tag Object', 'Notify'];
export const REJECTED = ['Check File Type', 'Scan Needed', 'Rejected', 'Tag Object', 'Notify'];
export const CONFIG = {
  buckets: [{ name: VERSIONED }, { name: UNVERSIONED, versioned: false }],
  maxObjectBytes: MAX_OBJECT_BYTES,
};

export interface Upload extends UploadIdentity {
  readonly execution: Execution;
}

/** The visible results of an upload. */
export interface Outcome {
  readonly upload: Upload;
  readonly result: ExecutionResult;
  /** Tags of the uploaded version; null where it is gone. */
  readonly tags: Readonly<Record<string, string>> | null;
  /** SNS messages of this execution. */
  readonly messages: readonly Message[];
  /** EventBridge events of this execution. */
  readonly events: readonly BusEvent[];
}

interface Message {
  readonly body: Notification;
  readonly attributes: Readonly<Record<string, string>>;
}

export type Put = Partial<PutObjectCommandInput> & { readonly bucket?: string };

/** The real pipeline with hooks to observe and delay it. */
export class Airlock {
  readonly pipeline: Pipeline;
  readonly #scratch: string;
  readonly #definitions: string;
  readonly #started: StartedExecutions;
  readonly #events: BusEvent[];
  readonly #hooks: Hooks;

  private constructor(
    pipeline: Pipeline,
    folders: { scratch: string; definitions: string },
    started: StartedExecutions,
    events: BusEvent[],
    hooks: Hooks,
  ) {
    this.pipeline = pipeline;
    this.#scratch = folders.scratch;
    this.#definitions = folders.definitions;
    this.#started = started;
    this.#events = events;
    this.#hooks = hooks;
  }

  static async start(options: Partial<PipelineOptions> = {}): Promise<Airlock> {
    const folder = mkdtempSync(join(tmpdir(), 'airlock-test-'));
    const definitions = options.definitions ?? join(folder, 'definitions');
    const { SCRATCH_DIRECTORY: scratch = join(folder, 'scratch') } = options.environment ?? {};
    if (options.definitions === undefined) await writeEicarDefinitions(definitions);
    const started = new StartedExecutions();
    const events: BusEvent[] = [];
    const hooks: Hooks = { beforeInvocation: undefined, beforeRequest: undefined };
    try {
      const pipeline = await startPipeline({
        airlock: CONFIG,
        testSignatures: true,
        retryWaitMs: 0,
        onEvent: (event) => events.push(event),
        onInvoke: (invocation) => hooks.beforeInvocation?.(invocation),
        onRequest: (request) => hooks.beforeRequest?.(request),
        ...options,
        onExecution(execution, origin) {
          started.onExecution(execution);
          options.onExecution?.(execution, origin);
        },
        definitions,
        environment: { ...options.environment, SCRATCH_DIRECTORY: scratch },
      });
      const topics = pipeline.stack.ofType('AWS::SNS::Topic');
      const ofAlarms = topics.filter(({ logicalId }) => logicalId.startsWith('Alarms'));
      const others = topics.filter((topic) => !ofAlarms.includes(topic));
      await hear(
        pipeline,
        'alarmed',
        ofAlarms.map(({ arn }) => arn),
      );
      await hear(
        pipeline,
        'heard',
        others.map(({ arn }) => arn),
      );
      return new Airlock(pipeline, { scratch, definitions: folder }, started, events, hooks);
    } catch (fault) {
      rmSync(folder, { recursive: true });
      throw fault;
    }
  }

  /** Uploads; an execution is under way when this returns. */
  async begin(Key: string, Body: Buffer | string, { bucket = VERSIONED, ...put }: Put = {}): Promise<Upload> {
    const command = new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from(Body), ...put });
    const { ETag = '', VersionId: versionId } = await this.pipeline.client(UPLOADER).send(command);
    const identity = { bucket, key: Key, versionId, etag: ETag.replaceAll('"', '') };
    const execution = this.#started.take(identity);
    if (execution === undefined) throw new Error(`no execution was started for ${Key}`);
    return { ...identity, execution };
  }

  async upload(key: string, body: Buffer | string, put: Put = {}): Promise<Outcome> {
    return this.outcome(await this.begin(key, body, put));
  }

  async outcome(upload: Upload): Promise<Outcome> {
    const result = await upload.execution.result;
    return { upload, result, tags: await this.tags(upload), ...this.toldBy(result.arn) };
  }

  toldBy(scanId: string): Pick<Outcome, 'messages' | 'events'> {
    return {
      messages: this.#received('heard')
        .map(({ Message, MessageAttributes = {} }) => ({
          body: JSON.parse(Message),
          attributes: plain(MessageAttributes),
        }))
        .filter(({ body }) => body.scanId === scanId),
      events: this.#events.filter(({ source, detail }) => {
        return source === 's3-airlock' && (detail as Notification).scanId === scanId;
      }),
    };
  }

  /** The alarms that subscribers received: the alarms' descriptions. */
  alarms(): string[] {
    return this.#received('alarmed').map(({ Message }) => JSON.parse(Message).AlarmDescription);
  }

  async tags({ bucket, key, versionId }: Omit<UploadIdentity, 'etag'>): Promise<Outcome['tags']> {
    const command = new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId });
    try {
      const { TagSet = [] } = await this.pipeline.client(OPERATOR).send(command);
      return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
    } catch {
      return null;
    }
  }

  /** With `versionId` that version for good, without it the key. */
  async delete({ bucket, key, versionId }: Omit<UploadIdentity, 'etag'>): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
    await this.pipeline.client(OPERATOR).send(command);
  }

  /** Before every invocation of a function, until the next call of this; what it throws fails the invocation. */
  beforeInvocation(hook: Hooks['beforeInvocation']): void {
    this.#hooks.beforeInvocation = hook;
  }

  beforeRequest(hook: Hooks['beforeRequest']): void {
    this.#hooks.beforeRequest = hook;
  }

  /** Runs `meddle` before the Task's first invocation with this key. */
  meddleBefore(task: string, key: string, meddle: () => Promise<unknown>): void {
    let done = false;
    this.beforeInvocation(async ({ task: invoked, payload }) => {
      const named = (payload as { key?: string }).key;
      const object = objectOf(payload);
      if (done || invoked !== task || (object?.key ?? named) !== key) return;
      done = true;
      await meddle();
    });
  }

  /** Process ids of the engine. */
  engines(): number[] {
    return childrenNamed('clamd');
  }

  /** Copies of objects, and what the engine unpacked, that are still on the disk. */
  temporaryFiles(): string[] {
    const unpacked = privateFolders('clamd').map((name) => join(tmpdir(), name, 'tmp'));
    return [this.#scratch, ...unpacked].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
  }

  async close(): Promise<void> {
    await this.pipeline.close();
    rmSync(this.#definitions, { recursive: true, force: true });
  }

  #received(queue: string): readonly Envelope[] {
    return (this.pipeline.queues.byName(queue)?.messages() ?? []).map(({ body }) => JSON.parse(body));
  }
}

interface Hooks {
  beforeInvocation: ((invocation: Invocation) => void | Promise<void>) | undefined;
  beforeRequest: ((request: S3RequestInfo) => void | Promise<void>) | undefined;
}

/** An SNS message as a queue gets it. */
interface Envelope {
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Value: string }>>;
}

function plain(attributes: Readonly<Record<string, { readonly Value: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, { Value }]) => [name, Value]));
}

/** Leftovers of this process's pipelines: nothing, once they are closed. */
export async function leftovers(): Promise<string[]> {
  // A closed handle is released at the end of a turn, after its immediates.
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return [
    ...['pipeline', 'clamd', 'scratch'].flatMap((purpose) => privateFolders(purpose)),
    ...childrenNamed('clamd').map((pid) => `clamd ${pid}`),
    ...process.getActiveResourcesInfo().filter((resource) => /^(TCPServer|PipeServer|Process)/.test(resource)),
  ];
}
