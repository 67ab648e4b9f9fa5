import pMap from 'p-map';
import { AirlockError, InvalidInput } from '../errors.ts';
import { executionName } from '../execution-name.ts';
import type { Digest, ExecutionStarter } from '../ports.ts';
import type { DeployedUploads, ObjectListing, RefusedRequests, RequestedContent } from './ports.ts';
import { type RequestMessage, readRequestMessage, type ScanRequest } from './request-message.ts';

export interface RequestPorts {
  readonly deployed: DeployedUploads;
  readonly objects: ObjectListing;
  readonly executions: ExecutionStarter;
  readonly refused: RefusedRequests;
  readonly digest: Digest;
}

/** What became of the objects of a message. */
export interface Requested {
  readonly started: number;
  /** Deleted meanwhile, or never there. */
  readonly missing: readonly ScanRequest[];
  readonly refused: readonly Refusal[];
}

export interface Refusal {
  /** As it was sent; undefined: the whole message. */
  readonly sent: unknown;
  readonly reason: string;
}

/** Of one message. SNS takes 256 KB, about a thousand records. */
const AT_ONCE = 20;

/**
 * Starts an execution for each object that a message names. Bucket, key and version are all it may say: content and
 * policy come from S3 and from what is deployed.
 *
 * What cannot be carried out however often it is tried goes to the dead-letter queue with the reason, in the words in
 * which it was sent; the other objects of the message are scanned all the same.
 * @param body what SNS puts into a queue
 * @throws StartRefused, StorageUnavailable, DeploymentUnreadable, RefusalUndelivered: the message may be tried again as
 * it is, since executions that were started are not started again
 */
export async function startRequested(body: string, ports: RequestPorts): Promise<Requested> {
  const message = readOrReason(body);
  if (typeof message === 'string') {
    await ports.refused.send(body, message);
    return { started: 0, missing: [], refused: [{ sent: undefined, reason: message }] };
  }
  const different = new Map(message.requests.map((request) => [identityOf(request), request]));
  // In the order in which they were sent.
  const outcomes = await pMap(different.values(), (request) => outcomeOf(request, message.sentAt, ports), {
    concurrency: AT_ONCE,
  });
  const refused = outcomes.flatMap((outcome) => (typeof outcome === 'object' && 'reason' in outcome ? outcome : []));
  const missing = outcomes.flatMap((outcome) => (typeof outcome === 'object' && 'keys' in outcome ? outcome : []));
  const started = outcomes.filter((outcome) => outcome === 'started').length;
  if (refused.length > 0) await ports.refused.send(againOf(refused), reasonsOf(refused));
  return { started, missing, refused };
}

/** A request whose object is missing comes back as it is. */
async function outcomeOf(
  request: ScanRequest,
  sentAt: Date,
  ports: RequestPorts,
): Promise<'started' | ScanRequest | Refusal> {
  try {
    return (await startOne(request, sentAt, ports)) ? 'started' : request;
  } catch (fault) {
    if (!(fault instanceof AirlockError) || fault.transient) throw fault;
    return { sent: request.sent, reason: `${fault.name}: ${fault.message}` };
  }
}

/** @returns false when there is nothing to scan */
async function startOne(
  request: ScanRequest,
  sentAt: Date,
  { deployed, objects, executions, digest }: RequestPorts,
): Promise<boolean> {
  const { bucket, versionId } = request;
  const inputFor = await deployed.ofBucket(bucket);
  let found: RequestedContent | undefined;
  for (const key of request.keys) found ??= await objects.find(bucket, key, versionId);
  if (found === undefined) return false;
  const { object, lastModified } = found;
  const { key, etag, 'version-id': version } = object;
  const identity = [bucket, key, version, etag, lastModified.toISOString(), hourOf(sentAt)];
  await executions.start(executionName('requested', identity, digest), inputFor(object));
  return true;
}

function readOrReason(body: string): RequestMessage | string {
  try {
    return readRequestMessage(body);
  } catch (fault) {
    if (fault instanceof InvalidInput) return `${fault.name}: ${fault.message}`;
    throw fault;
  }
}

const identityOf = ({ bucket, keys, versionId }: ScanRequest) => JSON.stringify([bucket, keys, versionId]);

/**
 * A request that is repeated soon, by SNS or by a script that tries again, starts nothing new; one that is made later
 * means another scan. Step Functions remembers names for 90 days.
 */
const hourOf = (time: Date) => time.toISOString().slice(0, 'YYYY-MM-DDTHH'.length);

/** The refused ones as one message, which may be published again when the reason is gone. */
function againOf(refused: readonly Refusal[]): string {
  const [first, ...others] = refused;
  if (others.length === 0) return JSON.stringify(first?.sent);
  return JSON.stringify({ Records: refused.flatMap(({ sent }) => (sent as { Records: unknown[] }).Records) });
}

function reasonsOf(refused: readonly Refusal[]): string {
  const different = [...new Set(refused.map(({ reason }) => reason))];
  return different.length === 1 ? (different[0] as string) : `${different.length} reasons: ${different.join('; ')}`;
}
