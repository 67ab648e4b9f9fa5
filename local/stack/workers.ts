import { basename } from 'node:path';
import type { Clock } from '../../emulator/clock.ts';
import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { Alarms } from '../../emulator/cloudwatch/alarms.ts';
import type { ServicePermissions } from '../../emulator/iam/service-permissions.ts';
import type { EventSourceMapping } from '../../emulator/lambda/event-source-mapping.ts';
import { startEventSourceMappings } from '../../emulator/lambda/event-source-mappings.ts';
import type { SqsEvent } from '../../emulator/lambda/sqs-event.ts';
import type { Queues } from '../../emulator/sqs/queues.ts';
import type { TaskTokens } from '../../emulator/step-functions/task-tokens.ts';
import type { FunctionLogs } from './function-logs.ts';
import { type Functions, invoke } from './functions.ts';
import { countReceived } from './metrics.ts';
import type { Invocation } from './options.ts';

export interface WorkersProps {
  readonly stack: LocalStack;
  readonly queues: Queues;
  readonly tokens: TaskTokens;
  readonly permissions: ServicePermissions;
  readonly clock: Clock;
  /** Handler file by logical id. */
  readonly handlers: Readonly<Record<string, string>>;
  readonly functions: Functions;
  readonly alarms: Alarms;
  readonly logs: Pick<FunctionLogs, 'during' | 'failed'>;
  readonly onInvoke: ((invocation: Invocation) => void | Promise<void>) | undefined;
}

export interface Workers {
  /** By logical id. */
  readonly mappings: ReadonlyMap<string, EventSourceMapping>;
  /** Takes no more messages; what is running goes on. */
  stop(): Promise<void>;
  /** Resolves when nothing is running. */
  settled(): Promise<void>;
}

/** Faults of Lambda's, not of the function: nothing is answered any more. */
const DEATHS = new Set(['Runtime.ExitError', 'Runtime.OutOfMemory', 'Sandbox.Timedout', 'Lambda.Unknown']);

/** The functions that the template feeds from queues. */
export async function startWorkers(props: WorkersProps): Promise<Workers> {
  const { stack, queues, permissions, clock } = props;
  const running = new Set<Promise<unknown>>();
  const mappings = await startEventSourceMappings({
    stack,
    queues,
    permissions,
    clock,
    invoke(functionArn, event) {
      const invocation = props.logs.during(functionArn, () => work(props, functionArn, event));
      running.add(invocation);
      const done = () => void running.delete(invocation);
      invocation.then(done, done);
      return invocation;
    },
  });
  return {
    mappings,
    async stop() {
      for (const mapping of mappings.values()) await mapping.close('abandon');
    },
    async settled() {
      await Promise.allSettled(running);
    },
  };
}

async function work(props: WorkersProps, functionArn: string, { Records }: SqsEvent): Promise<unknown> {
  const { stack, handlers, functions, alarms, tokens, onInvoke } = props;
  const task = basename(handlers[stack.byArn(functionArn)?.logicalId ?? ''] ?? '', '.ts');
  const [first] = Records;
  if (first !== undefined) countReceived(alarms, first.eventSourceARN.split(':').at(-1) ?? '', Records.length);
  const kept = await Promise.all(Records.map((record) => told(record.body)));
  return invoke(functions, functionArn, { Records: Records.filter((_, index) => kept[index]) });

  /** Whether the message is still to be worked on: what the hook throws is the answer of its scan. */
  async function told(body: string): Promise<boolean> {
    const { taskToken, input } = contentOf(body);
    try {
      await onInvoke?.({ task, payload: input });
      return true;
    } catch (fault) {
      const { name, message } = fault as Error;
      if (DEATHS.has(name) || taskToken === undefined) throw fault;
      props.logs.failed(functionArn, fault);
      tokens.fail(taskToken, name, message);
      return false;
    }
  }
}

function contentOf(body: string): { readonly taskToken?: string; readonly input?: unknown } {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
