import type { Retrier } from '../support/state-machine-files.ts';

type Waits = Omit<Retrier, 'ErrorEquals'>;

const FULL_JITTER = { BackoffRate: 2, JitterStrategy: 'FULL' } as const;

/** Retry policies by the cost of a retry and the duration of a fault. */
const WAITS = {
  /** A service failed on its side: soon over. */
  service: { ...FULL_JITTER, IntervalSeconds: 2, MaxAttempts: 6, MaxDelaySeconds: 60 },
  /** Each attempt may start an engine and load all definitions: costly. */
  engine: { ...FULL_JITTER, IntervalSeconds: 5, MaxAttempts: 4, MaxDelaySeconds: 60 },
  /** A fresh stack has no definitions until its first update has ended. */
  definitions: { BackoffRate: 2, IntervalSeconds: 10, MaxAttempts: 6, MaxDelaySeconds: 60 },
  /** Lambda has no room, or makes the function ready: minutes. */
  throttled: { ...FULL_JITTER, IntervalSeconds: 5, MaxAttempts: 12, MaxDelaySeconds: 300 },
  /** It crashed or timed out: it may do so again, and each attempt is billed in full. */
  lost: { ...FULL_JITTER, IntervalSeconds: 5, MaxAttempts: 2 },
} satisfies Record<string, Waits>;

/** Of every Lambda function, by the class each belongs to. */
const SERVICE = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
];
const NOT_READY = ['Lambda.CodeArtifactUserPendingException', 'Lambda.ResourceConflictException'];
const THROTTLED = ['Lambda.TooManyRequestsException', ...NOT_READY];
const LOST = ['States.Timeout', 'Sandbox.Timedout', 'Runtime.ExitError', 'Runtime.OutOfMemory', 'Lambda.Unknown'];

const retry = (kind: keyof typeof WAITS, ...ErrorEquals: string[]): Retrier => ({ ErrorEquals, ...WAITS[kind] });
const throttled = retry('throttled', ...THROTTLED);
const lost = retry('lost', ...LOST);
const storage = [retry('service', 'StorageUnavailable', ...SERVICE), throttled, lost];
const notification = [retry('service', 'NotificationFailed', ...SERVICE), throttled, lost];

/** Of every queue. */
const SEND = ['SQS.AmazonSQSException', 'SQS.SdkClientException'];
const engine = [retry('engine', 'EngineUnavailable', 'ScratchFull'), retry('definitions', 'DefinitionsUnavailable')];
/** What a worker answers, and what sending reports: waiting itself is no fault. */
const waiting = {
  timeout: '$.policy.maxWaitSeconds',
  retry: [retry('service', 'StorageUnavailable', ...SEND), ...engine],
};

const start = retry(
  'service',
  'StepFunctions.ExecutionLimitExceededException',
  'StepFunctions.AWSStepFunctionsException',
  'StepFunctions.SdkClientException',
  'States.Timeout',
);

/** With the given rules alone; no definitions are waited for. */
const hunting = [
  retry('service', 'StorageUnavailable', ...SERVICE),
  retry('engine', 'EngineUnavailable', 'DefinitionsUnavailable', 'ScratchFull'),
  throttled,
  lost,
];

export interface TaskLimits {
  /** Seconds, or where the input says them. */
  readonly timeout: number | string;
  readonly retry: readonly Retrier[];
}

/** Seconds of a Task that moves no content, with room for a cold start and the SDK's own retries. */
const SHORT = 120;
/** The most that Lambda gives a function. */
const LONG = 900;

/** Time limit and retries of each Task, by the word of its function or queue, or else by its state. */
export const TASK_LIMITS: Readonly<Record<string, TaskLimits>> = {
  CheckFileType: { timeout: SHORT, retry: storage },
  ScanObject: {
    timeout: SHORT,
    retry: [retry('service', 'StorageUnavailable', ...SERVICE), ...engine, retry('throttled', ...NOT_READY), lost],
  },
  ScanObjectQueue: waiting,
  ScanLargeObjectQueue: waiting,
  TagObject: { timeout: SHORT, retry: storage },
  // S3 copies up to 2 GiB meanwhile.
  QuarantineObject: { timeout: 300, retry: storage },
  CopyObject: { timeout: 300, retry: storage },
  DeleteObject: { timeout: SHORT, retry: storage },
  FindCurrentObject: { timeout: SHORT, retry: storage },
  Notify: { timeout: SHORT, retry: notification },
  PrepareRescan: { timeout: SHORT, retry: storage },
  ScanBatch: {
    timeout: LONG,
    retry: [
      retry('service', 'StorageUnavailable', ...SERVICE),
      // Its schedule starts long after the first update of the definitions.
      retry('engine', 'EngineUnavailable', 'DefinitionsUnavailable', 'ScratchFull'),
      throttled,
      lost,
    ],
  },
  // Reads the results of every batch.
  SummarizeRescan: { timeout: LONG, retry: storage },
  NotifyRescan: { timeout: SHORT, retry: notification },
  PrepareHunt: { timeout: LONG, retry: hunting },
  HuntBatch: { timeout: LONG, retry: hunting },
  SummarizeHunt: { timeout: LONG, retry: storage },
  ReportObjects: { timeout: LONG, retry: storage },
  // Puts together what they left.
  WriteReport: { timeout: LONG, retry: storage },
  NotifyReport: { timeout: SHORT, retry: notification },
  // A rescan's start of a scan.
  'Scan Upload': { timeout: SHORT, retry: [start] },
  StartOverflowQueue: { timeout: 60, retry: [retry('service', ...SEND, 'States.Timeout')] },
};

/** An EXPRESS execution cannot wait until Lambda has room: up to the verdict, what is throttled overflows. */
const EXPRESS_LIMITS: Readonly<Record<string, TaskLimits>> = {
  CheckFileType: {
    timeout: SHORT,
    retry: [retry('service', 'StorageUnavailable', ...SERVICE), retry('throttled', ...NOT_READY), lost],
  },
};

/** @param file name of the state machine's file */
export const limitsOf = (file: string, word: string): TaskLimits | undefined =>
  (file === 'scan-upload-express.asl.json' ? EXPRESS_LIMITS[word] : undefined) ?? TASK_LIMITS[word];
