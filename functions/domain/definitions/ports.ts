import type { DefinitionsFile, PublishedDefinitions } from './published-definitions.ts';

/** What `current.json` held when it was read; without a set when there is none yet, or what it holds makes no sense. */
export interface CurrentDefinitions {
  readonly set?: PublishedDefinitions;
  /** Without one there was no `current.json`. */
  readonly etag?: string;
}

/** The definitions bucket as its publisher needs it. Every method may throw StorageUnavailable or AccessDenied. */
export interface DefinitionsPublication {
  read(): Promise<CurrentDefinitions>;
  /**
   * Puts those files of the set that are asked for into a folder, with their times, and freshclam's own state.
   * @returns whether they all arrived as they were published
   */
  seed(folder: string, set: PublishedDefinitions | undefined, wants: (name: string) => boolean): Promise<boolean>;
  /** Adds the operator's own signatures, which lie under `own/`. */
  addOwn(folder: string): Promise<void>;
  /** Keeps freshclam's own state for the next time: its name at the mirror, and how long it was told to stay away. */
  saveState(folder: string): Promise<void>;
  /** Uploads the files to the set's folder. */
  upload(folder: string, set: PublishedDefinitions): Promise<void>;
  /**
   * Puts the set in force if `current.json` is still what it was when it was read.
   * @throws ObjectReplaced when it is not
   */
  swap(set: PublishedDefinitions, read: CurrentDefinitions): Promise<void>;
  /** Removes folders that are in nobody's use any more; never those of these sets. */
  prune(keep: readonly PublishedDefinitions[]): Promise<void>;
}

/** Where signatures come from. */
export interface DefinitionsMirror {
  /** Whether a file of this name is one that an update brings. */
  wants(name: string): boolean;
  /**
   * Brings the folder up to date.
   * @throws DefinitionsUpdateFailed
   */
  update(folder: string): Promise<void>;
}

/** A folder of signatures. */
export interface DefinitionsFolder {
  readonly version: string;
  readonly files: readonly DefinitionsFile[];
  /** As in PublishedDefinitions. */
  readonly signaturesTime: string | null;
}

/** The disk and the engine that an update is tried on. */
export interface DefinitionsWorkshop {
  /** Hands `use` the path of an empty folder, and removes it whatever happens. */
  withFolder<T>(use: (folder: string) => Promise<T>): Promise<T>;
  /** @throws DefinitionsUnavailable when it holds no signatures */
  describe(folder: string): Promise<DefinitionsFolder>;
  /**
   * Scans with the set in this folder what must be found and what must not.
   * @throws DefinitionsUpdateFailed when the answers are wrong, DefinitionsUnavailable when the engine refuses the set
   */
  tryOut(folder: string): Promise<void>;
}
