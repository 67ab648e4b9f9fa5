import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { App, SecretValue, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { matchesPattern } from '../../emulator/event-bridge/event-pattern.ts';
import { PagerDutyIncidents } from '../../examples/eventbridge-pagerduty/pager-duty-incidents.ts';
import { DETAIL_TYPES, EVENT_SOURCE } from '../../functions/domain/channels.ts';
import { airlock } from '../../functions/domain/dialects/airlock.ts';
import { withDuplicateId } from '../../functions/domain/duplicate-id.ts';
import type { Notification } from '../../functions/domain/notification.ts';
import { SCAN_STATUSES, type ScanStatus } from '../../functions/domain/verdict.ts';

const read = (name: string) => JSON.parse(readFileSync(`examples/eventbridge-pagerduty/${name}`, 'utf8'));
const pattern = read('pattern.json');

function eventOf(status: ScanStatus, type: string = DETAIL_TYPES.scan) {
  const notification = {
    ...{ bucket: 'uploads', key: 'a.pdf', version: 'v1', status, finding: 'Eicar', action: 'tag', activeContent: [] },
    ...{ scanTime: '2026-11-27T03:00:00.000Z', duplicateId: 'same-upload' },
  };
  const { detail } = withDuplicateId(airlock.message(notification as unknown as Notification), 'same-upload');
  return { source: EVENT_SOURCE, 'detail-type': type, detail: detail as Record<string, unknown> };
}

describe('the pattern', () => {
  it.each(SCAN_STATUSES.map((status) => [status, status === 'INFECTED'] as const))('%s: %j', (status, matched) => {
    expect(matchesPattern(pattern, eventOf(status))).toBe(matched);
  });

  it('leaves out summaries of rescans and reports', () => {
    for (const type of [DETAIL_TYPES.rescan, DETAIL_TYPES.report]) {
      expect(matchesPattern(pattern, eventOf('INFECTED', type))).toBe(false);
    }
  });
});

const EVENT = {
  event_action: 'trigger',
  dedup_key: 'same-upload',
  payload: {
    ...{ summary: 'Malware Eicar in uploads', source: 'uploads', severity: 'critical', class: 'malware' },
    timestamp: '2026-11-27T03:00:00.000Z',
    custom_details: { key: 'a.pdf', version: 'v1', action: 'tag' },
  },
};

it('the template of the CLI is an event of PagerDuty once its fields are filled in', () => {
  const [{ InputTransformer }] = read('targets.json');
  const { InputPathsMap, InputTemplate } = InputTransformer as {
    InputPathsMap: Record<string, string>;
    InputTemplate: string;
  };
  const { detail } = eventOf('INFECTED');
  const filled = InputTemplate.replaceAll(/<(\w+)>/g, (_, name: string) => {
    const field = /^\$\.detail\.(\w+)$/.exec(InputPathsMap[name] ?? '')?.[1] ?? '';
    expect(detail).toHaveProperty(field);
    return String(detail[field]);
  });
  expect(JSON.parse(filled)).toEqual(EVENT);
});

it('the construct has the same rule, the key in the body, and a queue for what PagerDuty does not take', () => {
  const stack = new Stack(new App(), 'Test');
  new PagerDutyIncidents(stack, 'PagerDuty', { routingKey: SecretValue.secretsManager('pagerduty-routing-key') });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: pattern,
    Targets: [
      {
        DeadLetterConfig: Match.anyValue(),
        InputTransformer: { InputTemplate: Match.stringLikeRegexp('"event_action":"trigger","dedup_key":<') },
      },
    ],
  });
  template.hasResourceProperties('AWS::Events::Connection', {
    AuthParameters: {
      InvocationHttpParameters: {
        BodyParameters: [{ Key: 'routing_key', Value: Match.anyValue(), IsValueSecret: true }],
      },
    },
  });
  template.hasResourceProperties('AWS::Events::ApiDestination', {
    InvocationEndpoint: 'https://events.pagerduty.com/v2/enqueue',
    HttpMethod: 'POST',
  });
});
