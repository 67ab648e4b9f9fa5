import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, type SecretValue } from 'aws-cdk-lib';
import {
  ApiDestination,
  Authorization,
  Connection,
  EventField,
  type IApiDestination,
  Rule,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ToDestination } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface SlackAlertsProps {
  /** `Bearer xoxb-…`, of a Slack app with the scope `chat:write`: SecretValue.secretsManager('slack-authorization'). */
  readonly authorization: SecretValue;
  /** The app has to be a member of it. */
  readonly channel: string;
}

/** Writes to a channel of Slack about each upload that is not CLEAN. */
export class SlackAlerts extends Construct {
  constructor(scope: Construct, id: string, { authorization, channel }: SlackAlertsProps) {
    super(scope, id);
    const connection = new Connection(this, 'Slack', {
      authorization: Authorization.apiKey('Authorization', authorization),
    });
    const destination = new ApiDestination(this, 'PostMessage', {
      connection,
      endpoint: 'https://slack.com/api/chat.postMessage',
      // What Slack takes for one channel.
      rateLimitPerSecond: 1,
    });
    const {
      source,
      'detail-type': detailType,
      detail,
    } = JSON.parse(readFileSync(join(import.meta.dirname, 'pattern.json'), 'utf8'));
    const field = (name: string) => EventField.fromPath(`$.detail.${name}`);
    const text = `${field('status')}: ${field('finding')} in ${field('bucket')}, ${field('key')} (action: ${field('action')})`;
    new Rule(this, 'RefusedUploads', {
      eventPattern: { source, detailType, detail },
      targets: [
        // Its types disagree under `exactOptionalPropertyTypes` only.
        new ToDestination(destination as IApiDestination, {
          event: RuleTargetInput.fromObject({ channel, text }),
          deadLetterQueue: new Queue(this, 'Undelivered', { retentionPeriod: Duration.days(14) }),
        }),
      ],
    });
  }
}
