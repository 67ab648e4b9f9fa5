import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, SecretValue } from 'aws-cdk-lib';
import {
  ApiDestination,
  Authorization,
  Connection,
  EventField,
  HttpParameter,
  type IApiDestination,
  Rule,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ToDestination } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface PagerDutyIncidentsProps {
  /** Of an integration "Events API V2": SecretValue.secretsManager('pagerduty-routing-key'). */
  readonly routingKey: SecretValue;
}

/** Opens an incident in PagerDuty for each upload that is INFECTED. */
export class PagerDutyIncidents extends Construct {
  constructor(scope: Construct, id: string, { routingKey }: PagerDutyIncidentsProps) {
    super(scope, id);
    const connection = new Connection(this, 'PagerDuty', {
      // PagerDuty takes its key from the body; EventBridge wants an authorization all the same.
      authorization: Authorization.apiKey('X-Sent-By', SecretValue.unsafePlainText('s3-airlock')),
      bodyParameters: { routing_key: HttpParameter.fromSecret(routingKey) },
    });
    const destination = new ApiDestination(this, 'Enqueue', {
      connection,
      endpoint: 'https://events.pagerduty.com/v2/enqueue',
      // Of the 120 a minute that PagerDuty takes for one key.
      rateLimitPerSecond: 2,
    });
    const {
      source,
      'detail-type': detailType,
      detail,
    } = JSON.parse(readFileSync(join(import.meta.dirname, 'pattern.json'), 'utf8'));
    const field = (name: string) => EventField.fromPath(`$.detail.${name}`);
    new Rule(this, 'Malware', {
      eventPattern: { source, detailType, detail },
      targets: [
        // Its types disagree under `exactOptionalPropertyTypes` only.
        new ToDestination(destination as IApiDestination, {
          event: RuleTargetInput.fromObject({
            event_action: 'trigger',
            // The same for every message about one upload: one incident.
            dedup_key: field('duplicateId'),
            payload: {
              summary: `Malware ${field('finding')} in ${field('bucket')}`,
              source: field('bucket'),
              severity: 'critical',
              timestamp: field('scanTime'),
              class: 'malware',
              custom_details: { key: field('key'), version: field('version'), action: field('action') },
            },
          }),
          deadLetterQueue: new Queue(this, 'Undelivered', { retentionPeriod: Duration.days(14) }),
        }),
      ],
    });
  }
}
