import { beforeEach, describe, expect, it } from '@jest/globals';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { Rules, type RuleTarget, ruleArn } from '../../../emulator/event-bridge/rules.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:mine';
const EventPattern = JSON.stringify({ source: ['s3-airlock'] });
const fault = (name: string, message: string) =>
  expect.objectContaining({ name, message: expect.stringContaining(message) });
const target = (Id: string, more: Partial<RuleTarget> = {}): RuleTarget => ({ Id, Arn: QUEUE, ...more });

let rules: Rules;
beforeEach(() => {
  rules = new Rules();
});

describe('a rule', () => {
  it('of the template is there, with its targets', () => {
    const template = readTemplate({
      Resources: {
        Uploads: {
          Type: 'AWS::Events::Rule',
          Properties: { EventPattern: { source: ['aws.s3'] }, Targets: [{ Id: 'first', Arn: 'arn:machine' }] },
        },
      },
    });
    const [rule] = new Rules(template.ofType('AWS::Events::Rule')).all();
    expect(rule).toMatchObject({ state: 'ENABLED', pattern: { source: ['aws.s3'] } });
    expect([...(rule?.targets.keys() ?? [])]).toEqual(['first']);
  });

  it('is put, found by its prefix, and put again without losing its targets', () => {
    rules.put({ Name: 'verdicts', EventPattern, Description: 'mine' });
    rules.putTargets('verdicts', [target('queue')]);
    rules.put({ Name: 'verdicts', EventPattern, State: 'DISABLED', EventBusName: 'default' });
    expect(rules.all('verd')).toEqual([
      expect.objectContaining({ arn: ruleArn('verdicts'), state: 'DISABLED', description: undefined }),
    ]);
    expect(rules.all('other')).toEqual([]);
    expect([...rules.named('verdicts').targets.keys()]).toEqual(['queue']);
  });

  it.each([
    ['a name with a blank', { Name: 'a b', EventPattern }, 'ValidationException', 'name'],
    ['a name of 65 characters', { Name: 'a'.repeat(65), EventPattern }, 'ValidationException', 'name'],
    ['another bus', { Name: 'a', EventPattern, EventBusName: 'mine' }, 'ResourceNotFoundException', 'mine'],
    ['a schedule', { Name: 'a', ScheduleExpression: 'rate(1 day)' }, 'ValidationException', 'not served'],
    ['no pattern', { Name: 'a' }, 'ValidationException', 'EventPattern'],
    ['a state of AWS alone', { Name: 'a', EventPattern, State: 'ENABLED_WITH_ALL' }, 'ValidationException', 'state'],
    ['no JSON', { Name: 'a', EventPattern: '{' }, 'InvalidEventPatternException', 'not valid'],
    ['a value that is no list', { Name: 'a', EventPattern: '{"a":"b"}' }, 'InvalidEventPatternException', 'not valid'],
    ['null', { Name: 'a', EventPattern: 'null' }, 'InvalidEventPatternException', 'not valid'],
    ['a number, which would match all', { Name: 'a', EventPattern: '1' }, 'InvalidEventPatternException', 'not valid'],
    ['a list', { Name: 'a', EventPattern: '[]' }, 'InvalidEventPatternException', 'not valid'],
    [
      'alternatives that match all',
      { Name: 'a', EventPattern: '{"$or":[1,2]}' },
      'InvalidEventPatternException',
      'not valid',
    ],
  ])('is refused with %s', (_, request, name, message) => {
    expect(() => rules.put(request)).toThrow(fault(name, message));
    expect(rules.all()).toEqual([]);
  });

  it('is disabled and enabled, if there is one', () => {
    rules.put({ Name: 'a', EventPattern });
    rules.setState('a', 'DISABLED');
    expect(rules.named('a').state).toBe('DISABLED');
    expect(() => rules.setState('b', 'ENABLED')).toThrow(fault('ResourceNotFoundException', 'b'));
  });

  it('goes once its targets are gone; there need not be one', () => {
    rules.put({ Name: 'a', EventPattern });
    rules.putTargets('a', [target('1')]);
    expect(() => rules.delete('a')).toThrow(fault('ValidationException', 'targets'));
    expect(rules.removeTargets('a', ['1', 'none'])).toEqual(['none']);
    rules.delete('a');
    rules.delete('a');
    expect(() => rules.named('a')).toThrow(fault('ResourceNotFoundException', 'a'));
  });
});

describe('targets', () => {
  beforeEach(() => {
    rules.put({ Name: 'a', EventPattern });
  });

  it('are five at most; the same id replaces', () => {
    const ids = ['1', '2', '3', '4', '5'];
    rules.putTargets(
      'a',
      ids.map((id) => target(id)),
    );
    rules.putTargets('a', [target('5', { InputPath: '$.detail' })]);
    expect(rules.named('a').targets.get('5')?.InputPath).toBe('$.detail');
    expect(() => rules.putTargets('a', [target('6')])).toThrow(fault('LimitExceededException', 'maximum'));
  });

  it.each<[string, Partial<RuleTarget>, string]>([
    ['no queue', { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:f' }, 'only queues'],
    ['two inputs', { Input: '{}', InputPath: '$' }, 'Only one'],
    ['an input that is no JSON', { Input: 'hello' }, 'JSON syntax error'],
  ])('with %s are refused, all of the request', (_, wrong, message) => {
    expect(() => rules.putTargets('a', [target('1'), target('2', wrong)])).toThrow(
      fault('ValidationException', message),
    );
    expect(rules.named('a').targets.size).toBe(0);
  });
});
