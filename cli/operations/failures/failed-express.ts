import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { uploadIn } from '../dead-letter.ts';
import type { DeployedStart } from '../deployed-start.ts';
import { MalformedMessage } from '../message-errors.ts';
import { subjectOf } from './failed-executions.ts';
import { causeOf, idOf, type Redrivable } from './failure.ts';

/** An event in the log of a state machine; its fields are text. */
const Logged = z.object({
  type: z.string(),
  event_timestamp: z.coerce.number(),
  execution_arn: z.string(),
  details: z
    .object({ name: z.string(), input: z.string(), error: z.string(), cause: z.string() })
    .partial()
    .default({}),
});

/** The state in which an execution fails, with the object; one that ends otherwise has none. */
const ENDS = ['FailStateEntered', 'ExecutionTimedOut', 'ExecutionAborted'];

export interface FailedExpressOptions {
  readonly stateMachineArn: string;
  readonly since: Date;
  readonly until: Date;
  readonly startFor: (claim: ReturnType<typeof uploadIn>) => Promise<DeployedStart | undefined>;
}

/**
 * EXPRESS executions that failed, from the log of their state machine: Step Functions does not list them. Whether they
 * were started again is not known.
 * @throws what the SDK throws
 */
export async function* failedExpress(
  { stepFunctions, logs }: { readonly stepFunctions: SFNClient; readonly logs: CloudWatchLogsClient },
  { stateMachineArn, since, until, startFor }: FailedExpressOptions,
): AsyncGenerator<Redrivable> {
  const { loggingConfiguration } = await stepFunctions.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const group = loggingConfiguration?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  const logGroupName = /:log-group:([^:]+)/.exec(group ?? '')?.[1];
  if (logGroupName === undefined) throw new Error(`the state machine ${stateMachineArn} writes no log`);
  const times = { startTime: since.getTime(), endTime: until.getTime() };
  for (const type of ENDS) {
    const asked = { logGroupName, filterPattern: `{ $.type = "${type}" }`, ...times };
    for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, asked)) {
      for (const { message = '' } of events) {
        const found = redrivable(message, startFor);
        if (found !== undefined) yield found;
      }
    }
  }
}

function redrivable(message: string, startFor: FailedExpressOptions['startFor']): Redrivable | undefined {
  const { success, data } = Logged.safeParse(parsed(message));
  if (!success) return undefined;
  const { type, execution_arn: execution, event_timestamp: time, details } = data;
  const input = details.input === undefined ? undefined : parsed(details.input);
  const { Error: error, Cause: cause } = ((input as { error?: object } | undefined)?.error ?? {}) as {
    readonly Error?: string;
    readonly Cause?: string;
  };
  const known = input === undefined ? { bucket: null, key: null, versionId: null } : subjectOf(details.input ?? '{}');
  return {
    failure: {
      ...{ id: idOf(execution), kind: 'execution', when: new Date(time).toISOString(), ...known },
      cause: `${details.name ?? type}: ${causeOf(error ?? details.error, cause ?? details.cause)}`,
      redrive:
        known.key === null
          ? 'nothing: its log names no object; rescan with --strategy unscanned'
          : 'scans the object again',
      execution,
    },
    async start() {
      if (input === undefined) throw new MalformedMessage('its log names no object');
      return startFor(uploadIn(input));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
