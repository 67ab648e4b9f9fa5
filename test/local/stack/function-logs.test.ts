import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readTemplate } from '../../../emulator/cloudformation/template.ts';
import { REFUSALS_CHANNEL } from '../../../functions/adapters/definitions/metrics.ts';
import { type FunctionLogs, followFunctions } from '../../../local/stack/function-logs.ts';

const stack = readTemplate({
  Resources: {
    ScanObjectLogs1234ABCD: { Type: 'AWS::Logs::LogGroup' },
    NotifyLogs1234ABCD: { Type: 'AWS::Logs::LogGroup' },
    Notify: {
      Type: 'AWS::Lambda::Function',
      Properties: { LoggingConfig: { LogGroup: { Ref: 'NotifyLogs1234ABCD' } } },
    },
    Silent: { Type: 'AWS::Lambda::Function', Properties: {} },
  },
});
const groupOf = (id: string) =>
  stack.ofType('AWS::Logs::LogGroup').find(({ logicalId }) => logicalId === id)?.ref ?? '';
const arnOf = (id: string) =>
  stack.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId === id)?.arn ?? '';
const NOTIFY = groupOf('NotifyLogs1234ABCD');
const SCANNER = groupOf('ScanObjectLogs1234ABCD');

let logs: FunctionLogs;
beforeEach(() => {
  logs = followFunctions(stack, (env) => env.STACK === 'ours');
});
afterEach(() => logs.end());

const told = (group: string) =>
  logs.streamsOf(group)?.flatMap((stream) => [...stream.events()].map(({ message }) => message));

describe('the log of a function', () => {
  it('has the fault of an invocation, which its caller gets too, and nothing of one that worked', async () => {
    const fault = new TypeError('no such thing');
    expect(await logs.during(arnOf('Notify'), async () => 7)).toBe(7);
    await expect(logs.during(arnOf('Notify'), () => Promise.reject(fault))).rejects.toBe(fault);
    const [line = '', ...more] = told(NOTIFY) ?? [];
    expect(more).toEqual([]);
    const [time = '', id, level, , json = ''] = line.split('\t');
    expect([new Date(time).toISOString(), level]).toEqual([time, 'ERROR']);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(json)).toEqual({ errorType: 'TypeError', errorMessage: 'no such thing' });
    expect(told(SCANNER)).toEqual([]);
  });

  it('has what Lambda answered, where a fault is that answer', () => {
    logs.failed(arnOf('Notify'), new Error(JSON.stringify({ errorType: 'ObjectGone', errorMessage: 'a/b' })));
    expect(told(NOTIFY)?.[0]?.split('\t').at(-1)).toBe('{"errorType":"ObjectGone","errorMessage":"a/b"}');
  });

  it('is nowhere for a function without a group, or a group of no function', () => {
    logs.failed(arnOf('Silent'), new Error('lost'));
    logs.failed('arn:of:nobody', new Error('lost'));
    expect([told(NOTIFY), told(SCANNER), logs.streamsOf('other')]).toEqual([[], [], undefined]);
  });
});

describe('the log of the scanner', () => {
  const refuse = (STACK: string) => REFUSALS_CHANNEL.publish({ env: { STACK }, message: `refused in ${STACK}` });

  it('has what it said about definitions, of this pipeline only, until the end', () => {
    refuse('ours');
    refuse('another');
    logs.end();
    refuse('ours');
    expect(told(SCANNER)).toEqual([`(node:${process.pid}) refused in ours`]);
  });
});
