import type { Body } from '../../emulator/s3/bodies.ts';
import type { StoredObject } from '../../emulator/s3/buckets.ts';
import type { S3Server } from '../../emulator/s3/server.ts';
import type { Content } from './ledger.ts';

/** What lies in the buckets, past every policy. */
export class Storage {
  readonly #s3: S3Server;
  readonly #quarantine: string;

  constructor(s3: S3Server, quarantine: string) {
    this.#s3 = s3;
    this.#quarantine = quarantine;
  }

  /** No delete markers. */
  contents(bucket: string): readonly StoredObject<Body>[] {
    return [...this.#s3.buckets.bucket(bucket).versions.values()].flat().filter((version) => !version.deleteMarker);
  }

  /** What a listing shows. */
  current(bucket: string): readonly StoredObject<Body>[] {
    return this.contents(bucket).filter((version) => this.isCurrent(bucket, version));
  }

  isCurrent(bucket: string, version: StoredObject<Body>): boolean {
    return this.#s3.buckets.find(bucket, version.key) === version;
  }

  copies(): readonly StoredObject<Body>[] {
    return this.contents(this.#quarantine);
  }

  holds({ bucket, key, versionId, etag }: Content): boolean {
    const version = this.#s3.buckets.find(bucket, key, versionId);
    return version !== undefined && !version.deleteMarker && version.etag === etag;
  }

  statusOf({ bucket, key, versionId }: Content): string | undefined {
    const version = this.#s3.buckets.find(bucket, key, versionId);
    return version === undefined || version.deleteMarker ? undefined : version.tags['scan-status'];
  }

  copyOf({ bucket, key, versionId, etag }: Content): StoredObject<Body> | undefined {
    const copy = this.#s3.buckets.find(this.#quarantine, `${bucket}/${key}/${versionId ?? etag}`);
    return copy === undefined || copy.deleteMarker ? undefined : copy;
  }

  /** Of the bytes themselves, in hex. */
  md5(body: Body): Promise<string> {
    return this.#s3.bodies.md5(body);
  }
}

export function contentOf(bucket: string, { key, versionId, etag }: StoredObject<unknown>): Content {
  return { bucket, key, versionId: versionId === 'null' ? undefined : versionId, etag };
}
