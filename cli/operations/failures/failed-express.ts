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

/** An EXPRESS execution ends after five minutes. */
const LONGEST_MILLISECONDS = 6 * 60_000;

/** The state in which an execution fails, with the object. One that ends otherwise has it in its first event only. */
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
        const { success, data } = Logged.safeParse(parsed(message));
        if (!success) continue;
        const input = data.details.input ?? (await inputOf(logs, logGroupName, data));
        yield redrivable(data, input, startFor);
      }
    }
  }
}

/** The input of an execution, from its first event: `logLevel` may leave that out. */
async function inputOf(
  client: CloudWatchLogsClient,
  logGroupName: string,
  { execution_arn: execution, event_timestamp: endTime }: z.infer<typeof Logged>,
): Promise<string | undefined> {
  const filterPattern = `{ $.type = "ExecutionStarted" && $.execution_arn = "${execution}" }`;
  const asked = { logGroupName, filterPattern, startTime: endTime - LONGEST_MILLISECONDS, endTime };
  for await (const { events = [] } of paginateFilterLogEvents({ client }, asked)) {
    for (const { message = '' } of events) {
      const { data } = Logged.safeParse(parsed(message));
      if (data?.details.input !== undefined) return data.details.input;
    }
  }
  return undefined;
}

function redrivable(
  { type, execution_arn: execution, event_timestamp: time, details }: z.infer<typeof Logged>,
  json: string | undefined,
  startFor: FailedExpressOptions['startFor'],
): Redrivable {
  const input = json === undefined ? undefined : parsed(json);
  const { Error: error, Cause: cause } = ((input as { error?: object } | undefined)?.error ?? {}) as {
    readonly Error?: string;
    readonly Cause?: string;
  };
  const known = input === undefined ? { bucket: null, key: null, versionId: null } : subjectOf(json ?? '{}');
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
