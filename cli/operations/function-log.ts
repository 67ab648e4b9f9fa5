import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { didYouMean } from '../../infra/config/error-message.ts';
import { readStackReference } from './airlock-outputs.ts';

/** Logical ids of the log groups, in the airlock of a stack that has several. */
const GROUP = /^(.*)Logs[0-9A-F]{8}$/;

export interface LogLine {
  readonly time: string;
  readonly message: string;
}

/**
 * Name of the log group of a function or state machine, by its name in the docs: `ScanObject`.
 * @param stack name or ARN of the stack, and which airlock of it
 * @throws Error when there is none of that name; what the SDK throws
 */
export async function logGroupOf(client: CloudFormationClient, stack: string, name: string): Promise<string> {
  const { stack: StackName, airlock = '' } = readStackReference(stack);
  const groups = new Map<string, string>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const { ResourceType, LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries) {
      const [, id] = GROUP.exec(LogicalResourceId) ?? [];
      if (ResourceType !== 'AWS::Logs::LogGroup' || !id?.startsWith(airlock)) continue;
      groups.set(id.slice(airlock.length), PhysicalResourceId);
    }
  }
  const group = groups.get(name);
  if (group !== undefined) return group;
  const names = [...groups.keys()].sort();
  throw new Error(
    `the stack has no log of ${JSON.stringify(name)}${didYouMean(name, names)}; it has: ${names.join(', ')}`,
  );
}

/** What was logged since then, in order. @throws what the SDK throws */
export async function* logLines(
  client: CloudWatchLogsClient,
  logGroupName: string,
  since: Date,
): AsyncGenerator<LogLine> {
  const query = { logGroupName, startTime: since.getTime() };
  for await (const { events = [] } of paginateFilterLogEvents({ client }, query)) {
    for (const { timestamp = 0, message = '' } of events) {
      yield { time: new Date(timestamp).toISOString(), message: message.trimEnd() };
    }
  }
}
