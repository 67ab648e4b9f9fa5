import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameOf, readDeadLetter } from '../../../cli/operations/dead-letter.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:ScanUpload';
const RULE = { RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/Uploads', TARGET_ARN: MACHINE };
const SCHEDULE = {
  SCHEDULE_ARN: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/Weekly',
  SCHEDULED_TIME: '2026-01-31T09:00:00Z',
  TARGET_ARN: MACHINE,
};
const OBJECT = { key: 'a b+c.txt', size: 3, etag: 'abc', 'version-id': 'v1', sequencer: '01' };

const event = (object: object = OBJECT) => ({ id: 'e1', detail: { bucket: { name: 'uploads' }, object } });
const ruleInput = async (_rule: string, _target: string, { detail }: { detail?: unknown }) => ({ detail, policy: {} });
const read = (content: unknown, attributes: Record<string, string>) =>
  readDeadLetter({ body: typeof content === 'string' ? content : JSON.stringify(content), attributes }, ruleInput);

describe('the dead letter of a rule', () => {
  it('becomes the execution that the rule would have started', async () => {
    expect(await read(event(), RULE)).toEqual({
      stateMachineArn: MACHINE,
      name: expect.stringMatching(/^redriven-[0-9a-f]{40}$/),
      input: JSON.stringify({ detail: event().detail, policy: {} }),
      subject: 's3://uploads/a b+c.txt',
    });
  });

  it('has the same name each time it is delivered, whatever else differs', async () => {
    const one = await read({ ...event(), id: 'e1', time: 'now' }, { ...RULE, RETRY_ATTEMPTS: '3' });
    const two = await read({ ...event(), id: 'e2', time: 'then' }, RULE);
    expect(one.name).toBe(two.name);
  });

  it.each(['key', 'etag', 'version-id', 'sequencer'])('has another name for another %s', async (field) => {
    const [one, two] = await Promise.all([event(), event({ ...OBJECT, [field]: 'other' })].map((it) => read(it, RULE)));
    expect(one?.name).not.toBe(two?.name);
  });
});

describe('the dead letter of a schedule', () => {
  it('holds the input', async () => {
    const read_ = await read({ bucket: 'uploads', strategy: 'due' }, SCHEDULE);
    expect(read_).toMatchObject({
      stateMachineArn: MACHINE,
      input: '{"bucket":"uploads","strategy":"due"}',
      subject: 'Weekly at 2026-01-31T09:00:00Z',
    });
  });

  it('or the whole call', async () => {
    const call = { StateMachineArn: MACHINE, Input: '{"bucket":"uploads"}', Name: 'x' };
    expect(
      await read(call, { ...SCHEDULE, TARGET_ARN: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution' }),
    ).toMatchObject({
      stateMachineArn: MACHINE,
      input: '{"bucket":"uploads"}',
    });
  });

  it('has another name at another time', async () => {
    const later = { ...SCHEDULE, SCHEDULED_TIME: '2026-02-07T09:00:00Z' };
    const [one, two] = await Promise.all(
      [SCHEDULE, later].map((attributes) => read({ bucket: 'uploads' }, attributes)),
    );
    expect(one?.name).not.toBe(two?.name);
  });
});

describe('anything else is refused', () => {
  it.each<[string, unknown, Record<string, string>]>([
    ['neither RULE_ARN nor SCHEDULE_ARN', event(), {}],
    ['not a JSON object', 'not JSON', RULE],
    ['not a JSON object', 'null', RULE],
    ['names no object', { detail: {} }, RULE],
    ['not a state machine: arn:aws:lambda', event(), { ...RULE, TARGET_ARN: 'arn:aws:lambda:us-east-1:0:function:F' }],
    ['not a state machine: none is named', { bucket: 'uploads' }, { ...SCHEDULE, TARGET_ARN: '' }],
    ['only a part of the input', { bucket: 'uploads' }, { ...SCHEDULE, IS_PAYLOAD_TRUNCATED: 'true' }],
  ])('%s', async (complaint, content, attributes) => {
    await expect(read(content, attributes)).rejects.toThrow(complaint);
  });
});

it('names fit Step Functions and tell every two identities apart', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.string(), { nil: undefined })), fc.array(fc.string()), (one, two) => {
      expect(nameOf(one)).toMatch(/^[\w-]{1,80}$/);
      expect(nameOf(one) === nameOf(two)).toBe(JSON.stringify(one.map((part) => part ?? null)) === JSON.stringify(two));
    }),
  );
});
