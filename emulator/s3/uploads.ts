import type { XmlElement } from '../http/xml.ts';
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

/** What a completed upload was answered, and to which request. */
export interface Completion {
  readonly bucket: string;
  readonly key: string;
  /** As the client listed them. */
  readonly parts: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly content: XmlElement;
}

/** Completed uploads that are remembered. S3 does so for some time. */
const REMEMBERED = 1000;

/** Multipart uploads that are neither completed nor aborted; in memory, no I/O. */
export class Uploads<Body> {
  readonly #uploads = new Map<string, Upload<Body>>();
  readonly #completed = new Map<string, Completion>();
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

  /** Ends the upload; a repeated request gets the same answer. */
  complete(upload: Upload<Body>, used: readonly Part<Body>[], completion: Completion): void {
    this.end(upload, used);
    this.#completed.set(upload.uploadId, completion);
    for (const oldest of this.#completed.keys()) {
      if (this.#completed.size <= REMEMBERED) break;
      this.#completed.delete(oldest);
    }
  }

  completion({ bucket, key, parts }: Pick<Completion, 'bucket' | 'key' | 'parts'>, uploadId: string) {
    const done = this.#completed.get(uploadId);
    return done?.bucket === bucket && done.key === key && done.parts === parts ? done : undefined;
  }

  /** By key, then by age. */
  list(bucket: string): readonly Upload<Body>[] {
    return [...this.#uploads.values()]
      .filter((upload) => upload.bucket === bucket)
      .sort((a, b) => compareUtf8(a.key, b.key) || a.initiated.getTime() - b.initiated.getTime());
  }
}
