import type { DefinitionsFile, PublishedDefinitions } from './published-definitions.ts';

/** The content of `current.json` when it was read; without a set if there is none yet or it is invalid. */
export interface CurrentDefinitions {
  readonly set?: PublishedDefinitions;
  /** Undefined when there was no `current.json`. */
  readonly etag?: string;
}

/** The definitions bucket, as its publisher uses it. Every method may throw StorageUnavailable or AccessDenied. */
export interface DefinitionsPublication {
  read(): Promise<CurrentDefinitions>;
  /**
   * Downloads the requested files of the set to a folder, with their times, and freshclam's state; looks at the others.
   * @returns whether all files arrived as published
   */
  seed(folder: string, set: PublishedDefinitions | undefined, wants: (name: string) => boolean): Promise<boolean>;
  /** Adds the operator's custom definitions from `own/`. */
  addOwn(folder: string): Promise<void>;
  /**
   * Adds the signatures that operators ignore, as one file.
   * @returns their names, and what is wrong with the list: what cannot be read ignores nothing
   */
  addIgnored(folder: string): Promise<{ readonly names: readonly string[]; readonly faults: readonly string[] }>;
  /** Takes that file out again. */
  removeIgnored(folder: string): Promise<void>;
  /** Adds one file that an operator proposes, `proposed/<name>`. */
  addProposed(folder: string, name: string): Promise<void>;
  /** Saves freshclam's state for the next run: its id at the mirror and the mirror's back-off time. */
  saveState(folder: string): Promise<void>;
  /** Uploads the files to the set's folder, and its description. */
  upload(folder: string, set: PublishedDefinitions): Promise<void>;
  /**
   * Publishes the set if `current.json` is unchanged since it was read.
   * @throws ObjectReplaced when it has changed
   */
  swap(set: PublishedDefinitions, read: CurrentDefinitions): Promise<void>;
  /** Removes folders that nothing uses any more; never those of these sets. */
  prune(keep: readonly PublishedDefinitions[]): Promise<void>;
}

/** Where definitions come from. */
export interface DefinitionsMirror {
  /** Whether an update downloads a file with this name. */
  wants(name: string): boolean;
  /**
   * Brings the folder up to date.
   * @throws DefinitionsUpdateFailed
   */
  update(folder: string): Promise<void>;
}

/** A folder of definitions. */
export interface DefinitionsFolder {
  readonly version: string;
  readonly files: readonly DefinitionsFile[];
  /** As in PublishedDefinitions. */
  readonly signaturesTime: string | null;
}

/** The disk and the engine that test an update. */
export interface DefinitionsWorkshop {
  /** Hands `use` the path of an empty folder, and always removes it afterwards. */
  withFolder<T>(use: (folder: string) => Promise<T>): Promise<T>;
  /**
   * @throws DefinitionsUnavailable when it contains no definitions, DefinitionsUpdateFailed when they detect nothing but
   * EICAR
   */
  describe(folder: string): Promise<DefinitionsFolder>;
  /**
   * Scans one file that the definitions in this folder must find and others that they must not.
   * @throws DefinitionsUpdateFailed when the answers are wrong, DefinitionsUnavailable when the engine refuses the
   * definitions
   */
  tryOut(folder: string): Promise<void>;
}
