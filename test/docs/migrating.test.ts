import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { matchesPattern } from '../../emulator/event-bridge/event-pattern.ts';
import { DETAIL_TYPES, EVENT_SOURCE } from '../../functions/domain/channels.ts';
import { DIALECT_NAMES, type DialectName, dialectNamed } from '../../functions/domain/dialects/index.ts';
import { withDuplicateId } from '../../functions/domain/duplicate-id.ts';
import type { MessageContent } from '../../functions/domain/message-content.ts';
import type { Notification } from '../../functions/domain/notification.ts';
import { requestsIn } from '../../functions/domain/requests/request-message.ts';
import { SCAN_STATUSES } from '../../functions/domain/verdict.ts';
import { parseConfig } from '../../infra/config/schema.ts';
import { notification, VERDICTS, type VerdictName } from '../functions/domain/dialects/verdicts.ts';

const page = readFileSync('docs/migrating.md', 'utf8');

/** An example: `<!-- kind: of what -->`, then JSON. Without that it is a configuration. */
const examples = [...page.matchAll(/(?:<!-- (\w+)(?:: ([^>]+))? -->\n\n)?```json\n(.*?)```/gs)].map(
  ([, kind = 'configuration', what = '', json = '']) => ({ kind, what, json, content: JSON.parse(json) }),
);
const ofKind = (kind: string) => examples.filter((example) => example.kind === kind);

/** What s3-airlock sends about the object that the page is about: `infected delete` in the words of a dialect. */
function sent(dialect: DialectName, verdict: string, action: string): MessageContent {
  const differing = { bucket: 'example-uploads', action: action as Notification['action'] };
  return withDuplicateId(dialectNamed(dialect).message(notification(verdict as VerdictName, differing)), 'd1');
}

/** `guardduty infected tag` */
function sentAs(what: string): MessageContent {
  const [dialect = '', verdict = '', action = ''] = what.split(' ');
  return sent(dialect as DialectName, verdict, action);
}

it.each(ofKind('configuration'))('this is a configuration: $json', ({ content }) => {
  expect(() => parseConfig(content.airlock)).not.toThrow();
});

it('has a configuration, or names that of another, for each system of its first table', () => {
  const rows = [...page.matchAll(/^\| \[([^\]]+)\]\(#[\w-]+\) \| `([\w-]+)`/gm)];
  const systems = rows.map(([, system = '', dialect = '']) => ({ system, dialect }));
  expect(systems).toHaveLength(7);
  for (const { system, dialect } of systems) {
    const section = page.split(`\n## ${system}\n`)[1]?.split('\n## ')[0] ?? '';
    const [, json = '{ "airlock": {} }'] = /```json\n(.*?)```/s.exec(section) ?? [];
    expect([system, parseConfig(JSON.parse(json).airlock).dialect]).toEqual([system, dialect]);
    for (const topic of [
      /infected objects/,
      /cost/,
      /rescans/,
      /readers until the verdict/,
      /largest object/,
      /retries|a scan fails/,
    ]) {
      expect(section).toMatch(topic);
    }
  }
});

it('has the words of each dialect for each verdict', () => {
  const rows = SCAN_STATUSES.map((status) => {
    const words = DIALECT_NAMES.map((name) => {
      const [[, word] = []] = dialectNamed(name).tags({ ...VERDICTS.clean, status });
      return `\`${word}\``;
    });
    return `| ${[status, ...words].join(' | ')} |`;
  });
  expect(page).toContain(`\n| verdict | ${DIALECT_NAMES.map((name) => `\`${name}\``).join(' | ')} |\n`);
  expect(page).toContain(`\n${rows.join('\n')}\n`);
});

it.each(ofKind('message'))('this is what SNS gets: $what', ({ what, content }) => {
  const { subject, body, attributes } = sentAs(what);
  expect(content).toEqual({ ...(subject && { Subject: subject }), Message: body, MessageAttributes: attributes });
});

/** The event, with the detail type of the configuration for GuardDuty. */
function eventOf(what: string) {
  const configuration = ofKind('configuration').find(({ content }) => what.startsWith(`${content.airlock.dialect} `));
  const type = parseConfig(configuration?.content.airlock ?? {}).detailType;
  return { source: EVENT_SOURCE, 'detail-type': type, detail: sentAs(what).detail };
}

it.each(ofKind('event'))('this is what EventBridge gets: $what', ({ what, content }) => {
  expect(content).toEqual(eventOf(what));
});

it.each(ofKind('request'))('this is a request: $json', ({ json }) => {
  expect(requestsIn(json)).toEqual([
    expect.objectContaining({
      bucket: 'example-uploads',
      keys: expect.arrayContaining(['in box/report.pdf']),
    }),
  ]);
});

describe('rules', () => {
  const ruleOf = (what: string) => ofKind('rule').find((rule) => rule.what === what)?.content as object;

  // https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html
  const ofGuardDuty = {
    source: 'aws.guardduty',
    'detail-type': 'GuardDuty Malware Protection Object Scan Result',
    resources: ['arn:aws:guardduty:us-east-1:111122223333:malware-protection-plan/b4c7f464abEXAMPLE'],
    detail: {
      schemaVersion: '1.0',
      scanStatus: 'COMPLETED',
      resourceType: 'S3_OBJECT',
      scanResultDetails: { scanResultStatus: 'THREATS_FOUND', threats: [{ name: 'EICAR-Test-File (not a virus)' }] },
    },
  };

  it('hear GuardDuty before, and both after', () => {
    const ours = eventOf('guardduty infected tag');
    const [before, after] = [ruleOf('guardduty before'), ruleOf('guardduty after')];
    expect([ofGuardDuty, ours].map((event) => matchesPattern(before, event))).toEqual([true, false]);
    expect([ofGuardDuty, ours].map((event) => matchesPattern(after, event))).toEqual([true, true]);
    expect(matchesPattern(after, eventOf('guardduty clean none'))).toBe(false);
    expect(matchesPattern(after, { ...ours, 'detail-type': DETAIL_TYPES.scan })).toBe(false);
  });

  it('hear cdk-serverless-clamscan before, and s3-airlock after', () => {
    const clamscan = {
      source: 'lambda',
      'detail-type': 'Lambda Function Invocation Result - Success',
      detail: {
        responsePayload: { source: 'serverless-clamscan', input_bucket: 'example-uploads', status: 'INFECTED' },
      },
    };
    const ours = {
      source: EVENT_SOURCE,
      'detail-type': DETAIL_TYPES.scan,
      detail: sent('airlock', 'infected', 'tag').detail,
    };
    const [before, after] = [ruleOf('clamscan before'), ruleOf('clamscan after')];
    expect([clamscan, ours].map((event) => matchesPattern(before, event))).toEqual([true, false]);
    expect([clamscan, ours].map((event) => matchesPattern(after, event))).toEqual([false, true]);
    expect(ours.detail).toMatchObject({ bucket: 'example-uploads', key: 'in box/report.pdf', version: 'v1' });
    expect(matchesPattern(after, { ...ours, detail: sent('airlock', 'clean', 'none').detail })).toBe(false);
  });
});

it('knows every kind of example that it has', () => {
  const kinds = new Set(examples.map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(['configuration', 'message', 'event', 'request', 'rule']));
});
