import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Exemption, ignoredSignatures, inForce } from '../../../functions/domain/definitions/exemptions.ts';
import { type Hold, isHeld } from '../../../functions/domain/definitions/published-definitions.ts';
import type { DeployedStack } from '../deployed-stack.ts';
import { readExemptionFile } from './exemption-file.ts';
import { type OwnFile, ownFiles } from './own-files.ts';
import { currentSet, keptSets } from './published-sets.ts';
import { type Refusal, refusals } from './refusals.ts';

export interface DefinitionsStatus {
  /** null: nothing has been published. */
  readonly version: string | null;
  readonly publishedAt: string | null;
  /** When an update last found that the mirror has nothing newer, or published. */
  readonly checkedAt: string | null;
  /** When the newest official set was built; null without one. */
  readonly signaturesTime: string | null;
  readonly hold: Hold | null;
  readonly files: readonly { readonly name: string; readonly size: number }[];
  readonly own: readonly OwnFile[];
  readonly exemptions: readonly (Exemption & { readonly inUse: boolean })[];
  /** Earlier sets that `rollback` can go back to. */
  readonly kept: readonly { readonly set: string; readonly version: string; readonly publishedAt: string }[];
  /** Scanners that could not use a published set in the last 24 hours. */
  readonly refused: readonly Refusal[];
  /** Updates that failed twice, or could not be started. */
  readonly lostUpdates: number;
  /** What is wrong, and what to do. */
  readonly faults: readonly string[];
}

export interface StatusClients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly logs: CloudWatchLogsClient;
}

const DAY_MILLISECONDS = 24 * 3_600_000;

/** @throws what the SDK throws */
export async function readStatus(
  { s3, sqs, logs }: StatusClients,
  deployed: DeployedStack,
  now: Date,
): Promise<DefinitionsStatus> {
  const bucket = deployed.output('DefinitionsBucketName');
  const [current, own, list, sets, lostUpdates, refused] = await Promise.all([
    currentSet(s3, bucket),
    ownFiles(s3, bucket),
    readExemptionFile(s3, bucket),
    keptSets(s3, bucket),
    messagesIn(sqs, deployed.output('FailedUpdatesUrl')),
    refusals(logs, deployed.output('ScannerLogGroups').split(','), new Date(now.getTime() - DAY_MILLISECONDS)),
  ]);
  const set = current?.set;
  const hold = set !== undefined && isHeld(set, now) ? (set.hold ?? null) : null;
  const ignored = new Set(set?.ignored);
  const waiting = ignoredSignatures(list).filter((name) => !ignored.has(name));
  const faults = [
    ...(set === undefined ? ['nothing has been published: `airlock definitions update`'] : []),
    ...(set !== undefined && hold === null && now.getTime() - Date.parse(set.checkedAt) > DAY_MILLISECONDS
      ? ['no update has succeeded for 24 hours: `airlock definitions update` says why']
      : []),
    ...list.faults.map((fault) => `${fault}: it exempts nothing until it is corrected`),
    ...(waiting.length > 0
      ? [`not ignored yet, since no update has published it: ${waiting.join(', ')}: \`airlock definitions update\``]
      : []),
    ...(refused.length > 0 ? ['scanners refused a published set, and go on with an older one'] : []),
    ...(lostUpdates > 0 ? [`${lostUpdates} updates are in the dead-letter queue`] : []),
  ];
  return {
    version: set?.version ?? null,
    publishedAt: set?.publishedAt ?? null,
    checkedAt: set?.checkedAt ?? null,
    signaturesTime: set?.signaturesTime ?? null,
    hold,
    files: (set?.files ?? []).map(({ name, size }) => ({ name, size })),
    own,
    exemptions: list.exemptions.map((one) => ({
      ...one,
      // Scanners look contents up themselves; signatures are ignored by the set.
      inUse: one.kind === 'content' ? inForce(one) : ignored.has(one.name) && inForce(one),
    })),
    kept: sets
      .filter(({ prefix }) => prefix !== set?.prefix)
      .map(({ prefix, version, publishedAt }) => ({ set: prefix.slice('versions/'.length, -1), version, publishedAt })),
    refused,
    lostUpdates,
    faults,
  };
}

async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Number(Attributes.ApproximateNumberOfMessages ?? 0);
}
