import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { App, SecretValue, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { matchesPattern } from '../../emulator/event-bridge/event-pattern.ts';
import { SlackAlerts } from '../../examples/eventbridge-slack/slack-alerts.ts';
import { EVENT_SOURCE } from '../../functions/domain/channels.ts';
import { airlock } from '../../functions/domain/dialects/airlock.ts';
import type { Notification } from '../../functions/domain/notification.ts';
import { SCAN_STATUSES, type ScanStatus } from '../../functions/domain/verdict.ts';

const read = (name: string) => JSON.parse(readFileSync(`examples/eventbridge-slack/${name}`, 'utf8'));
const pattern = read('pattern.json');

function eventOf(status: ScanStatus): object {
  const notification = { bucket: 'uploads', key: 'a.pdf', status, finding: 'Eicar', action: 'tag', activeContent: [] };
  const { detail } = airlock.message(notification as unknown as Notification);
  return { source: EVENT_SOURCE, 'detail-type': 'Object Scan Completed', detail };
}

describe('the pattern', () => {
  it.each(SCAN_STATUSES.map((status) => [status, status !== 'CLEAN'] as const))('%s: %j', (status, matched) => {
    expect(matchesPattern(pattern, eventOf(status))).toBe(matched);
  });

  it('leaves out events of others and summaries of rescans', () => {
    expect(matchesPattern(pattern, { ...eventOf('INFECTED'), source: 'aws.s3' })).toBe(false);
    expect(matchesPattern(pattern, { ...eventOf('INFECTED'), 'detail-type': 'Rescan Completed' })).toBe(false);
  });
});

it('the template of the CLI is JSON once its fields are filled in, and each field is in the event', () => {
  const [{ InputTransformer }] = read('targets.json');
  const { InputPathsMap, InputTemplate } = InputTransformer as {
    InputPathsMap: Record<string, string>;
    InputTemplate: string;
  };
  const event = eventOf('INFECTED') as { detail: Record<string, unknown> };
  const filled = InputTemplate.replaceAll(/<(\w+)>/g, (_, name: string) => {
    const field = /^\$\.detail\.(\w+)$/.exec(InputPathsMap[name] ?? '')?.[1] ?? '';
    expect(event.detail).toHaveProperty(field);
    return String(event.detail[field]);
  });
  expect(JSON.parse(filled)).toEqual({ channel: '#uploads', text: 'INFECTED: Eicar in uploads, a.pdf (action: tag)' });
});

it('the construct has the same rule, and a queue for what Slack does not take', () => {
  const stack = new Stack(new App(), 'Test');
  const authorization = SecretValue.secretsManager('slack-authorization');
  new SlackAlerts(stack, 'Slack', { authorization, channel: '#uploads' });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: pattern,
    Targets: [
      {
        DeadLetterConfig: Match.anyValue(),
        InputTransformer: { InputTemplate: Match.stringLikeRegexp('"channel":"#uploads"') },
      },
    ],
  });
  template.hasResourceProperties('AWS::Events::ApiDestination', {
    InvocationEndpoint: 'https://slack.com/api/chat.postMessage',
    HttpMethod: 'POST',
    InvocationRateLimitPerSecond: 1,
  });
  expect(JSON.stringify(template.toJSON())).not.toContain('xoxb');
});
