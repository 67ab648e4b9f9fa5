/** The kinds of content whose scans were measured: a table, scanned pages, a document with pictures, a photograph. */
export const CONTENTS = ['text', 'pdf', 'office', 'photo'] as const;
export type Content = (typeof CONTENTS)[number];

export const SIZES = ['100 KB', '1 MB', '10 MB'] as const;
export type Size = (typeof SIZES)[number];

export const ENDINGS = [
  'clean',
  'clean, copied',
  'empty',
  'infected, tag',
  'infected, quarantine',
  'infected, delete',
  'rejected',
  'too large',
  'unscannable',
  'error',
] as const;
export type EndingName = (typeof ENDINGS)[number];

export type Workflow = 'STANDARD' | 'EXPRESS';

/** Handlers of an upload, by file name. */
export const FUNCTIONS = [
  'check-file-type',
  'scan-object',
  'tag-object',
  'quarantine-object',
  'copy-object',
  'delete-object',
  'notify',
  'start-overflow',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** S3 operations by AWS's name: how often. */
export type Requests = Readonly<Record<string, number>>;

/** One invocation of a function. */
export interface Call {
  readonly s3: Requests;
  /** Written by the handler; Lambda's own lines are not in it. */
  readonly logBytes: number;
}

export interface Ending {
  /** Entered states and the start: what STANDARD bills. */
  readonly transitions: number;
  /** Bytes of the execution's log, by level, with data. */
  readonly log: Readonly<Record<'ALL' | 'ERROR', number>>;
  /** On the object at the end. */
  readonly tags: number;
  readonly calls: Readonly<Partial<Record<FunctionName, Call>>>;
}

export type BySize = Readonly<Record<Size, number>>;
export type ByContent = Readonly<Record<Content, BySize>>;

/** What is counted in the emulator: the same on every machine. */
export interface Counts {
  /** Of a short text in a versioned bucket; what its content adds is in `reads`. */
  readonly endings: Readonly<Record<Workflow, Readonly<Record<EndingName, Ending>>>>;
  /** The EXPRESS execution of an upload that finds no engine; then comes a STANDARD one. */
  readonly overflow: Ending;
  /** S3 requests of a clean upload to a bucket without versions. */
  readonly unversioned: Readonly<Partial<Record<FunctionName, Requests>>>;
  /** GetObject of the type check and of the scan. */
  readonly reads: Readonly<Record<'check-file-type' | 'scan-object', ByContent>>;
}

/** What depends on the machine: milliseconds of one core. */
export interface Times {
  readonly scan: ByContent;
  readonly check: ByContent;
  readonly others: Readonly<Record<'tag-object' | 'quarantine-object' | 'delete-object' | 'notify', number>>;
}

export interface Measurement {
  /** ISO 8601. */
  readonly countedOn: string;
  readonly counts: Counts;
  readonly timedOn: string;
  readonly timedWith: string;
  readonly processorMs: Times;
}
