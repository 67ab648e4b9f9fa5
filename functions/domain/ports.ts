import type { MetricName } from './metrics.ts';
import type { ObjectReference } from './object-reference.ts';

/** Tag set of one object; S3's order has no meaning. */
export type Tags = Readonly<Record<string, string>>;

/** A stored object's identity, from HeadObject. */
export interface CurrentObject extends ObjectReference {
  /** ISO 8601, one-second resolution. */
  readonly lastModified: string;
}

/**
 * The bucket, as the pipeline uses it. Every method may throw ObjectGone, AccessDenied or StorageUnavailable; those
 * that name exact content throw ObjectReplaced when the key now holds something else.
 */
export interface ObjectStore {
  /** What the key (or the reference's version) holds now. */
  head(object: Pick<ObjectReference, 'bucket' | 'key' | 'versionId'>): Promise<CurrentObject>;
  readTags(object: ObjectReference): Promise<Tags>;
  /** Replaces the whole set; S3 has no conditional form of this call. */
  writeTags(object: ObjectReference, tags: Tags): Promise<void>;
  /** The same bytes as `readRange`, as they arrive. An incomplete body throws StorageUnavailable. */
  openRange(object: ObjectReference, start: number, end: number): Promise<AsyncIterable<Uint8Array>>;
  /** Bytes `start` to `end` (both inclusive) of exactly this content. */
  readRange(object: ObjectReference, start: number, end: number): Promise<Uint8Array>;
}

/** The bucket where malware is kept. May throw ObjectGone, ObjectReplaced, ObjectUnreadable, AccessDenied, StorageUnavailable. */
export interface Quarantine {
  /**
   * Copies exactly this content to `key`, with its tags, headers and as much of its metadata as fits beside
   * `metadata`. Repeating it replaces the copy.
   */
  copy(object: ObjectReference, key: string, metadata: Readonly<Record<string, string>>): Promise<void>;
  holds(key: string): Promise<boolean>;
}

/** Deletes for good. May throw ObjectGone, AccessDenied, StorageUnavailable. */
export interface ObjectRemover {
  /** @throws ObjectReplaced when the key now holds other content, which stays untouched */
  remove(object: ObjectReference): Promise<void>;
}

/** The engine's answer for one file. */
export interface EngineReply {
  readonly infected: boolean;
  /** As the engine names them; empty unless infected. */
  readonly signatures: readonly string[];
  /** Findings that say why the engine did not scan everything; the first one counts. */
  readonly unscanned: readonly string[];
  /** Version of the definitions that were used. */
  readonly definitions: string;
}

/** The scan engine. Every method may throw EngineUnavailable or DefinitionsUnavailable; `scan` ScratchFull too. */
export interface ScanEngine {
  /** Scans one file on this machine's disk; several may run at once. */
  scan(path: string): Promise<EngineReply>;
  /** Version of the definitions in use, once the engine is up. */
  definitionsVersion(): Promise<string>;
}

/** The engine's disk. May throw ScratchFull and what reading from the store throws. */
export interface Scratch {
  /** Hands `use` the path of a private copy of exactly this content, and always removes it afterwards. */
  withCopy<T>(object: ObjectReference, use: (path: string) => Promise<T>): Promise<T>;
}

/** Numbers for CloudWatch. Never throws: a lost metric must not fail a scan. */
export interface Metrics {
  /** @param dimensions beside the service; each distinct set of them is billed as a metric of its own */
  record(values: Partial<Readonly<Record<MetricName, number>>>, dimensions?: Readonly<Record<string, string>>): void;
  /** Publishes what was recorded; once per invocation. */
  flush(): void;
}

/** The current time, so that nothing below a handler reads a clock. */
export type Clock = () => Date;
