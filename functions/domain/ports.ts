import type { ActiveContent } from './active-content.ts';
import type { MetricName } from './metrics.ts';
import type { ObjectReference } from './object-reference.ts';

/** Tag set of one object; S3's order has no meaning. */
export type Tags = Readonly<Record<string, string>>;

/**
 * What the uploader stored beside the content, which decides what a browser makes of it; null where there is none.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export interface StoredHeaders {
  readonly contentType: string | null;
  readonly contentDisposition: string | null;
  readonly contentEncoding: string | null;
  /** `x-amz-website-redirect-location`. */
  readonly websiteRedirect: string | null;
}

export const NO_HEADERS: StoredHeaders = {
  contentType: null,
  contentDisposition: null,
  contentEncoding: null,
  websiteRedirect: null,
};

/** Gets the headers that come with each answer of S3. */
export type OnHeaders = (headers: StoredHeaders) => void;

/** A stored object's identity, from HeadObject. */
export interface CurrentObject extends ObjectReference {
  /** ISO 8601, one-second resolution. */
  readonly lastModified: string;
  readonly headers: StoredHeaders;
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
  /**
   * The same bytes as `readRange`, as they arrive. An incomplete body throws StorageUnavailable, and so does one that
   * the signal ends.
   * @returns bytes that belong to the caller, who may give their memory back
   */
  openRange(
    object: ObjectReference,
    start: number,
    end: number,
    onHeaders?: OnHeaders,
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>>;
  /** Bytes `start` to `end` (both inclusive) of exactly this content. They belong to the caller too. */
  readRange(
    object: ObjectReference,
    start: number,
    end: number,
    onHeaders?: OnHeaders,
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
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

export interface Unscanned {
  readonly finding: string;
  /** Of what the engine did not open; null when the reason is no format. */
  readonly format: string | null;
}

/** The engine's answer for one file. */
export interface EngineReply {
  readonly infected: boolean;
  /** As the engine names them; empty unless infected. */
  readonly signatures: readonly string[];
  /** Why the engine did not scan everything; the first reason counts. */
  readonly unscanned: readonly Unscanned[];
  /** Version of the definitions that were used. */
  readonly definitions: string;
  /** How long the engine had this file; not how long it waited for others. */
  readonly milliseconds?: number;
  /** Whether the engine did not come to an end with it: it was lost to this file, or had no time left. */
  readonly lost?: boolean;
}

/** The scan engine. Every method may throw EngineUnavailable or DefinitionsUnavailable; `scan` ScratchFull too. */
export interface ScanEngine {
  /**
   * Scans one file on this machine's disk, within the time if one is given; several may run at once.
   * @throws the signal's reason too, when the engine has stopped scanning it
   */
  scan(path: string, milliseconds?: number, signal?: AbortSignal): Promise<EngineReply>;
  /** Version of the definitions in use, once the engine is up. */
  definitionsVersion(): Promise<string>;
}

/** Contents that operators have exempted. Never throws: what cannot be read exempts nothing. */
export interface Exemptions {
  /** SHA-256 of the file's content where exactly this content is exempt; null where it is not. */
  of(path: string): Promise<string | null>;
}

/** How much of the engine's disk one scan may fill. */
export interface DiskRoom {
  /** How much it may unpack beside others, bytes; null when it has the whole disk. */
  share(): number | null;
  /** Asks for the whole disk, which it gets unless others are there. */
  takeWhole(): boolean;
}

/** The engine's disk. May throw ScratchFull and what reading from the store throws. */
export interface Scratch {
  /**
   * Hands `use` a private copy of exactly this content, and always removes it afterwards. Waits until there is room for
   * it. `use` is called again, with the whole disk, when it throws ScratchFull while others are there.
   * @throws the signal's reason too
   */
  withCopy<T>(object: ObjectReference, use: UseOfCopy<T>, signal?: AbortSignal): Promise<T>;
}

export type UseOfCopy<T> = (copy: FileCopy, headers: StoredHeaders, room?: DiskRoom) => Promise<T>;

/** A file on this machine's disk. */
export interface FileCopy {
  readonly path: string;
  /** What it holds, where that is in memory already; empty once the copy is no longer used. */
  readonly bytes?: Uint8Array | undefined;
}

/** What is inside a file. */
export interface Contents {
  /** False when the engine must not be given the file itself, which would take too much memory. */
  readonly whole: boolean;
  /** Paths of what the engine does not reach in the file, to be scanned on their own. */
  readonly parts: readonly string[];
  /** Findings that say why not every byte is accounted for. */
  readonly unaccounted: readonly string[];
  /** Formats of which every container in the file was opened, whatever the engine says. */
  readonly opened: ReadonlySet<string>;
  /** What documents run or fetch when they are opened, at any depth; sorted. */
  readonly active: readonly ActiveContent[];
  /** Media type of the file where scripts in its parts make it a document with macros. */
  readonly macroType: string | null;
}

export interface UnpackingOf {
  /** The parts are everything that no reader here opens, and the engine needs nothing else. */
  readonly apart?: boolean;
  /** All that is free when not given. */
  readonly room?: DiskRoom | undefined;
  /** Ends the unpacking: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Opens containers. May throw ScratchFull. */
export interface Unpacking {
  /**
   * Gives `use` the contents of a file, and removes them afterwards in any case.
   *
   * @param remaining milliseconds that are left for the object
   */
  withContents<T>(
    file: FileCopy,
    remaining: () => number,
    use: (contents: Contents) => Promise<T>,
    options?: UnpackingOf,
  ): Promise<T>;
}

/**
 * The executions that wait for an answer. One that waits no more, or has an answer already, takes no other, which is
 * no fault. May throw AnswerUndelivered.
 */
export interface TaskAnswers {
  /** @param output any JSON */
  succeed(taskToken: string, output: unknown): Promise<void>;
  /** @param error the name that the state machine matches */
  fail(taskToken: string, error: string, cause: string): Promise<void>;
}

/** Starts executions of one state machine. */
export interface ExecutionStarter {
  /**
   * Starts one execution of this name, however often it is called.
   * @throws StartRefused
   */
  start(name: string, input: object): Promise<void>;
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

/** A short text, the same for the same text and another for any other. */
export type Digest = (text: string) => string;
