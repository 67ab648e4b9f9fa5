import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import type { Authorize } from '../../emulator/s3/authorization.ts';
import { type S3RequestInfo, type S3Server, startS3Server } from '../../emulator/s3/server.ts';
import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import { LocalStateMachine } from '../../emulator/step-functions/state-machine.ts';
import { createBucketListing } from '../../functions/adapters/aws/bucket-listing.ts';
import { createScratch } from '../../functions/adapters/aws/object-copy.ts';
import { createObjectListing } from '../../functions/adapters/aws/object-listing.ts';
import { createObjectStore } from '../../functions/adapters/aws/object-store.ts';
import { createRescanResults } from '../../functions/adapters/aws/rescan-results.ts';
import { engineReply } from '../../functions/adapters/clamav/engine-reply.ts';
import type { Channels } from '../../functions/domain/channels.ts';
import { DEFAULT_SETTINGS } from '../../functions/domain/cost/settings.ts';
import { dialectNamed } from '../../functions/domain/dialects/index.ts';
import { EngineUnavailable } from '../../functions/domain/errors.ts';
import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';
import { ScanPolicy } from '../../functions/domain/scan-policy.ts';
import { findCurrentObject } from '../../functions/handlers/find-current-object.ts';
import { notify } from '../../functions/handlers/notify.ts';
import { notifyRescan } from '../../functions/handlers/notify-rescan.ts';
import { prepareRescan } from '../../functions/handlers/prepare-rescan.ts';
import { scanBatch } from '../../functions/handlers/scan-batch.ts';
import { summarizeRescan } from '../../functions/handlers/summarize-rescan.ts';
import { tagObject } from '../../functions/handlers/tag-object.ts';
import type { TaskHandler } from '../../functions/handlers/task.ts';
import { NOTHING_INSIDE } from './nothing-inside.ts';

export const BUCKET = 'uploads';
export const RESULTS = 'results';

const SCAN_UPLOAD = 'arn:aws:states:us-east-1:000000000000:stateMachine:ScanUpload';
const ROLE = 'arn:aws:iam::000000000000:role/rescan';
const ASL = join(import.meta.dirname, '../../statemachines/rescan-bucket.asl.json');
const UNMEASURED = { record: () => undefined, flush: () => undefined };
const POLICY = ScanPolicy.parse({ maxObjectBytes: 1_000_000, allowedTypes: ['*'], onInfected: 'tag' });

export interface RescanOptions {
  readonly versioned?: boolean;
  /** Words that the engine finds; may change while the harness is up. */
  readonly signatures?: Set<string>;
  readonly onRequest?: (request: S3RequestInfo) => void | Promise<void>;
  readonly authorize?: Authorize;
  /** Results of `getRemainingTimeInMillis` for `Scan Batch`, call by call. */
  readonly remaining?: () => number;
  /** Changes the state machine's definition, a copy of it. */
  // biome-ignore lint/suspicious/noExplicitAny: ASL
  readonly edit?: (definition: any) => void;
  readonly allowedTypes?: string[];
  readonly dialect?: 'airlock' | 's3-virusscan';
}

export interface Told {
  readonly detailType: string;
  // biome-ignore lint/suspicious/noExplicitAny: event details of several kinds
  readonly detail: any;
}

