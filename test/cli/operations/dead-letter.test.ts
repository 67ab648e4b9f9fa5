import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDeadLetter } from '../../../cli/operations/dead-letter.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:RescanBucket';
const RULE = { RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/Uploads', TARGET_ARN: MACHINE };
const SCHEDULE_ARN = 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/Weekly';
const SCHEDULE = { SCHEDULE_ARN, SCHEDULED_TIME: '2026-01-31T09:00:00Z', TARGET_ARN: MACHINE };
const OBJECT = { key: 'a b+c.txt', size: 3, etag: 'abc', 'version-id': 'v1', sequencer: '01' };

const event = (object: object = OBJECT) => ({ id: 'e1', detail: { bucket: { name: 'uploads' }, object } });
const read = (content: unknown, attributes: Record<string, string>) =>
  readDeadLetter({
    body: typeof content === 'string' ? content : JSON.stringify(content),
    attributes,
    sentAt: new Date('2026-02-01T09:00:00Z'),
  });

describe('the dead letter of a rule', () => {
  it('says bucket, key and version ID, and nothing else is taken from it', () => {
    expect(read(event(), RULE)).toEqual({ kind: 'upload', bucket: 'uploads', key: 'a b+c.txt', versionId: 'v1' });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.json()), fc.nat(), fc.string(), (others, size, etag) => {
        const forged = {
          ...others,
          policy: others,
          detail: { ...others, ...event({ ...others, ...OBJECT, size, etag }).detail },
        };
        expect(read(forged, { ...RULE, TARGET_ARN: etag })).toEqual(read(event(), RULE));
      }),
    );
  });

  it.each([undefined, 'null'])('without a version: %s', (versionId) => {
    const claim = read(event({ ...OBJECT, 'version-id': versionId }), RULE);
    expect(claim).toEqual({ kind: 'upload', bucket: 'uploads', key: 'a b+c.txt' });
  });
});

it('what an EXPRESS execution handed over names its object in the input, and nothing else is taken from it', () => {
  const handedOver = { name: 'x', input: { ...event(), policy: { onInfected: 'tag' } } };
  expect(read(handedOver, {})).toEqual(read(event(), RULE));
});

describe('the dead letter of a schedule', () => {
  const input = { bucket: 'uploads', strategy: 'due' };
  const claim = { kind: 'schedule', scheduleArn: SCHEDULE_ARN, scheduledTime: SCHEDULE.SCHEDULED_TIME, input };

  it('holds the input', () => {
    expect(read(input, SCHEDULE)).toEqual({ ...claim, target: MACHINE });
  });

  it('or the whole call', () => {
    const call = { StateMachineArn: 'another', Input: JSON.stringify(input), Name: 'x' };
    const api = { ...SCHEDULE, TARGET_ARN: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution' };
    expect(read(call, api)).toEqual({ ...claim, target: 'another' });
  });
});

describe('anything else is refused by name', () => {
  it.each<[string, string, unknown, Record<string, string>]>([
    ['MalformedMessage', 'either RULE_ARN or SCHEDULE_ARN', event(), {}],
    ['MalformedMessage', 'either RULE_ARN or SCHEDULE_ARN', event(), { ...RULE, ...SCHEDULE }],
    ['MalformedMessage', 'it is not a JSON object', 'not JSON', RULE],
    ['MalformedMessage', 'it is not a JSON object', 'null', RULE],
    ['MalformedMessage', 'names no object', { detail: {} }, RULE],
    ['MalformedMessage', 'names no object', event({ ...OBJECT, key: '' }), RULE],
    [
      'MalformedMessage',
      'only a part of the input',
      { bucket: 'uploads' },
      { ...SCHEDULE, IS_PAYLOAD_TRUNCATED: 'true' },
    ],
    ['MalformedMessage', 'not a time: "soon"', {}, { ...SCHEDULE, SCHEDULED_TIME: 'soon' }],
    ['MalformedMessage', 'its Input is not a JSON object', { StateMachineArn: MACHINE, Input: '1' }, SCHEDULE],
    ['ForgedMessage', 'after it was sent', {}, { ...SCHEDULE, SCHEDULED_TIME: '2026-02-01T09:00:01Z' }],
  ])('%s: %s', (name, complaint, content, attributes) => {
    expect(() => read(content, attributes)).toThrow(
      expect.objectContaining({ name, message: expect.stringContaining(complaint) }),
    );
  });
});
