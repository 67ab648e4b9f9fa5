import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';

/** A scanner that could not use a published set. */
export interface Refusal {
  /** Log group of its function. */
  readonly who: string;
  readonly at: string;
  readonly what: string;
}

/** How Node prints the warning of functions/adapters/definitions/metrics.ts. */
const WARNING = /DefinitionsRefused: (.*)/;
const PATTERN = '"DefinitionsRefused: "';
/** Each scanner that starts may refuse the same set. */
const AT_MOST = 20;

/**
 * The newest refusals, the last first.
 * @throws what the SDK throws
 */
export async function refusals(logs: CloudWatchLogsClient, groups: readonly string[], since: Date): Promise<Refusal[]> {
  const found: Refusal[] = [];
  for (const logGroupName of groups) {
    const query = { logGroupName, startTime: since.getTime(), filterPattern: PATTERN };
    for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, query)) {
      for (const { message = '', timestamp = 0 } of events) {
        const [, what] = WARNING.exec(message) ?? [];
        if (what !== undefined) found.push({ who: logGroupName, at: new Date(timestamp).toISOString(), what });
      }
    }
  }
  return found.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, AT_MOST);
}
