import type { CorsRule } from './cors.ts';
import { markerNotAllowed, noSuchBucket, noSuchKey, noSuchVersion, preconditionFailed, S3Error } from './errors.ts';
import { compareUtf8, type Page, page } from './listing.ts';
import type { TagSet } from './tag-rules.ts';
import type {
  Bucket,
  Conditions,
  DeleteMarker,
  NewObject,
  ObjectAttributes,
  StoredObject,
  Version,
  VersionIdentity,
  Versioning,
} from './versions.ts';

export type * from './versions.ts';

export type DeleteResult<Body> =
  | { readonly kind: 'marked'; readonly marker: DeleteMarker }
  | { readonly kind: 'removed'; readonly version: Version<Body> }
  | { readonly kind: 'nothing' };

export interface BucketSettings {
  readonly versioning?: Versioning;
  readonly eventBridge?: boolean;
  readonly cors?: readonly CorsRule[];
}

export interface BucketsOptions<Body> {
  readonly clock?: () => Date;
  readonly newVersionId?: () => string;
  /** Called once for every body whose version was removed. */
  readonly release?: (body: Body) => void;
}

const PLAIN: ObjectAttributes = Object.freeze({ storageClass: 'STANDARD', headers: Object.freeze({}) });

/**
 * S3's semantics of buckets, versions, delete markers and tag sets, in memory: without HTTP, disk or promises, so
 * that every method is atomic. Methods throw S3Error.
 */
export class Buckets<Body> {
  readonly #buckets = new Map<string, Bucket<Body>>();
  readonly #clock: () => Date;
  readonly #newVersionId: () => string;
  readonly #release: (body: Body) => void;
  #sequence = 0;

  constructor({ clock, newVersionId, release }: BucketsOptions<Body> = {}) {
    this.#clock = clock ?? (() => new Date());
    this.#newVersionId = newVersionId ?? (() => `v${this.#sequence}`);
    this.#release = release ?? (() => undefined);
  }

  createBucket(name: string, options: BucketSettings = {}): Bucket<Body> {
    if (this.#buckets.has(name)) {
      throw new S3Error(
        409,
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        { details: { BucketName: name } },
      );
    }
    const { versioning = 'off', eventBridge = false, cors = [] } = options;
    const state = { name, created: this.#now(), versioning, eventBridge, cors, policy: undefined };
    const bucket: Bucket<Body> = { ...state, versions: new Map(), sortedKeys: undefined };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  deleteBucket(name: string): void {
    if (this.bucket(name).versions.size > 0) {
      throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty', {
        details: { BucketName: name },
      });
    }
    this.#buckets.delete(name);
  }

  list(): readonly Bucket<Body>[] {
    return [...this.#buckets.values()].sort((a, b) => compareUtf8(a.name, b.name));
  }

  lookup(name: string): Bucket<Body> | undefined {
    return this.#buckets.get(name);
  }

  /** @throws S3Error NoSuchBucket */
  bucket(name: string): Bucket<Body> {
    const bucket = this.lookup(name);
    if (bucket === undefined) throw noSuchBucket(name);
    return bucket;
  }

  /** The version addressed, marker or not; the current one without `versionId`. */
  find(bucketName: string, key: string, versionId?: string): Version<Body> | undefined {
    const versions = this.bucket(bucketName).versions.get(key);
    return versionId === undefined ? versions?.at(-1) : versions?.find((version) => version.versionId === versionId);
  }

  /** @throws S3Error NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker's own version */
  get(bucketName: string, key: string, versionId?: string, method = 'GET'): StoredObject<Body> {
    const version = this.find(bucketName, key, versionId);
    if (version === undefined) throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
    if (!version.deleteMarker) return version;
    if (versionId !== undefined) throw markerNotAllowed(method, versionId, version.lastModified);
    throw noSuchKey(key, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId });
  }

  put(bucketName: string, key: string, content: NewObject<Body>, conditions: Conditions = {}): StoredObject<Body> {
    const bucket = this.bucket(bucketName);
    checkConditions(key, bucket.versions.get(key)?.at(-1), conditions);
    const { body, size, etag, tags = {}, attributes = PLAIN } = content;
    const identity = this.#identity(bucket, key, content.lastModified);
    const version: StoredObject<Body> = { ...identity, deleteMarker: false, body, size, etag, tags, attributes };
    this.#add(bucket, version);
    return version;
  }

