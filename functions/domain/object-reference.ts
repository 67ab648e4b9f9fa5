import { z } from 'zod';

/**
 * `detail.object` of an EventBridge `Object Created` event; the key is not URL-encoded.
 * Open on purpose: S3 may add fields. `version-id` is absent on buckets without versioning.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export const EventObject = z.object({
  key: z.string().min(1),
  size: z.int().nonnegative(),
  etag: z.string().min(1),
  'version-id': z.string().min(1).optional(),
  /** Orders the events of one key; absent where content was found without an event. */
  sequencer: z.string().min(1).optional(),
});

export type EventObject = z.infer<typeof EventObject>;

/**
 * One object's exact content: the version where there is one, the ETag always (without quotes). `versionId` is
 * undefined for content that can be overwritten in place: buckets without versioning, and the `null` version of
 * buckets where it is suspended or was enabled later.
 */
export interface ObjectReference {
  readonly bucket: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  readonly versionId?: string;
}

export function toObjectReference(bucket: string, object: EventObject): ObjectReference {
  const { key, size, etag } = object;
  return { bucket, key, size, etag: unquotedEtag(etag), ...versionOf(object['version-id']) };
}

/** S3 headers and listings quote an ETag, events do not. */
export function unquotedEtag(etag = ''): string {
  return etag.replaceAll('"', '');
}

/** Empty for the `null` version, whose content can be overwritten in place. */
export function versionOf(versionId: string | undefined): Pick<ObjectReference, 'versionId'> {
  return versionId === undefined || versionId === 'null' ? {} : { versionId };
}

export function toEventObject(object: ObjectReference): EventObject {
  return {
    key: object.key,
    size: object.size,
    etag: object.etag,
    ...(object.versionId !== undefined && { 'version-id': object.versionId }),
  };
}
