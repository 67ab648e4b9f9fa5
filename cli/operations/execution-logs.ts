import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { DeployedStack } from './deployed-stack.ts';
import { eventInLog, type LoggedExecutionEvent } from './execution-events.ts';
import { startsNear, type Window } from './executions-near.ts';
import type { ObjectAddress } from './s3-uri.ts';

/** A state machine that scans uploads. */
export interface ScanMachine {
  readonly arn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Name of the group that gets the events of its executions. */
  readonly logGroup: string;
  /** Whether every event; of a STANDARD one, the log has only errors by default. */
  readonly logsStarts: boolean;
}

/** An execution that is about an object. */
export interface FoundExecution {
  readonly arn: string;
  readonly machine: ScanMachine;
  readonly startedAt: Date;
  /** As in its input: `null` where it names none. */
  readonly versionId: string;
  readonly etag: string;
}

/**
 * Those of the stack: one, and under EXPRESS the one of what overflows.
 * @throws what the SDK throws; Error when one writes no log
 */
export async function scanMachines(client: SFNClient, deployed: DeployedStack): Promise<readonly ScanMachine[]> {
  const arns = [deployed.output('ScanUploadArn'), deployed.optionalOutput('OverflowArn')];
  return Promise.all(
    arns
      .filter((arn) => arn !== undefined)
      .map(async (stateMachineArn) => {
        const answer = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
        const group = answer.loggingConfiguration?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
        const logGroup = /:log-group:([^:]+)/.exec(group ?? '')?.[1];
        if (logGroup === undefined) throw new Error(`the state machine ${stateMachineArn} writes no log`);
        const logsStarts = answer.loggingConfiguration?.level === 'ALL';
        return { arn: stateMachineArn, type: answer.type ?? 'STANDARD', logGroup, logsStarts };
      }),
  );
}

/** Executions of an object that began in one of these times, oldest first; where the log does not say, some of them. */
export async function findExecutions(
  { logs: client, stepFunctions }: { readonly logs: CloudWatchLogsClient; readonly stepFunctions: SFNClient },
  machines: readonly ScanMachine[],
  object: ObjectAddress,
  windows: readonly Window[],
): Promise<readonly FoundExecution[]> {
  const found = new Map<string, FoundExecution>();
  // Only characters that neither JSON nor the pattern writes in another way.
  const [word] = (object.key.match(/[A-Za-z0-9_]+/g) ?? []).sort((a, b) => b.length - a.length);
  const input = word === undefined ? '' : ` && $.details.input = "*${word.slice(0, 100)}*"`;
  const pattern = `{ $.type = "ExecutionStarted"${input} }`;
  for (const machine of machines) {
    if (!machine.logsStarts && machine.type === 'STANDARD') {
      for await (const { executionArn, at, input } of startsNear(stepFunctions, machine.arn, windows)) {
        const about = objectIn(input);
        if (about?.bucket !== object.bucket || about.key !== object.key) continue;
        const { versionId, etag } = about;
        found.set(executionArn, { arn: executionArn, machine, startedAt: at, versionId, etag });
      }
      continue;
    }
    for (const window of windows) {
      for await (const { executionArn, at, input: json = '' } of logged(client, machine, pattern, window)) {
        const about = objectIn(json);
        if (about?.bucket !== object.bucket || about.key !== object.key) continue;
        const { versionId, etag } = about;
        found.set(executionArn, { arn: executionArn, machine, startedAt: at, versionId, etag });
      }
    }
  }
  return [...found.values()].sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
}

/** The events of one execution, in order. */
export async function logOf(
  client: CloudWatchLogsClient,
  machine: ScanMachine,
  executionArn: string,
  from: Date,
): Promise<readonly LoggedExecutionEvent[]> {
  const events: LoggedExecutionEvent[] = [];
  const pattern = `{ $.execution_arn = "${executionArn}" }`;
  for await (const event of logged(client, machine, pattern, { from, to: new Date() })) events.push(event);
  // CloudWatch orders them by millisecond only.
  return events.sort((a, b) => a.id - b.id);
}

async function* logged(
  client: CloudWatchLogsClient,
  { logGroup: logGroupName }: ScanMachine,
  filterPattern: string,
  { from, to }: Window,
): AsyncGenerator<LoggedExecutionEvent> {
  const times = { startTime: from.getTime(), endTime: to.getTime() };
  for await (const page of paginateFilterLogEvents({ client }, { logGroupName, filterPattern, ...times })) {
    for (const { message = '' } of page.events ?? []) {
      const event = eventInLog(message);
      if (event !== undefined) yield event;
    }
  }
}

interface Input {
  readonly detail?: {
    readonly bucket?: { readonly name?: string };
    readonly object?: { readonly key?: string; readonly etag?: string; readonly 'version-id'?: string };
  };
}

function objectIn(json: string) {
  try {
    const { bucket, object } = (JSON.parse(json) as Input).detail ?? {};
    const { key = '', etag = '', 'version-id': versionId = 'null' } = object ?? {};
    return { bucket: bucket?.name ?? '', key, etag, versionId };
  } catch {
    // Truncated: the state machine's inputs are much smaller.
    return undefined;
  }
}
