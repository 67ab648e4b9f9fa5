import { randomUUID } from 'node:crypto';
import type { Version } from './buckets.ts';

/** An EventBridge event as S3 sends it. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export interface S3Event {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Object Created' | 'Object Deleted' | 'Object Tags Added' | 'Object Tags Deleted';
  readonly source: 'aws.s3';
  readonly account: string;
  /** ISO 8601, one-second resolution. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: S3EventDetail;
}

export interface S3EventDetail {
  readonly version: '0';
  readonly bucket: { readonly name: string };
  /** `key` is not URL-encoded; `version-id` is absent for content without its own version. */
  readonly object: {
    readonly key: string;
    readonly size?: number;
    readonly etag?: string;
    readonly 'version-id'?: string;
    readonly sequencer?: string;
  };
  readonly 'request-id': string;
  readonly requester: string;
  readonly 'source-ip-address': string;
  readonly reason?: CreationReason | 'DeleteObject';
  readonly 'deletion-type'?: 'Permanently Deleted' | 'Delete Marker Created';
}

export type CreationReason = 'PutObject' | 'POST Object' | 'CopyObject' | 'CompleteMultipartUpload';

/** The change, without the envelope. */
export type Occurrence =
  | { readonly type: 'Object Created'; readonly version: Version<unknown>; readonly reason: CreationReason }
  | {
      readonly type: 'Object Deleted';
      readonly version: Version<unknown>;
      /** Of the deletion, not of the deleted version. */
      readonly sequence: number;
      readonly deletionType: 'Permanently Deleted' | 'Delete Marker Created';
    }
  | { readonly type: 'Object Tags Added' | 'Object Tags Deleted'; readonly version: Version<unknown> };

export interface EventOrigin {
  readonly account: string;
  readonly region: string;
  readonly bucket: string;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly time: Date;
}

export function toEvent(occurrence: Occurrence, origin: EventOrigin): S3Event {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': occurrence.type,
    source: 'aws.s3',
    account: origin.account,
    time: `${origin.time.toISOString().slice(0, 19)}Z`,
    region: origin.region,
    resources: [`arn:aws:s3:::${origin.bucket}`],
    detail: {
      version: '0',
      bucket: { name: origin.bucket },
      object: objectOf(occurrence),
      'request-id': origin.requestId,
      requester: origin.account,
      'source-ip-address': origin.sourceIp,
      ...(occurrence.type === 'Object Created' && { reason: occurrence.reason }),
      ...(occurrence.type === 'Object Deleted' && {
        reason: 'DeleteObject',
        'deletion-type': occurrence.deletionType,
      }),
    },
  };
}

function objectOf(occurrence: Occurrence): S3EventDetail['object'] {
  const { version } = occurrence;
  return {
    key: version.key,
    ...(occurrence.type === 'Object Created' && !version.deleteMarker && { size: version.size }),
    ...(!version.deleteMarker && { etag: version.etag }),
    ...(version.versionId !== 'null' && { 'version-id': version.versionId }),
    ...(occurrence.type === 'Object Created' && { sequencer: toSequencer(version.sequence) }),
    ...(occurrence.type === 'Object Deleted' && { sequencer: toSequencer(occurrence.sequence) }),
  };
}

/** 16 hex digits, so that they sort as text. */
const toSequencer = (sequence: number): string => sequence.toString(16).padStart(16, '0');
