import type { EventObject } from '../object-reference.ts';

/** What a bucket holds under a key. */
export interface RequestedContent {
  readonly object: EventObject;
  /** When it was stored. */
  readonly lastModified: Date;
}

/** The rules by which uploads are scanned, as they are deployed. */
export interface DeployedUploads {
  /** @throws InvalidInput when the stack does not watch the bucket; DeploymentUnreadable */
  ofBucket(bucket: string): Promise<UploadStart>;
}

/** The input that the rule of a bucket gives an execution, with the bucket's policy. @throws InvalidInput for a trusted key */
export type UploadStart = (object: EventObject) => object;

export interface ObjectListing {
  /**
   * @param versionId default: the current version
   * @returns undefined when there is no such content: deleted, or never there
   * @throws AccessDenied, ObjectGone when there is no such bucket, StorageUnavailable
   */
  find(bucket: string, key: string, versionId?: string): Promise<RequestedContent | undefined>;
}

/** Where requests go that cannot be carried out. */
export interface RefusedRequests {
  /** @throws RefusalUndelivered */
  send(message: string, reason: string): Promise<void>;
}
