import type { ObjectAttributes } from './buckets.ts';
import type { Checksum, ChecksumAlgorithm } from './checksums.ts';
import { noSuchUpload } from './errors.ts';
import { compareUtf8 } from './listing.ts';
import type { TagSet } from './tag-rules.ts';

export interface Part<Body> {
  readonly number: number;
  readonly body: Body;
  readonly size: number;
  /** MD5 in hex. */
  readonly etag: string;
  readonly checksum: Checksum | undefined;
  readonly lastModified: Date;
}

export interface Upload<Body> {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiated: Date;
  readonly tags: TagSet;
  readonly attributes: ObjectAttributes;
  readonly checksumAlgorithm: ChecksumAlgorithm | undefined;
  readonly checksumType: Checksum['type'];
  readonly parts: Map<number, Part<Body>>;
}

/** Multipart uploads that are neither completed nor aborted; in memory, no I/O. */
export class Uploads<Body> {
  readonly #uploads = new Map<string, Upload<Body>>();
  readonly #release: (body: Body) => void;

  constructor(release: (body: Body) => void) {
    this.#release = release;
  }

  create(upload: Omit<Upload<Body>, 'parts'>): void {
    this.#uploads.set(upload.uploadId, { ...upload, parts: new Map() });
  }

  /** @throws S3Error NoSuchUpload */
  get(bucket: string, key: string, uploadId: string): Upload<Body> {
    const upload = this.#uploads.get(uploadId);
    if (upload === undefined || upload.bucket !== bucket || upload.key !== key) throw noSuchUpload(uploadId);
    return upload;
  }

  /** A part that is uploaded again replaces the earlier one. */
  putPart(upload: Upload<Body>, part: Part<Body>): void {
    if (!this.#uploads.has(upload.uploadId)) {
      this.#release(part.body);
      throw noSuchUpload(upload.uploadId);
    }
    const before = upload.parts.get(part.number);
    upload.parts.set(part.number, part);
    if (before !== undefined) this.#release(before.body);
  }

  /** Ends the upload; the bodies of `used` now belong to the caller, all others are released. */
  end(upload: Upload<Body>, used: readonly Part<Body>[] = []): void {
    this.#uploads.delete(upload.uploadId);
    for (const part of upload.parts.values()) if (!used.includes(part)) this.#release(part.body);
  }

  /** By key, then by age. */
  list(bucket: string): readonly Upload<Body>[] {
    return [...this.#uploads.values()]
      .filter((upload) => upload.bucket === bucket)
      .sort((a, b) => compareUtf8(a.key, b.key) || a.initiated.getTime() - b.initiated.getTime());
  }
}
