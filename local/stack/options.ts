import type { Clock } from '../../emulator/clock.ts';
import type { BusEvent } from '../../emulator/event-bridge/event.ts';
import type { S3ServerOptions } from '../../emulator/s3/server.ts';
import type { QueueProps } from '../../emulator/sqs/queue.ts';
import type { Execution } from '../../emulator/step-functions/execution.ts';
import type { Environment } from '../../functions/adapters/process/environment.ts';

export interface PipelineOptions {
  /** Configuration in the schema of docs/configuration.md. */
  readonly airlock?: object;
  /** Folder of definitions. */
  readonly definitions: string;
  /** Whether they may detect nothing but EICAR; then their version begins with `test`. */
  readonly testSignatures?: boolean;
  /** Whether sets that UpdateDefinitions publishes, from that folder, take its place. */
  readonly followsPublished?: boolean;
  /** Port of the S3 server, which the other services' follow (ports.ts); 0, the default, takes any free ones. */
  readonly port?: number;
  /** Milliseconds before each retry, instead of the state machine's delays. */
  readonly retryWaitMs?: number;
  readonly onExecution?: (execution: Execution, origin: ExecutionOrigin) => void;
  readonly onEvent?: (event: BusEvent) => void;
  /** Overrides every function's environment, as if changed in the console: `SCRATCH_DIRECTORY`, `CLAMD_PATH`, … */
  readonly environment?: Environment;
  /** Called before a rule or a schedule starts an execution; if it throws, the start is undelivered. */
  readonly onDeliver?: (stateMachineArn: string, input: unknown) => void;
  /**
   * Called before each invocation of a function, and awaited; if it throws, the invocation fails. For a function that
   * a queue feeds it is called for each message, whose scan fails; under a fault of Lambda's, the whole batch.
   */
  readonly onInvoke?: (invocation: Invocation) => void | Promise<void>;
  /** Of queues, tokens and time limits; default: the real time. */
  readonly clock?: Clock;
  /** What becomes of each message that is about to be received. */
  readonly onDeliverMessage?: QueueProps['onDeliver'];
  /** Called when SNS or EventBridge gives up a message, which AWS says to nobody. */
  readonly onUndelivered?: (line: string) => void;
  /** Called after each batch of a rescan. */
  readonly onBatch?: (batch: { readonly items: number }) => void;
  /** Called before each S3 request is served, and awaited. */
  readonly onRequest?: S3ServerOptions['onRequest'];
}

export interface ExecutionOrigin {
  /** Name of the state machine's ASL file: `scan-upload`. */
  readonly stateMachine: string;
  /** ARN of the execution that started this one; undefined when a rule, a schedule or a person did. */
  readonly startedBy: string | undefined;
}

export interface Invocation {
  /** Name of the handler's file: `scan-object`. */
  readonly task: string;
  readonly payload: unknown;
}
