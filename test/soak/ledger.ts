import { createHash } from 'node:crypto';
import type { ExecutionResult } from '../../emulator/step-functions/execution.ts';
import type { ScanStatus } from '../../functions/domain/verdict.ts';
import type { SoakContent } from './contents.ts';

/** One content of one object. */
export interface Content {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
  /** MD5 in hex. */
  readonly etag: string;
}

type Address = Omit<Content, 'etag'>;

/** An execution of scan-upload, started by an upload or by a rescan. */
export interface Ended {
  readonly upload: Content;
  readonly result: ExecutionResult;
}

/** What the run did and saw; all checks use it. */
export class Ledger {
  readonly counts: Record<string, number> = {};
  /** Descriptions of problems. */
  readonly wrong: string[] = [];
  readonly ended: Ended[] = [];
  readonly #expected = new Map<string, ScanStatus>();
  readonly #sleepers = new Set<string>();
  readonly #givenUp = new Set<string>();
  #awake = false;
  #checked = 0;
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
  expect(bucket: string, key: string, content: Buffer, { expected, sleeper }: SoakContent): void {
    const name = nameOf(bucket, key, createHash('md5').update(content).digest('hex'));
    this.#expected.set(name, expected);
    if (sleeper) this.#sleepers.add(name);
  }

  /** The faults of the engine have made it look like content that the engine cannot scan. */
  givenUp({ bucket, key, etag }: Content): void {
    this.count('given up');
    this.#givenUp.add(nameOf(bucket, key, etag));
  }

  /** Whether a scan may have said so: what was given up is UNSCANNABLE, until another scan looks at it. */
  mayBe(content: Omit<Content, 'versionId'>, status: string | undefined): boolean {
    const { bucket, key, etag } = content;
    if (status === 'UNSCANNABLE' && this.#givenUp.has(nameOf(bucket, key, etag))) return true;
    return status === this.expectedOf(content);
  }

  /** What a scan without faults must say now. */
  expectedOf(content: Omit<Content, 'versionId'>): ScanStatus | undefined {
    if (this.#awake && this.isSleeper(content)) return 'INFECTED';
    return this.#expected.get(nameOf(content.bucket, content.key, content.etag));
  }

  isSleeper({ bucket, key, etag }: Omit<Content, 'versionId'>): boolean {
    return this.#sleepers.has(nameOf(bucket, key, etag));
  }

  /** From now on the engine finds sleepers. Nothing may be under way. */
  wake(): void {
    this.#awake = true;
  }

  /** S3 reported that it exists. */
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

  /** S3 reported that it is permanently deleted. */
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

  /** What has ended since the last call. */
  unchecked(): readonly Ended[] {
    const ended = this.ended.slice(this.#checked);
    this.#checked = this.ended.length;
    return ended;
  }
}

export function nameOf(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts);
}
