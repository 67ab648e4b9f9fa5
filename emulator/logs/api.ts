import { ACCOUNT, type LocalStack, REGION } from '../cloudformation/template.ts';
import { ApiFault, startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';

export interface LogEvent {
  readonly logGroupName: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

interface FilterLogEvents {
  readonly logGroupName: string;
  readonly startTime?: number;
  readonly filterPattern?: string;
}

/** CloudWatch Logs: FilterLogEvents of what was recorded, for a pattern that is one text in quotes; nothing else. */
export function startLogsApi(
  stack: LocalStack,
  events: readonly LogEvent[],
  authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>,
  port?: number,
): Promise<Listening> {
  return startJsonApi({
    service: 'Logs_20140328',
    version: '1.1',
    authorize,
    port,
    async answer({ action, body, authorize: check }) {
      if (action !== 'FilterLogEvents') throw new ApiFault('NotImplemented', action, 501);
      const { logGroupName, startTime = 0, filterPattern = '' } = JSON.parse(body) as FilterLogEvents;
      await check('logs:FilterLogEvents', `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logGroupName}`);
      if (!stack.ofType('AWS::Logs::LogGroup').some(({ ref }) => ref === logGroupName)) {
        throw new ApiFault('ResourceNotFoundException', 'The specified log group does not exist.');
      }
      const [, text] = /^"([^"]*)"$/.exec(filterPattern) ?? [];
      if (text === undefined) throw new ApiFault('NotImplemented', `the pattern ${filterPattern}`, 501);
      const found = events.filter(
        (event) => event.logGroupName === logGroupName && event.timestamp >= startTime && event.message.includes(text),
      );
      return { events: found.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })) };
    },
  });
}
