import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { Channels } from '../../../functions/domain/channels.ts';
import { DIALECT_NAMES, type Dialect, dialectNamed } from '../../../functions/domain/dialects/index.ts';
import { NotificationFailed } from '../../../functions/domain/errors.ts';
import type { Metrics } from '../../../functions/domain/ports.ts';
import { SCAN_STATUSES, type ScanStatus } from '../../../functions/domain/verdict.ts';
import { create, notify } from '../../../functions/handlers/notify.ts';

const INPUT = {
  scanId: 'arn:aws:states:us-east-1:000000000000:execution:ScanUpload:1',
  startTime: '2026-01-01T00:00:00.000Z',
  bucket: 'uploads',
  object: { key: 'a b+c.txt', size: 3, etag: 'abc', 'version-id': 'v1', sequencer: '00' },
  verdict: {
    status: 'INFECTED',
    finding: 'Win.Test.EICAR_HDB-1',
    type: 'text/plain',
    definitions: '27000',
    scanTime: '2026-01-01T00:00:01.000Z',
  },
  outcome: { tagged: true, action: 'tag' },
};
const NOW = () => new Date('2026-01-01T00:00:02.000Z');

let published: [string, object, string | undefined][];
let events: [string, object][];
let counted: Parameters<Metrics['record']>[];
let flushed: number;
let failing: string | undefined;

beforeEach(() => {
  published = [];
  events = [];
  counted = [];
  flushed = 0;
  failing = undefined;
});

const channels: Channels = {
  sns: async ({ body, attributes, subject }) => {
    if (failing === 'sns') throw new NotificationFailed('scripted');
    published.push([body, attributes, subject]);
  },
  events: async ({ type, detail }) => {
    if (failing === 'events') throw new NotificationFailed('scripted');
    events.push([type, detail]);
  },
};

const metrics: Metrics = { record: (...recorded) => counted.push(recorded), flush: () => void flushed++ };

function tell(
  sns: readonly ScanStatus[],
  toEvents: readonly ScanStatus[],
  telling: { dialect?: Dialect; detailType?: string } = {},
  scanId = INPUT.scanId,
) {
  const rules = { sns: new Set(sns), events: new Set(toEvents) };
  const dialect = dialectNamed('airlock');
  return notify(channels, { dialect, rules, ...telling }, metrics, NOW)({ ...INPUT, scanId }, {} as Context);
}

describe('notify', () => {
  it('tells SNS and EventBridge the same', async () => {
    expect(await tell(SCAN_STATUSES, SCAN_STATUSES)).toEqual({ sns: true, events: true });
    const [[body, attributes] = ['']] = published;
    const said = {
      scanId: INPUT.scanId,
      bucket: 'uploads',
      key: 'a b+c.txt',
      version: 'v1',
      status: 'INFECTED',
      tagged: true,
      durations: { verdictMs: 1000, totalMs: 2000 },
    };
    expect(JSON.parse(body)).toMatchObject(said);
    expect(attributes).toMatchObject({ status: 'INFECTED', key: 'a b+c.txt' });
    expect(events).toEqual([['Object Scan Completed', expect.objectContaining(said)]]);
  });

  it.each([
    [['INFECTED'], [], true, false],
    [[], ['INFECTED'], false, true],
    [['CLEAN', 'ERROR'], ['CLEAN'], false, false],
  ] as const)('under the rules SNS %j, events %j tells SNS %s, EventBridge %s', async (sns, toEvents, ...told) => {
    const outcome = await tell(sns, toEvents);
    expect([outcome.sns, outcome.events]).toEqual(told);
    expect([published.length > 0, events.length > 0]).toEqual(told);
  });

  it.each(DIALECT_NAMES)('speaks %s', async (name) => {
    const dialect = dialectNamed(name);
    await tell(SCAN_STATUSES, SCAN_STATUSES, { dialect });
    expect(published).toHaveLength(1);
    expect(published[0]?.[0]).toContain('a b+c.txt');
    expect(events).toHaveLength(1);
    // Twice the same upload, by two executions.
    const duplicateId = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(published[0]?.[1]).toMatchObject({ duplicateId });
    expect(events[0]?.[1]).toMatchObject({ duplicateId });
    await tell(SCAN_STATUSES, SCAN_STATUSES, { dialect }, `${INPUT.scanId}2`);
    expect(published[1]?.[1]).toEqual(published[0]?.[1]);
  });

  it('gives SNS the subject of the dialect, and EventBridge the detail type that is configured', async () => {
    await tell(SCAN_STATUSES, SCAN_STATUSES, { dialect: dialectNamed('s3-virusscan'), detailType: 'Verdict' });
    expect(published[0]?.[2]).toBe('s3-virusscan s3://uploads');
    expect(events[0]?.[0]).toBe('Verdict');
    await tell(SCAN_STATUSES, SCAN_STATUSES);
    expect(published[1]?.[2]).toBeUndefined();
  });

  it.each(['sns', 'events'])('fails when %s fails, to be tried again', async (channel) => {
    failing = channel;
    await expect(tell(SCAN_STATUSES, SCAN_STATUSES)).rejects.toMatchObject({ name: 'NotificationFailed' });
    expect(counted).toEqual([]);
  });

  it('counts the verdict, also when nobody wants to hear of it', async () => {
    await tell([], []);
    expect(counted).toEqual([[{ Verdicts: 1 }, { Status: 'INFECTED' }]]);
    expect(flushed).toBe(1);
  });
});

it.each(['DIALECT', 'NOTIFY_SNS', 'NOTIFY_EVENTS', 'TOPIC_ARN', 'EVENT_BUS_NAME'])('needs %s', (name) => {
  const env = {
    AWS_REGION: 'us-east-1',
    DIALECT: 'airlock',
    NOTIFY_SNS: 'INFECTED',
    NOTIFY_EVENTS: '',
    TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:findings',
    EVENT_BUS_NAME: 'default',
  };
  expect(() => create(env)).not.toThrow();
  expect(() => create({ ...env, [name]: undefined })).toThrow(name);
});