/** The rescan-bucket state machine with its own handlers, S3 over HTTP, and an engine that looks for words. */
export async function startRescans(options: RescanOptions = {}) {
  const root = mkdtempSync(join(tmpdir(), 'rescans-'));
  const s3: S3Server = await startS3Server({
    root,
    ...(options.onRequest && { onRequest: options.onRequest }),
    ...(options.authorize && { authorize: options.authorize }),
  });
  s3.createBucket(BUCKET, { versioning: options.versioned === false ? 'off' : 'enabled' });
  s3.createBucket(RESULTS);
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ACCESS_KEY_ID: 'rescan',
    AWS_SECRET_ACCESS_KEY: 'local',
    RESULTS_BUCKET: RESULTS,
  };
  const signatures = options.signatures ?? new Set(['MALWARE']);
  const clock = () => new Date();
  const store = createObjectStore(env);
  const scratch = createScratch(store, { parent: root });
  const dialect = dialectNamed(options.dialect ?? 'airlock');
  const told: Told[] = [];
  const published: string[] = [];
  const channels: Channels = {
    sns: async ({ body }) => void published.push(body),
    events: async ({ type, detail }) => void told.push({ detailType: type, detail }),
  };
  const engine = {
    down: false,
    scans: 0,
    version: '100',
    async scan(path: string) {
      if (engine.down) throw new EngineUnavailable('down');
      engine.scans += 1;
      const content = readFileSync(path, 'latin1');
      const found = [...signatures].filter((word) => content.includes(word));
      return { ...engineReply({ found: found.length > 0, names: found }), definitions: engine.version };
    },
    async definitionsVersion() {
      if (engine.down) throw new EngineUnavailable('down');
      return engine.version;
    },
  };
  const results = createRescanResults(env);
  const lookAgain = { listing: createObjectListing(env), store, dialect };
  const policy = { ...POLICY, allowedTypes: options.allowedTypes ?? POLICY.allowedTypes };
  const statuses = new Set(['CLEAN', 'INFECTED', 'REJECTED', 'UNSCANNABLE', 'ERROR'] as const);
  const { onInfected, ...common } = policy;
  const watched = [BUCKET, 'deleted-since'].map((bucket) => ({ bucket, onInfected }));
  const tasks: Record<string, TaskHandler<unknown>> = {
    PrepareRescan: prepareRescan(createBucketListing(env), results, common, dialect),
    ScanBatch: scanBatch({ engine, scratch, ...NOTHING_INSIDE, clock }, store, dialect),
    FindCurrentObject: findCurrentObject(store),
    TagObject: tagObject(store, dialect),
    Notify: notify(channels, { dialect, rules: { sns: statuses, events: statuses } }, UNMEASURED, clock),
    SummarizeRescan: summarizeRescan(
      { ...results, lookAgain, resultsBucket: RESULTS },
      { record: () => undefined },
      clock,
      DEFAULT_SETTINGS,
    ),
    NotifyRescan: notifyRescan(channels),
  };
  const uploads: unknown[] = [];
  const invocations: { task: string; payload: unknown }[] = [];
  const failing = new Map<string, (payload: never) => Error | undefined>();
  const context = {
    memoryLimitInMB: '3008',
    getRemainingTimeInMillis: options.remaining ?? (() => 900_000),
  } as Context;

  const text = readFileSync(ASL, 'utf8')
    .replaceAll(/\$\{Partition\}/g, 'aws')
    .replaceAll(/\$\{ResultsBucketName\}/g, RESULTS)
    .replaceAll(/\$\{ScanUploadArn\}/g, SCAN_UPLOAD)
    .replaceAll(/\$\{WatchedBuckets\}/g, JSON.stringify(JSON.stringify(watched)).slice(1, -1))
    .replaceAll(/\$\{(\w+)FunctionArn\}/g, 'arn:aws:lambda:us-east-1:000000000000:function:$1');
  const definition = JSON.parse(text);
  options.edit?.(definition);
  const batches: { items: number; status: string }[] = [];
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'rescan', secretAccessKey: 'local' },
  });
  const machine = new LocalStateMachine({
    arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:RescanBucket',
    definition,
    roleArn: ROLE,
    retryWaitMs: 0,
    s3: () => client,
    onBatch: (batch) => void batches.push(batch),
    async invoke(arn, payload) {
      const task = arn.split(':').at(-1) ?? '';
      if (task === 'startExecution') {
        uploads.push((payload as { Input: unknown }).Input);
        return { ExecutionArn: `${SCAN_UPLOAD}:1` };
      }
      invocations.push({ task, payload });
      const fault = failing.get(task)?.(payload as never);
      if (fault !== undefined) throw fault;
      return tasks[task]?.(payload, context);
    },
  });

  return {
    s3,
    client,
    engine,
    signatures,
    told,
    published,
    invocations,
    /** Inputs of the scan-upload executions that were started. */
    uploads,
    batches,
    /** Makes a task throw what the function returns. */
    failing,
    run: (input: object): Promise<ExecutionResult> => machine.start({ bucket: BUCKET, ...input }).result,
    async rescan(input: object = {}): Promise<RescanSummary> {
      const result = await machine.start({ bucket: BUCKET, strategy: 'all', ...input }).result;
      if (result.status !== 'SUCCEEDED') throw new Error(`${result.status}: ${result.error}: ${result.cause}`);
      return result.output as RescanSummary;
    },
    tagsOf: (key: string) => s3.buckets.get(BUCKET, key).tags,
    /** Reported summary of the last run, also of a failed one. */
    lastSummary: () =>
      told.findLast(({ detailType }) => detailType === 'Bucket Rescan Completed')?.detail as RescanSummary,
    async close() {
      client.destroy();
      scratch.close();
      await s3.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export type Rescans = Awaited<ReturnType<typeof startRescans>>;

export function addsUp({ listed, scanned, skipped, failed }: RescanSummary): boolean {
  return listed === scanned + failed + Object.values(skipped).reduce((sum, count) => sum + count, 0);
}
