import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { versionOf } from '../../../functions/domain/object-reference.ts';
import {
  readRequestMessage,
  requestsIn,
  type ScanRequest,
} from '../../../functions/domain/requests/request-message.ts';
import type { UploadClaim } from '../dead-letter.ts';
import type { DeployedStart } from '../deployed-start.ts';
import { ForeignMessage, MalformedMessage } from '../message-errors.ts';
import { objectVersions } from '../object-versions.ts';
import { causeOf, idOf, type Redrivable } from './failure.ts';
import { messagesIn, type QueuedMessage } from './queued-messages.ts';

export interface RefusedRequestsOptions {
  readonly queueUrl: string;
  readonly s3: S3Client;
  /** Names of the buckets that the stack watches. */
  readonly watched: readonly string[];
  readonly startFor: (claim: UploadClaim) => Promise<DeployedStart | undefined>;
  readonly since: Date;
}

type How = Omit<RefusedRequestsOptions, 'queueUrl' | 'since'>;

/**
 * The requests of scans that could not be carried out, one for each object that a message names. A message is deleted
 * when all of its objects are started.
 * @throws what the SDK throws
 */
export async function* refusedRequests(
  sqs: SQSClient,
  { queueUrl, since, ...how }: RefusedRequestsOptions,
): AsyncGenerator<Redrivable> {
  for await (const queued of messagesIn(sqs, queueUrl, { since })) yield* redrivables(queued, how);
}

function* redrivables({ message: { MessageId }, letter, remove }: QueuedMessage, how: How): Generator<Redrivable> {
  const { ERROR_CODE, ERROR_MESSAGE } = letter.attributes;
  const common = {
    ...{ kind: 'message' as const, when: letter.sentAt.toISOString(), execution: null },
    // SQS moves what was tried in vain, and says nothing.
    cause: causeOf(ERROR_CODE ?? 'given up after all tries', ERROR_MESSAGE),
  };
  const requests = requestsOf(letter.body);
  if (requests instanceof MalformedMessage) {
    const nowhere = { bucket: null, key: null, versionId: null };
    yield {
      failure: { ...common, ...nowhere, id: idOf(MessageId), redrive: `nothing: ${requests.message}` },
      async start() {
        throw requests;
      },
      done: remove,
    };
    return;
  }
  let left = requests.length;
  for (const request of requests) {
    const { bucket, keys, versionId } = request;
    const [key] = keys;
    yield {
      failure: {
        ...{ ...common, bucket, key, versionId: versionId ?? null },
        ...{ id: idOf(MessageId, key, versionId), redrive: 'scans the object, and deletes the message' },
      },
      start: () => startOf(request, how),
      async done() {
        left -= 1;
        if (left === 0) await remove();
      },
    };
  }
}

/** A message comes as SNS put it into the queue of requests, or as the function wrote what it refused. */
function requestsOf(body: string): readonly ScanRequest[] | MalformedMessage {
  try {
    return isEnvelope(body) ? readRequestMessage(body).requests : requestsIn(body);
  } catch (fault) {
    return new MalformedMessage((fault as Error).message);
  }
}

function isEnvelope(body: string): boolean {
  try {
    return (JSON.parse(body) as { Type?: unknown } | null)?.Type === 'Notification';
  } catch {
    return false;
  }
}

async function startOf(
  { bucket, keys, versionId }: ScanRequest,
  { s3, watched, startFor }: How,
): Promise<DeployedStart | undefined> {
  if (!watched.includes(bucket)) {
    throw new ForeignMessage(`the stack does not watch the bucket ${JSON.stringify(bucket)}`);
  }
  for (const key of keys) {
    const version = versionId ?? (await currentVersion(s3, bucket, key));
    const start = version && (await startFor({ kind: 'upload', bucket, key, ...versionOf(version) }));
    if (start) return start;
  }
  return undefined;
}

async function currentVersion(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  for await (const { versionId, content } of objectVersions(s3, { bucket, key })) return content && versionId;
  return undefined;
}
