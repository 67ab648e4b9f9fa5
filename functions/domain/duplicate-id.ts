import type { MessageContent } from './message-content.ts';
import { type EventObject, unquotedEtag } from './object-reference.ts';
import type { Digest } from './ports.ts';

export interface ScannedObject {
  readonly scanId: string;
  readonly bucket: string;
  readonly object: EventObject;
}

/**
 * The same for two executions of one upload: S3 and EventBridge deliver events at least once. Without a sequencer
 * (rescans, redriven uploads, content that replaced other content) nothing tells one upload from the next with the
 * same content, so the id is that of the scan.
 */
export function duplicateId({ scanId, bucket, object }: ScannedObject, digest: Digest): string {
  const { key, etag, sequencer } = object;
  if (sequencer === undefined) return scanId;
  const content = object['version-id'] ?? unquotedEtag(etag);
  // Hashed: a key may have 1,024 bytes, and any separator may be part of one.
  return digest(JSON.stringify([bucket, key, content, sequencer]));
}

/** In every dialect; a body in the words of another system has no place for it. */
export function withDuplicateId(content: MessageContent, id: string): MessageContent {
  const { attributes, detail } = content;
  return { ...content, attributes: { ...attributes, duplicateId: id }, detail: { ...detail, duplicateId: id } };
}
