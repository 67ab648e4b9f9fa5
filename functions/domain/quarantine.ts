import type { Decision } from './definitions/exemptions.ts';
import type { ObjectReference } from './object-reference.ts';
import type { Verdict } from './verdict.ts';

/** Bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

/**
 * Limit for all user-defined metadata of an object, names and values, in bytes.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export const MAX_METADATA_BYTES = 2048;

/** Folder of the log in the quarantine bucket; no bucket's name begins like that. */
export const QUARANTINE_LOG = '_log/';

type Metadata = Readonly<Record<string, string>>;

/**
 * The key of this content in the quarantine: `<bucket>/<key>/<version, or ETag where there is none>`, so that a
 * repeated copy replaces the first. A key that is too long is replaced by its SHA-256,
 * `<bucket>/sha256-<hex>/<version>`.
 */
export function quarantineKey(
  { bucket, key, versionId, etag }: ObjectReference,
  sha256: (text: string) => string,
): string {
  const content = versionId ?? etag;
  const plain = `${bucket}/${key}/${content}`;
  if (Buffer.byteLength(plain) <= MAX_KEY_BYTES) return plain;
  return `${bucket}/sha256-${sha256(key)}/${content}`;
}

/**
 * The metadata of a copy about its original, ASCII only, at most 2,048 bytes. The key is in base64url: any key fits
 * and is safe in an HTTP header.
 */
export function quarantineMetadata(original: ObjectReference, verdict: Verdict): Metadata {
  return {
    'airlock-bucket': original.bucket,
    'airlock-key': Buffer.from(original.key).toString('base64url'),
    ...(original.versionId !== undefined && { 'airlock-version': original.versionId }),
    // Not the copy's: a multipart upload gets another ETag when it is copied in one request.
    'airlock-etag': original.etag,
    'airlock-status': verdict.status,
    'airlock-finding': printable(verdict.finding ?? '', 128),
    'airlock-definitions': printable(verdict.definitions ?? '', 64),
    'airlock-scan-time': verdict.scanTime,
  };
}

/** Also the owner's metadata, one by one while there is room; for the same name, ours wins. */
export function besideOwners(owners: Metadata, ours: Metadata): Metadata {
  let room = MAX_METADATA_BYTES - metadataBytes(ours);
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(owners)) {
    const bytes = metadataBytes({ [name]: value });
    if (name in ours || bytes > room) continue;
    kept[name] = value;
    room -= bytes;
  }
  return { ...kept, ...ours };
}

/** S3 counts names and values; to be safe, this assumes that it also counts `x-amz-meta-`. */
export function metadataBytes(metadata: Metadata): number {
  const lines = Object.entries(metadata).map(([name, value]) => `x-amz-meta-${name}${value}`);
  return Buffer.byteLength(lines.join(''));
}

/** The metadata of a restored object about who restored it, ASCII only. */
export function restoredMetadata(
  copyKey: string,
  { by, at, reason }: Decision,
  sha256: (text: string) => string,
): Metadata {
  return {
    'airlock-restored-by': printable(by, 256),
    'airlock-restored-at': at,
    'airlock-restored-reason': reason
      .replace(/[^\x20-\x7e]/g, '_')
      .trim()
      .slice(0, 256),
    'airlock-restored-from': sha256(copyKey),
  };
}

/** The original's own metadata, without what the quarantine or a restore has added. */
export function withoutOurs(metadata: Metadata): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !name.startsWith('airlock-')));
}

function printable(text: string, length: number): string {
  return text.replace(/[^\x21-\x7e]/g, '_').slice(0, length);
}
