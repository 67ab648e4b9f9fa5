import { digestOfHeaders } from '../confirmed-verdict.ts';
import type { ObjectReference } from '../object-reference.ts';
import type { Digest } from '../ports.ts';
import { MAX_METADATA_BYTES, metadataBytes, withoutOurs } from '../quarantine.ts';
import type { HeldContent, Metadata, Proofs, SourceContent } from './ports.ts';

/** Metadata of a copy: which content it is a copy of. */
const MARK = 'airlock-copy-of';
/** Where content is overwritten in place: which upload of that content. */
const UPLOAD = 'airlock-upload';

/** The same for the same content alone. */
const markOf = ({ bucket, key, versionId, etag }: ObjectReference, digest: Digest): string =>
  digest(JSON.stringify([bucket, key, versionId ?? etag]));

/** A version never changes; other bytes may be uploaded again, with other headers. */
function uploadOf({ versionId, lastModified, headers }: SourceContent, digest: Digest): string | undefined {
  if (versionId !== undefined) return undefined;
  return digest(JSON.stringify([lastModified, digestOfHeaders(headers, digest)]));
}

/**
 * The metadata of a copy: all of the owner's, then as much of ours as S3 has room for, the mark first. Without the mark, the
 * next execution for this object copies it again.
 */
export function copyMetadata(content: SourceContent, digest: Digest): Metadata {
  const owners = withoutOurs(content.metadata);
  const upload = uploadOf(content, digest);
  const ours = {
    [MARK]: markOf(content, digest),
    ...(upload !== undefined && { [UPLOAD]: upload }),
    'airlock-etag': content.etag,
    ...(content.versionId !== undefined && { 'airlock-version': content.versionId }),
    'airlock-bucket': content.bucket,
  };
  let room = MAX_METADATA_BYTES - metadataBytes(owners);
  const kept = Object.entries(ours).filter(([name, value]) => {
    const bytes = metadataBytes({ [name]: value });
    if (bytes > room) return false;
    room -= bytes;
    return true;
  });
  return { ...owners, ...Object.fromEntries(kept) };
}

/** Whether the destination holds a copy of this content, as far as S3 shows it: its mark, its size and its bytes. */
export function isCopyOf(held: HeldContent, content: SourceContent, digest: Digest): boolean {
  const { metadata } = held;
  return (
    isMarkedAs(held, content, digest) && metadata[UPLOAD] === uploadOf(content, digest) && hasSameBytes(held, content)
  );
}

/** The same by the mark alone, which needs no look at the original. */
export const isMarkedAs = ({ metadata }: HeldContent, object: ObjectReference, digest: Digest): boolean =>
  metadata[MARK] === markOf(object, digest);

export function hasSameBytes(held: HeldContent, content: SourceContent): boolean {
  return held.size === content.size && !contradict(held.proofs, content.proofs);
}

/** A checksum by another algorithm, or of parts, proves nothing either way. */
function contradict(a: Proofs, b: Proofs): boolean {
  const differ = (one: string | undefined, other: string | undefined) =>
    one !== undefined && other !== undefined && one !== other;
  const sameAlgorithm = a.checksum?.split(' ')[0] === b.checksum?.split(' ')[0];
  return (sameAlgorithm && differ(a.checksum, b.checksum)) || differ(a.md5, b.md5);
}
