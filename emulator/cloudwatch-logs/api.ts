import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { ApiFault, startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { filterOf } from './filter-pattern.ts';

export interface LogEvent {
  readonly stream: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

export interface LogsApiProps {
  /** The events of a log group in any order; undefined for one that there is not. */
  readonly eventsOf: (logGroupName: string) => Iterable<LogEvent> | undefined;
  /** Default: any free one. */
  readonly port?: number;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
}

interface Request {
  readonly logGroupName?: string;
  /** Name or ARN. */
  readonly logGroupIdentifier?: string;
  readonly filterPattern?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly limit?: number;
  readonly nextToken?: string;
}

const MAX_EVENTS = 10_000;

/** CloudWatch Logs over HTTP: FilterLogEvents; refuses any other call. */
export function startLogsApi({ eventsOf, port, authorize }: LogsApiProps): Promise<Listening> {
  return startJsonApi({
    service: 'Logs_20140328',
    version: '1.1',
    port,
    authorize,
    async answer({ action, body, authorize: check }) {
      if (action !== 'FilterLogEvents') throw new ApiFault('UnknownOperationException', `${action} is not served here`);
      const request = JSON.parse(body) as Request;
      const { logGroupIdentifier = '', logGroupName = nameIn(logGroupIdentifier) } = request;
      await check('logs:FilterLogEvents', `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logGroupName}`);
      const events = eventsOf(logGroupName);
      if (events === undefined) {
        throw new ApiFault('ResourceNotFoundException', 'The specified log group does not exist.');
      }
      return filtered([...events], request);
    },
  });
}

function filtered(events: readonly LogEvent[], request: Request): object {
  const { filterPattern = '', startTime = 0, endTime = Number.POSITIVE_INFINITY, nextToken = '0' } = request;
  const { limit = MAX_EVENTS } = request;
  if (!(limit >= 1 && limit <= MAX_EVENTS)) throw new ApiFault('InvalidParameterException', `limit ${limit}`);
  const matches = patternIn(filterPattern);
  const found = events
    .filter(({ timestamp, message }) => timestamp >= startTime && timestamp <= endTime && matches(message))
    .sort((a, b) => a.timestamp - b.timestamp);
  const end = Number(nextToken) + limit;
  return {
    events: found.slice(Number(nextToken), end).map(({ stream, ...event }, at) => ({
      ...event,
      logStreamName: stream,
      ingestionTime: event.timestamp,
      eventId: `${stream}/${Number(nextToken) + at}`,
    })),
    searchedLogStreams: [],
    ...(end < found.length && { nextToken: String(end) }),
  };
}

function patternIn(text: string): (message: string) => boolean {
  try {
    return filterOf(text);
  } catch (fault) {
    throw new ApiFault('InvalidParameterException', (fault as Error).message);
  }
}

function nameIn(identifier: string): string {
  return /:log-group:([^:]+)/.exec(identifier)?.[1] ?? identifier;
}
