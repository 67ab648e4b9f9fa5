import { createHash, hash } from 'node:crypto';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DeleteObjectCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Decision } from '../../../functions/domain/definitions/exemptions.ts';
import { type Dialect, dialectNamed } from '../../../functions/domain/dialects/index.ts';
import { trustedPrefixOf } from '../../../functions/domain/gate/trusted.ts';
import { quarantineKey, restoredMetadata } from '../../../functions/domain/quarantine.ts';
import { taggedDetails } from '../../../functions/domain/tagged-verdict.ts';
import { addExemption } from '../definitions/exemption-file.ts';
import type { DeployedStack } from '../deployed-stack.ts';
import { planMerge } from '../merge-gate.ts';
import { describeCopy, type QuarantinedCopy } from './copies.ts';
import { removeCopy } from './delete-copy.ts';
import { currentContent, type Followed, followVerdict, statusIn } from './follow-verdict.ts';
import { addToLog, type LogEntry } from './log.ts';
import { isStillRefused } from './still-refused.ts';
import { KeyTaken, type Place, type Uploaded, uploadCopy, uploadedBefore } from './upload-copy.ts';

export interface RestoreProps {
  readonly s3: S3Client;
  readonly cloudFormation: CloudFormationClient;
  readonly deployed: DeployedStack;
  /** Name or ARN of the stack. */
  readonly stack: string;
  readonly copy: QuarantinedCopy;
  /** Where to; default: where it was. */
  readonly target?: Place | undefined;
  readonly made: Decision;
  /** Exempts exactly this content, whatever a scan finds in it. */
  readonly ignoreSignature: boolean;
  /** Scans it also where the definitions are still those that found it. */
  readonly scanAgain: boolean;
  readonly overwrite: boolean;
  /** How long to wait for the verdict. */
  readonly milliseconds: number;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

export interface Restored {
  readonly id: string;
  readonly restored: boolean;
  readonly target: Place & { readonly version: string | null };
  /** The verdict there, or why there is none. */
  readonly result: string;
  readonly finding: string | null;
  readonly definitions: string | null;
  /** SHA-256 of the content, where it was exempted. */
  readonly exempted: string | null;
}

/**
 * Brings a copy back and waits for the verdict that the deployed scanner gives it there: no function may read the
 * quarantine. Until then nobody can read it, and malware is removed again. Can be repeated after an interruption.
 * @throws Error that says what to do; what the SDK throws; the signal's reason
 */
export async function restoreCopy(props: RestoreProps): Promise<Restored> {
  const { s3, deployed, copy, made, tell, milliseconds, signal } = props;
  const target = props.target ?? { bucket: copy.original.bucket, key: copy.original.key };
  const quarantine = deployed.output('QuarantineBucketName');
  assertScanned(deployed, target);
  const dialect = await gatedDialect(props, target.bucket);
  const entry = { ...made, id: copy.id, copy: copy.key, original: copy.original };
  const log = (more: Pick<LogEntry, 'action'> & Partial<LogEntry>) =>
    addToLog(s3, quarantine, { ...entry, target: { ...target, version: null }, ...more });

  const before = await uploadedBefore(s3, target, copy, (place) => currentContent(s3, place));
  if (before !== undefined) tell(`${nameOf(target)} is there already, from an earlier restore`);
  await log({ action: 'restore-started' });
  if (before === undefined && !props.ignoreSignature && !props.scanAgain && (await stillRefused(props))) {
    const { id, status: result, finding, definitions } = copy;
    await log({
      action: 'not-restored',
      at: new Date().toISOString(),
      result: `${result} ${finding}, not scanned again`,
    });
    return { id, restored: false, target: { ...target, version: null }, exempted: null, result, finding, definitions };
  }
  const exempted = props.ignoreSignature ? await exempt(props) : null;
  const judged = before !== undefined && (await isRefused(s3, dialect, before, signal));
  // Only a new scan can come to another verdict.
  if (judged) await removeUploaded(s3, before, tell);
  const waited = judged ? undefined : before;
  const uploaded = waited ?? (await upload(props, { quarantine, target, dialect }));
  const place = { ...target, version: uploaded.versionId ?? null };
  if (waited === undefined) tell(`uploaded to ${nameOf(target)}, where nobody can read it; waiting for its verdict`);

  const followed = await followVerdict(s3, dialect, uploaded, { milliseconds, signal });
  const said = await outcomeOf(props, { followed, dialect, uploaded, quarantine });
  await log({
    action: said.restored ? 'restored' : 'not-restored',
    at: new Date().toISOString(),
    target: place,
    result: [said.result, said.finding].filter(Boolean).join(' '),
    ...(exempted !== null && { exempted }),
  });
  return { id: copy.id, target: place, exempted, ...said };
}

/** @throws Error where nothing would be scanned: a writer's restore would make malware readable at once */
function assertScanned(deployed: DeployedStack, { bucket, key }: Place): void {
  const trusted = trustedPrefixOf(deployed.gateOf(bucket), key);
  if (trusted === undefined) return;
  throw new Error(
    `nothing under ${trusted} is scanned: it is trusted. Restore to another key with --to, and let one of its roles copy what is CLEAN`,
  );
}

/** @throws Error unless the stack watches the bucket and its gate is closed: otherwise anybody could read it unscanned */
async function gatedDialect({ s3, cloudFormation, deployed, stack }: RestoreProps, bucket: string): Promise<Dialect> {
  const { dialect, tagKey } = deployed.gateOf(bucket);
  const { changed } = await planMerge({ s3, cloudFormation }, { bucket, stack });
  if (changed) {
    throw new Error(
      `the gate of ${bucket} is open or differs, so what is restored could be read before its verdict: first \`airlock bucket-policy merge ${bucket}\``,
    );
  }
  return dialectNamed(dialect, tagKey);
}

/** A scan that could only repeat the verdict would tell subscribers of it once more: docs/decisions/0029. */
async function stillRefused({ s3, deployed, copy, tell }: RestoreProps): Promise<boolean> {
  const sha256 = () => sha256OfCopy(s3, deployed.output('QuarantineBucketName'), copy);
  const refused = await isStillRefused(s3, deployed.output('DefinitionsBucketName'), copy, sha256);
  if (refused) {
    tell(`not scanned again: the scanners still use definitions ${copy.definitions}, which found it (--scan-again)`);
  }
  return refused;
}

async function exempt({ s3, deployed, copy, made, tell }: RestoreProps): Promise<string> {
  const sha256 = await sha256OfCopy(s3, deployed.output('QuarantineBucketName'), copy);
  const added = await addExemption(
    s3,
    deployed.output('DefinitionsBucketName'),
    { kind: 'content', sha256 },
    { ...made, reason: `${made.reason} (restored from quarantine, found: ${copy.finding})` },
  );
  tell(`content ${sha256} ${added ? 'is exempt now' : 'was exempt already'}`);
  return sha256;
}

/** Through memory in pieces, never onto a disk. */
async function sha256OfCopy(s3: S3Client, bucket: string, { key, versionId, etag }: QuarantinedCopy): Promise<string> {
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, IfMatch: `"${etag}"` }),
  );
  const digest = createHash('sha256');
  for await (const chunk of Body as AsyncIterable<Uint8Array>) digest.update(chunk);
  return digest.digest('hex');
}

