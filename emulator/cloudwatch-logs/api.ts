import { ACCOUNT, REGION } from '../cloudformation/template.ts';
import { ApiFault, startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { type FilterRequest, filterLogEvents, type LogStream } from './filter-log-events.ts';

export interface LogsApiProps {
  /** The streams of a log group; undefined for one that there is not. */
  readonly streamsOf: (logGroupName: string) => Iterable<LogStream> | undefined;
  /** Default: any free one. */
  readonly port?: number;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
}

interface Request extends FilterRequest {
  readonly logGroupName?: string;
  /** Name or ARN. */
  readonly logGroupIdentifier?: string;
}

/** CloudWatch Logs over HTTP: FilterLogEvents; refuses any other call. */
export function startLogsApi({ streamsOf, port, authorize }: LogsApiProps): Promise<Listening> {
  return startJsonApi({
    service: 'Logs_20140328',
    version: '1.1',
    port,
    authorize,
    async answer({ action, body, authorize: check }) {
      if (action !== 'FilterLogEvents') throw new ApiFault('UnknownOperationException', `${action} is not served here`);
      const request = JSON.parse(body) as Request;
      if ((request.logGroupName === undefined) === (request.logGroupIdentifier === undefined)) {
        throw new ApiFault('InvalidParameterException', 'Specify either logGroupName or logGroupIdentifier');
      }
      const { logGroupIdentifier = '', logGroupName = nameIn(logGroupIdentifier) } = request;
      await check('logs:FilterLogEvents', `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logGroupName}`);
      const streams = streamsOf(logGroupName);
      if (streams === undefined) {
        throw new ApiFault('ResourceNotFoundException', 'The specified log group does not exist.');
      }
      return filterLogEvents(streams, request);
    },
  });
}

function nameIn(identifier: string): string {
  return /:log-group:([^:]+)/.exec(identifier)?.[1] ?? identifier;
}
