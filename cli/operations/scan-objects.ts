import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { S3Client } from '@aws-sdk/client-s3';
import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { versionOf } from '../../functions/domain/object-reference.ts';
import type { UploadClaim } from './dead-letter.ts';
import type { DeployedStack } from './deployed-stack.ts';
import type { DeployedStart } from './deployed-start.ts';
import type { ScanMachine } from './execution-logs.ts';
import { explained } from './explain-fault.ts';
import { followScan, type Scanned } from './follow-execution.ts';
import { objectVersions } from './object-versions.ts';
import { type ObjectAddress, shownObject } from './s3-uri.ts';

export interface ScanClients {
  readonly s3: S3Client;
  readonly stepFunctions: SFNClient;
  readonly logs: CloudWatchLogsClient;
}

export interface ScanTarget extends ObjectAddress {
  /** Default: the current version. */
  readonly versionId?: string | undefined;
}

/** What came of one target: a verdict, or why there is none. */
export interface ScanResult extends Omit<Scanned, 'execution' | 'status'> {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | null;
  /** NOT STARTED: `cause` says why. */
  readonly status: Scanned['status'] | 'NOT STARTED';
  /** From the start of its execution to the end. */
  readonly seconds: number | null;
  readonly execution: string | null;
}

export interface ScanOptions {
  readonly deployed: DeployedStack;
  readonly machines: readonly ScanMachine[];
  /** What the deployed rule would start for that content. */
  readonly startFor: (claim: UploadClaim) => Promise<DeployedStart | undefined>;
  readonly targets: AsyncIterable<ScanTarget | Error>;
  /** Executions that are followed at once. */
  readonly atOnce: number;
  /** Starts no more, and stops following. */
  readonly signal: AbortSignal;
  readonly onResult: (result: ScanResult) => void;
  readonly longestWaitMs?: number;
}

/** An execution that was started and has not ended yet, as far as is known. */
export interface Unfinished extends ObjectAddress {
  readonly execution: string;
}

/**
 * Starts an execution for each target, as for a new upload, and follows it to its end; in no order.
 * @returns what goes on without being followed: only after the signal
 */
export async function scanObjects(clients: ScanClients, options: ScanOptions): Promise<readonly Unfinished[]> {
  const { targets, atOnce, signal, onResult } = options;
  const unfinished = new Map<string, Unfinished>();
  const running = new Set<Promise<void>>();

  async function scanOne(target: ScanTarget): Promise<void> {
    let execution: string | null = null;
    try {
      const { start, versionId } = await startOf(clients.s3, target, options);
      if (signal.aborted) return;
      const startedAt = new Date();
      const { stateMachineArn, input } = start;
      // Without a name, so that the same content can be scanned again.
      const answer = await clients.stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input }));
      const { executionArn: arn = '' } = answer;
      execution = arn;
      unfinished.set(arn, { bucket: target.bucket, key: target.key, execution: arn });
      const machine = options.machines.find((candidate) => candidate.arn === stateMachineArn);
      if (machine === undefined) throw new Error(`the stack has no state machine ${stateMachineArn}`);
      const scanned = await followScan({ arn, machine, startedAt }, { ...clients, ...options });
      unfinished.delete(arn);
      const seconds = (Date.now() - startedAt.getTime()) / 1000;
      onResult({ bucket: target.bucket, key: target.key, versionId, ...scanned, seconds });
    } catch (fault) {
      if (signal.aborted) return;
      if (execution !== null) unfinished.delete(execution);
      const { bucket, key, versionId = null } = target;
      onResult({ ...NOTHING, bucket, key, versionId, execution, cause: explained(fault) });
    }
  }

  for await (const target of until(signal, targets)) {
    if (target instanceof Error) {
      onResult({ ...NOTHING, bucket: '', key: '', versionId: null, execution: null, cause: target.message });
      continue;
    }
    const scan = scanOne(target).finally(() => running.delete(scan));
    running.add(scan);
    if (running.size >= atOnce) await Promise.race(running);
  }
  await Promise.all(running);
  return [...unfinished.values()];
}

/** Also when the next target is still waited for. */
async function* until<Item>(signal: AbortSignal, items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  // A promise for the whole time would remember every race that it took part in.
  const next = () =>
    new Promise<IteratorResult<Item> | undefined>((resolve, reject) => {
      const stop = () => resolve(undefined);
      signal.addEventListener('abort', stop, { once: true });
      iterator
        .next()
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', stop));
    });
  while (!signal.aborted) {
    const result = await next();
    if (result === undefined || result.done) return;
    yield result.value;
  }
}

const NOTHING = {
  status: 'NOT STARTED',
  finding: null,
  type: null,
  definitions: null,
  scanTime: null,
  seconds: null,
} as const;

async function startOf(s3: S3Client, target: ScanTarget, { deployed, startFor }: ScanOptions) {
  // Names the buckets that there are.
  deployed.gateOf(target.bucket);
  const versionId = target.versionId ?? (await currentVersion(s3, target));
  const start = await startFor({
    kind: 'upload',
    bucket: target.bucket,
    key: target.key,
    ...versionOf(versionId),
  });
  if (start === undefined) throw new Error(`${shownObject(target)} has no version ${versionId} with content`);
  return { start, versionId };
}

async function currentVersion(s3: S3Client, target: ObjectAddress): Promise<string> {
  for await (const { versionId, content } of objectVersions(s3, target)) {
    if (content !== undefined) return versionId;
    throw new Error(`${shownObject(target)} is deleted: its current version is a delete marker. Give --version-id`);
  }
  throw new Error(`there is no object ${shownObject(target)}`);
}
