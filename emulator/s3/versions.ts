import type { Checksum } from './checksums.ts';
import type { CorsRule } from './cors.ts';
import type { TagSet } from './tag-rules.ts';

export type Versioning = 'enabled' | 'suspended' | 'off';

export interface StoredPart {
  readonly number: number;
  /** Bytes. */
  readonly size: number;
  readonly checksum?: Checksum | undefined;
}

/** What a client sent with the content and gets back with it; it has no effect here. */
export interface ObjectAttributes {
  readonly storageClass: string;
  /** Response headers by lower-case name: `content-type`, `x-amz-meta-*`, … */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum | undefined;
  /** Set when the object is encrypted with the client's own key (SSE-C). */
  readonly customerKeyMd5?: string | undefined;
  /** Of a multipart upload. */
  readonly parts?: readonly StoredPart[] | undefined;
}

/** `body` is an opaque handle: the store keeps it and passes it to `release` when the version is removed. */
export interface NewObject<Body> {
  readonly body: Body;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly tags?: TagSet | undefined;
  readonly attributes?: ObjectAttributes | undefined;
  /** Only for seeding; otherwise the store's clock. */
  readonly lastModified?: Date | undefined;
}

export interface VersionIdentity {
  readonly key: string;
  /** `null` (the string) for content written while versioning was off or suspended. */
  readonly versionId: string;
  /** Increases with every write to the store. */
  readonly sequence: number;
  /** One-second resolution. */
  readonly lastModified: Date;
}

export interface StoredObject<Body> extends VersionIdentity {
  readonly deleteMarker: false;
  readonly body: Body;
  readonly size: number;
  readonly etag: string;
  readonly tags: TagSet;
  readonly attributes: ObjectAttributes;
}

export interface DeleteMarker extends VersionIdentity {
  readonly deleteMarker: true;
}

export type Version<Body> = StoredObject<Body> | DeleteMarker;

export interface Bucket<Body> {
  readonly name: string;
  readonly created: Date;
  versioning: Versioning;
  /** Whether the bucket sends its events to EventBridge. */
  eventBridge: boolean;
  /** Empty: CORS is off. */
  readonly cors: readonly CorsRule[];
  policy: object | undefined;
  /** Oldest version first; the last one is current. */
  readonly versions: Map<string, readonly Version<Body>[]>;
  sortedKeys: readonly string[] | undefined;
}

export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: '*' | undefined;
}
