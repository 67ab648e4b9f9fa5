import type { FunctionName, Workflow } from './measurement.ts';
import type { Architecture } from './prices.ts';

export interface FunctionSize {
  readonly memoryMb: number;
  readonly architecture: Architecture;
}

/** What a configuration says about the cost of an upload. */
export interface CostSettings {
  readonly workflow: Workflow;
  readonly versioned: boolean;
  /** Of the executions of each workflow; `scan-upload` is STANDARD also under EXPRESS, for what overflows. */
  readonly logLevel: Readonly<Record<Workflow, 'ALL' | 'ERROR' | 'OFF'>>;
  readonly tracing: boolean;
  /** `status`: without scan-time and scan-definitions. */
  readonly tags: 'full' | 'status';
  readonly functions: Readonly<Record<FunctionName, FunctionSize>>;
  /** Whom each verdict is told. */
  readonly channels: Readonly<Record<'sns' | 'events', boolean>>;
}

const SMALL: FunctionSize = { memoryMb: 256, architecture: 'arm64' };

/** Those of an empty configuration; a test compares them with the synthesized stack. */
export const DEFAULT_SETTINGS: CostSettings = {
  workflow: 'STANDARD',
  versioned: true,
  logLevel: { STANDARD: 'ERROR', EXPRESS: 'ALL' },
  tracing: false,
  tags: 'full',
  functions: {
    'check-file-type': { memoryMb: 512, architecture: 'arm64' },
    'scan-object': { memoryMb: 3008, architecture: 'x86_64' },
    'tag-object': SMALL,
    'quarantine-object': SMALL,
    'copy-object': SMALL,
    'delete-object': SMALL,
    notify: SMALL,
    'start-overflow': SMALL,
  },
  channels: { sns: true, events: true },
};

/** What a stack is billed for while nothing is uploaded. */
export interface IdleStack {
  /** Metrics that alarms look at: an alarm on a sum of two has two. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly keys: number;
  /** Queues that Lambda asks for messages. */
  readonly polledQueues: number;
  readonly updatesADay: number;
  readonly rescansADay: number;
  /** Of the updates; measured in the hours of an update. */
  readonly updateMetrics: number;
}

/** With one bucket. */
export const DEFAULT_IDLE_STACKS: Readonly<Record<Workflow, IdleStack>> = {
  STANDARD: {
    alarmMetrics: 34,
    dashboards: 1,
    keys: 2,
    polledQueues: 3,
    updatesADay: 6,
    rescansADay: 1,
    updateMetrics: 4,
  },
  EXPRESS: {
    alarmMetrics: 42,
    dashboards: 1,
    keys: 2,
    polledQueues: 4,
    updatesADay: 6,
    rescansADay: 1,
    updateMetrics: 4,
  },
};
