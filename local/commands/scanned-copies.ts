import { DeleteObjectCommand, DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';

/** A version of an object in a bucket; without `versionId` the object. */
export interface Copy {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly size: number;
}

const MOST_WAITING = 100;
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * Removes copies that were scanned, since a folder may be larger than the free disk space: small ones many at a time, for
 * a request takes longer than the bytes. Those left in the end go with the bucket.
 */
export class ScannedCopies {
  readonly #client: S3Client;
  readonly #bucket: string;
  #waiting: Copy[] = [];
  #bytes = 0;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** @throws what the SDK throws; Error when a copy is not removed */
  async remove(copy: Copy): Promise<void> {
    // Later there may be another object under its key.
    if (copy.versionId === undefined) {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: copy.key }));
      return;
    }
    this.#waiting.push(copy);
    this.#bytes += copy.size;
    if (this.#waiting.length < MOST_WAITING && this.#bytes < MOST_WAITING_BYTES) return;
    const Objects = this.#waiting.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
    this.#waiting = [];
    this.#bytes = 0;
    const command = new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } });
    const { Errors: [refused] = [] } = await this.#client.send(command);
    if (refused !== undefined) throw new Error(`${refused.Key} is not removed: ${refused.Code}: ${refused.Message}`);
  }
}