  /** Without `versionId` on a bucket that has or had versioning: hides the key behind a delete marker. */
  delete(bucketName: string, key: string, versionId?: string, conditions: Conditions = {}): DeleteResult<Body> {
    const bucket = this.bucket(bucketName);
    if (conditions.ifMatch !== undefined) {
      checkConditions(key, this.find(bucketName, key, versionId), conditions);
    }
    if (versionId === undefined && bucket.versioning !== 'off') {
      const marker: DeleteMarker = { ...this.#identity(bucket, key), deleteMarker: true };
      this.#add(bucket, marker);
      return { kind: 'marked', marker };
    }
    const version = this.#remove(bucket, key, versionId ?? 'null');
    return version === undefined ? { kind: 'nothing' } : { kind: 'removed', version };
  }

  /** @throws S3Error as `get`, but MethodNotAllowed for a current delete marker too, as S3 does for tags */
  tagged(bucketName: string, key: string, versionId: string | undefined, method: string): StoredObject<Body> {
    const version = this.find(bucketName, key, versionId);
    if (version?.deleteMarker) throw markerNotAllowed(method, version.versionId, version.lastModified);
    return this.get(bucketName, key, versionId, method);
  }

  /** Replaces the tag set of one version; nothing else changes, not even Last-Modified. */
  setTags(bucketName: string, key: string, tags: TagSet, versionId?: string, method = 'PUT'): StoredObject<Body> {
    const version = this.tagged(bucketName, key, versionId, method);
    const retagged = { ...version, tags };
    const { versions } = this.bucket(bucketName);
    const stack = versions.get(key) ?? [];
    versions.set(
      key,
      stack.map((other) => (other === version ? retagged : other)),
    );
    return retagged;
  }

  /** Current objects in the order of their keys' UTF-8 bytes. `after`: the key or common prefix to continue after. */
  listObjects(
    bucketName: string,
    options: ListOptions & { readonly after?: string | undefined; readonly afterPrefix?: string | undefined } = {},
  ): Page<StoredObject<Body>> {
    const bucket = this.bucket(bucketName);
    const { prefix = '', delimiter = '', maxKeys = 1000, after, afterPrefix } = options;
    const from = afterPrefix ?? after ?? '';
    return page(sorted(bucket), { prefix, delimiter, maxKeys, from }, (key) => {
      const current = bucket.versions.get(key)?.at(-1);
      return key === after || current === undefined || current.deleteMarker ? [] : [current];
    });
  }

  /** All versions and markers, by key, newest first within a key. */
  listVersions(
    bucketName: string,
    options: ListOptions & {
      readonly keyMarker?: string | undefined;
      readonly versionIdMarker?: string | undefined;
    } = {},
  ): Page<Version<Body> & { readonly latest: boolean }> {
    const bucket = this.bucket(bucketName);
    const { prefix = '', delimiter = '', maxKeys = 1000, keyMarker, versionIdMarker } = options;
    return page(sorted(bucket), { prefix, delimiter, maxKeys, from: keyMarker ?? '' }, (key) => {
      const stack = (bucket.versions.get(key) ?? []).map((version, index, all) => ({
        ...version,
        latest: index === all.length - 1,
      }));
      stack.reverse();
      if (key !== keyMarker) return stack;
      if (versionIdMarker === undefined) return [];
      // -1 for a marker deleted between two pages, so that nothing unlisted is skipped.
      return stack.slice(stack.findIndex((version) => version.versionId === versionIdMarker) + 1);
    });
  }

  /** The number for a write that creates no version (its event needs one). */
  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  #identity(bucket: Bucket<Body>, key: string, lastModified = this.#now()): VersionIdentity {
    const sequence = this.nextSequence();
    const versionId = bucket.versioning === 'enabled' ? this.#newVersionId() : 'null';
    return { key, versionId, sequence, lastModified };
  }

  /** One version per id: a write with the id `null` replaces the `null` version at any position. */
  #add(bucket: Bucket<Body>, version: Version<Body>): void {
    const before = bucket.versions.get(version.key);
    if (before === undefined) bucket.sortedKeys = undefined;
    const others = (before ?? []).filter((other) => other.versionId !== version.versionId);
    bucket.versions.set(version.key, [...others, version]);
    for (const gone of before ?? []) {
      if (gone.versionId === version.versionId && !gone.deleteMarker) this.#release(gone.body);
    }
  }

  #remove(bucket: Bucket<Body>, key: string, versionId: string): Version<Body> | undefined {
    const before = bucket.versions.get(key) ?? [];
    const gone = before.find((version) => version.versionId === versionId);
    if (gone === undefined) return undefined;
    const others = before.filter((version) => version !== gone);
    if (others.length > 0) {
      bucket.versions.set(key, others);
    } else {
      bucket.versions.delete(key);
      bucket.sortedKeys = undefined;
    }
    if (!gone.deleteMarker) this.#release(gone.body);
    return gone;
  }

  #now(): Date {
    return new Date(Math.floor(this.#clock().getTime() / 1000) * 1000);
  }
}

export interface ListOptions {
  readonly prefix?: string;
  readonly delimiter?: string;
  /** S3 caps it at 1,000; the server does that, not this class. */
  readonly maxKeys?: number;
}

function sorted(bucket: Bucket<unknown>): readonly string[] {
  bucket.sortedKeys ??= [...bucket.versions.keys()].sort(compareUtf8);
  return bucket.sortedKeys;
}

function checkConditions(key: string, current: Version<unknown> | undefined, conditions: Conditions): void {
  const { ifMatch, ifNoneMatch } = conditions;
  const exists = current !== undefined && !current.deleteMarker;
  if (ifNoneMatch === '*' && exists) throw preconditionFailed('If-None-Match');
  if (ifMatch === undefined) return;
  if (!exists) throw noSuchKey(key);
  if (ifMatch !== '*' && ifMatch.replaceAll('"', '') !== current.etag) throw preconditionFailed('If-Match');
}
