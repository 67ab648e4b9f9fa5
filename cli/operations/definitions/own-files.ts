import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isAllowList } from '../../../functions/domain/definitions/downloads.ts';
import { type Decision, EXEMPTIONS_KEY } from '../../../functions/domain/definitions/exemptions.ts';
import { isOwnSignatureFile } from '../../../functions/domain/definitions/signature-files.ts';
import { isGone } from '../s3-faults.ts';

const OWN = 'own/';
const PROPOSED = 'proposed/';
/** As many as `UpdateDefinitions` has room for beside ClamAV's own. */
const MAX_BYTES = 200_000_000;
/** S3 has room for 2 KB of metadata. */
const MAX_REASON_BYTES = 900;

/** A signature file of the operators' own. */
export interface OwnFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly at: string;
  /** null where it was not added by `airlock definitions add`. */
  readonly by: string | null;
  readonly reason: string | null;
  /** Whether it makes malware CLEAN rather than finding any. */
  readonly allows: boolean;
}

export interface NewFile {
  readonly name: string;
  readonly content: Buffer;
}

/** @throws Error when it cannot be a file of one's own */
export async function readNewFile(path: string, allowList: boolean): Promise<NewFile> {
  const name = basename(path);
  if (!isOwnSignatureFile(name)) {
    throw new Error(
      `${JSON.stringify(name)} is not the name of a signature file of your own: a format of ClamAV's, such as mine.ndb, mine.hsb or mine.yara, and not one of ClamAV's own sets`,
    );
  }
  if (isAllowList(name) && !allowList) {
    throw new Error(
      `${name} can make malware CLEAN, and nobody could see who decided it: use \`airlock definitions ignore\` or \`exempt\`, or add --allow-list`,
    );
  }
  const content = await readFile(path);
  if (content.length === 0) throw new Error(`${path} is empty`);
  if (content.length > MAX_BYTES) throw new Error(`${path} has ${content.length} bytes; at most ${MAX_BYTES} fit`);
  return { name, content };
}

/** Puts it where the updater tries it out; nothing uses it there. */
export async function propose(s3: S3Client, Bucket: string, { name, content }: NewFile): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key: `${PROPOSED}${name}`, Body: content }));
}

export async function withdraw(s3: S3Client, Bucket: string, { name }: Pick<NewFile, 'name'>): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket, Key: `${PROPOSED}${name}` }));
}

/** Every update adds it from now on. */
export async function addOwnFile(
  s3: S3Client,
  Bucket: string,
  { name, content }: NewFile,
  { by, at, reason }: Decision,
): Promise<void> {
  const Metadata = {
    'airlock-by': by,
    'airlock-at': at,
    'airlock-reason': Buffer.from(reason).subarray(0, MAX_REASON_BYTES).toString('base64url'),
  };
  await s3.send(new PutObjectCommand({ Bucket, Key: `${OWN}${name}`, Body: content, Metadata }));
}

/** @returns false when there is none */
export async function removeOwnFile(s3: S3Client, Bucket: string, name: string): Promise<boolean> {
  const Key = `${OWN}${name}`;
  if (Key === EXEMPTIONS_KEY)
    throw new Error('remove exemptions one by one: `airlock definitions ignore` or `exempt`, with --remove');
  try {
    await s3.send(new HeadObjectCommand({ Bucket, Key }));
  } catch (fault) {
    if (isGone(fault)) return false;
    throw fault;
  }
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  return true;
}

/** @throws what the SDK throws */
export async function ownFiles(s3: S3Client, Bucket: string): Promise<OwnFile[]> {
  const found: OwnFile[] = [];
  let next: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: OWN, ContinuationToken: next }));
    for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
      const name = Key.slice(OWN.length);
      if (!isOwnSignatureFile(name)) continue;
      const { Metadata = {} } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
      const { 'airlock-by': by = null, 'airlock-at': at, 'airlock-reason': reason } = Metadata;
      found.push({
        name,
        size: Size,
        at: at ?? LastModified?.toISOString() ?? '',
        by,
        reason: reason === undefined ? null : Buffer.from(reason, 'base64url').toString(),
        allows: isAllowList(name),
      });
    }
    next = page.NextContinuationToken;
  } while (next !== undefined);
  return found;
}
