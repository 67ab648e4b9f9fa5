import type { ObjectReference } from '../../domain/object-reference.ts';

/** `x-amz-copy-source` of exactly this content; the SDK does not URL-encode it. */
export function copySourceOf({
  bucket,
  key,
  versionId,
}: Pick<ObjectReference, 'bucket' | 'key' | 'versionId'>): string {
  const source = `${bucket}/${encodeURIComponent(key)}`;
  return versionId === undefined ? source : `${source}?versionId=${encodeURIComponent(versionId)}`;
}
