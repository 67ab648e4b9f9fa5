import { digestOfHeaders } from '../confirmed-verdict.ts';
import type { Dialect } from '../dialects/index.ts';
import type { ObjectReference } from '../object-reference.ts';
import type { Digest } from '../ports.ts';
import { MAX_METADATA_BYTES, metadataBytes, withoutOurs } from '../quarantine.ts';
import { withoutVerdictTags } from '../tags.ts';
import type { CleanContent, HeldContent, Metadata, Proofs, SourceContent } from './ports.ts';

/** Metadata of a copy: which content it is a copy of. */
const MARK = 'airlock-copy-of';
/** Where content is overwritten in place: which upload of that content. */
const UPLOAD = 'airlock-upload';

export interface MarkPorts {
  readonly digest: Digest;
  readonly dialect: Pick<Dialect, 'tagKeys'>;
}

/** The same for the same content alone. */
const markOf = ({ bucket, key, versionId, etag }: ObjectReference, digest: Digest): string =>
  digest(JSON.stringify([bucket, key, versionId ?? etag]));

/** A version never changes; other bytes may be uploaded again, with other headers, metadata and tags of their owner. */
function uploadOf(content: CleanContent, { digest, dialect }: MarkPorts): string | undefined {
  const { versionId, lastModified, headers, metadata, tags } = content;
  if (versionId !== undefined) return undefined;
  const stored = [metadata, withoutVerdictTags(tags, dialect.tagKeys)].map((each) => Object.entries(each).sort());
  return digest(JSON.stringify([lastModified, digestOfHeaders(headers, digest), ...stored]));
}

/**
 * The metadata of a copy: all of the owner's, then as much of ours as S3 has room for, the mark first. Without the mark, the
 * next execution for this object copies it again.
 */
export function copyMetadata(content: CleanContent, ports: MarkPorts): Metadata {
  const { digest } = ports;
  const owners = withoutOurs(content.metadata);
  const upload = uploadOf(content, ports);
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
export function isCopyOf(held: HeldContent, content: CleanContent, ports: MarkPorts): boolean {
  const { metadata } = held;
  return (
    isMarkedAs(held, content, ports.digest) &&
    metadata[UPLOAD] === uploadOf(content, ports) &&
    hasSameBytes(held, content)
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