interface Restoring {
  readonly quarantine: string;
  readonly target: Place;
  readonly dialect: Dialect;
}

async function upload(props: RestoreProps, { quarantine, target, dialect }: Restoring): Promise<Uploaded> {
  const { s3, copy, made, overwrite, signal } = props;
  const metadata = restoredMetadata(copy.key, made, (text) => hash('sha256', text));
  try {
    return await uploadCopy(s3, { quarantine, copy, target, metadata, dialect, overwrite, signal });
  } catch (fault) {
    if (!(fault instanceof KeyTaken)) throw fault;
    throw new Error(`${nameOf(target)} holds something else now: restore it elsewhere with --to, or add --overwrite`, {
      cause: fault,
    });
  }
}

interface Ending {
  readonly followed: Followed;
  readonly dialect: Dialect;
  readonly uploaded: Uploaded;
  readonly quarantine: string;
}

async function outcomeOf(
  { s3, copy, tell }: RestoreProps,
  { followed, dialect, uploaded, quarantine }: Ending,
): Promise<Pick<Restored, 'restored' | 'result' | 'finding' | 'definitions'>> {
  const { kind } = followed;
  if (kind === 'verdict') {
    const { status, tags } = followed;
    const { finding, definitions } = taggedDetails(new Map(Object.entries(tags)), dialect);
    const said = { result: status, finding, definitions };
    if (status === dialect.statusTag.clean) return { restored: true, ...said };
    if (status === statusIn(dialect, 'INFECTED')) await removeUploaded(s3, uploaded, tell);
    return { restored: false, ...said };
  }
  const nothing = { restored: false, finding: null, definitions: null };
  if (kind === 'waiting') return { ...nothing, result: 'no verdict yet' };
  if (kind === 'replaced') return { ...nothing, result: 'replaced by other content' };
  // What `onInfected: quarantine` does: a second copy of what is still there.
  const { bucket, key, versionId, etag } = uploaded;
  const reference = { bucket, key, size: copy.size, etag, ...(versionId !== undefined && { versionId }) };
  const again = await describeCopy(s3, quarantine, { key: quarantineKey(reference, (text) => hash('sha256', text)) });
  if (again === undefined) return { ...nothing, result: 'deleted again' };
  if (again.key !== copy.key) {
    await removeCopy(s3, quarantine, again, {}).catch(() =>
      tell(`a second copy of it is in quarantine now: ${again.id}`),
    );
  }
  return { restored: false, result: again.status, finding: again.finding, definitions: again.definitions };
}

/** Whether the content has a verdict that hides it. */
async function isRefused(s3: S3Client, dialect: Dialect, uploaded: Uploaded, signal: AbortSignal): Promise<boolean> {
  const followed = await followVerdict(s3, dialect, uploaded, { milliseconds: 0, signal });
  return followed.kind === 'verdict' && followed.status !== dialect.statusTag.clean;
}

/** With `onInfected: tag`, malware would stay. Exactly this content, never what took its place. */
async function removeUploaded(s3: S3Client, uploaded: Uploaded, tell: (line: string) => void): Promise<void> {
  const { bucket, key, versionId, etag } = uploaded;
  const exactly = versionId === undefined ? { IfMatch: `"${etag}"` } : { VersionId: versionId };
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, ...exactly })).catch((fault: Error) => {
    tell(`${nameOf(uploaded)} could not be removed again; nobody can read it (${fault.name}: ${fault.message})`);
  });
}

/** For people, on one line. */
const nameOf = ({ bucket, key }: Place): string => `s3://${bucket}/${JSON.stringify(key).slice(1, -1)}`;
