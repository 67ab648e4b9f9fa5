import { createHash } from 'node:crypto';
import type { ScanStatus } from '../../functions/domain/verdict.ts';
import type { ExecutionResult } from '../../local/step-functions/state-machine.ts';
import type { Upload } from '../support/airlock.ts';

/** One content of one object. */
export interface Content {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
  /** MD5 in hex. */
  readonly etag: string;
}

type Address = Omit<Content, 'etag'>;

export interface Ended {
  readonly upload: Upload;
  readonly result: ExecutionResult;
}

/** What the run did and saw; everything is checked against it. */
export class Ledger {
  readonly counts: Record<string, number> = {};
  /** What should not be, in words. */
  readonly wrong: string[] = [];
  readonly ended: Ended[] = [];
  readonly #expected = new Map<string, ScanStatus>();
  readonly #lastOf = new Map<string, string>();
  readonly #deletedByOwner = new Set<string>();
  readonly #beingDeleted = new Map<string, number>();
  readonly #removed = new Set<string>();
  readonly #emptied = new Set<string>();

  readonly count = (what: string, by = 1): void => {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  };

  complain({ bucket, key }: Pick<Content, 'bucket' | 'key'>, what: string): void {
    this.wrong.push(`${bucket} ${key}: ${what}`);
  }

  /** Before it is uploaded. */
  expect(bucket: string, key: string, content: Buffer, status: ScanStatus): void {
    const etag = createHash('md5').update(content).digest('hex');
    this.#expected.set(nameOf(bucket, key, etag), status);
  }

  expectedOf({ bucket, key, etag }: Omit<Content, 'versionId'>): ScanStatus | undefined {
    return this.#expected.get(nameOf(bucket, key, etag));
  }

  /** S3 told that it is there. */
  created({ bucket, key, etag }: Content): void {
    this.#lastOf.set(nameOf(bucket, key), etag);
  }

  wasReplaced({ bucket, key, etag }: Content): boolean {
    return this.#lastOf.get(nameOf(bucket, key)) !== etag;
  }

  async deleteAsOwner(address: Address, remove: () => Promise<void>): Promise<void> {
    const name = nameOf(address.bucket, address.key, address.versionId);
    const change = (by: number) => this.#beingDeleted.set(name, (this.#beingDeleted.get(name) ?? 0) + by);
    this.count('deleted by the owner');
    this.#deletedByOwner.add(name);
    change(+1);
    await remove();
    change(-1);
  }

  isBeingDeletedByOwner({ bucket, key, versionId }: Address): boolean {
    return (this.#beingDeleted.get(nameOf(bucket, key, versionId)) ?? 0) > 0;
  }

  /** Whether the owner deleted this version, or, without `versionId`, the key. */
  wasDeletedByOwner({ bucket, key, versionId }: Address): boolean {
    return this.#deletedByOwner.has(nameOf(bucket, key, versionId));
  }

  /** S3 told that it is gone for good. */
  removed({ bucket, key, versionId, etag }: Content): void {
    this.#removed.add(nameOf(bucket, key, versionId ?? etag));
    this.#emptied.add(nameOf(bucket, key));
  }

  wasRemoved({ bucket, key, versionId, etag }: Content): boolean {
    return this.#removed.has(nameOf(bucket, key, versionId ?? etag));
  }

  /** Anything that stood there. */
  wasEmptied({ bucket, key }: Content): boolean {
    return this.#emptied.has(nameOf(bucket, key));
  }

  failures(): number {
    return this.ended.filter(({ result }) => result.status !== 'SUCCEEDED').length;
  }
}

export function nameOf(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts);
}
