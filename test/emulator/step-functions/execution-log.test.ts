import { describe, expect, it } from '@jest/globals';
import { ExecutionLog, lineOf } from '../../../emulator/step-functions/execution-log.ts';

const ARN = 'arn:aws:states:us-east-1:000000000000:execution:Scan:1';
const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:TagObject';
const QUEUE = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';

describe('the log of an execution', () => {
  it('has five events for a Task that calls a function, and data twice as long for names that are', () => {
    const log = (key: string) => {
      const counted = new ExecutionLog(ARN);
      counted.entered('Task', 'Tag Object', { key });
      counted.attempt('Tag Object', LAMBDA, { key }, 120).succeeded({ tagged: true });
      counted.exited('Task', 'Tag Object', { key });
      return counted.counts;
    };
    expect(log('a').ALL.events).toBe(5);
    expect(log('a'.repeat(101)).ALL.bytes - log('a').ALL.bytes).toBe(300);
    expect(log('a').ERROR).toEqual({ events: 0, bytes: 0 });
  });

  it('has one event more for a Task that waits for its token', () => {
    const counted = new ExecutionLog(ARN);
    counted.entered('Task', 'Scan Object', {});
    counted.attempt('Scan Object', QUEUE, {}, 60).succeeded(null);
    expect(counted.counts.ALL.events).toBe(5);
  });

  it('tells of a state before its attempt, also where the library tells of it later', () => {
    const log = new ExecutionLog(ARN);
    const attempt = log.attempt('Tag Object', LAMBDA, {}, 120);
    attempt.failed(Object.assign(new Error('late'), { name: 'States.Timeout' }));
    log.entered('Pass', 'Empty', {});
    log.entered('Task', 'Tag Object', {});
    log.exited('Task', 'Tag Object', {});
    expect(log.events.map(({ id, type }) => `${id} ${type}`)).toEqual([
      '1 PassStateEntered',
      '2 TaskStateEntered',
      '3 LambdaFunctionScheduled',
      '4 LambdaFunctionStarted',
      '5 LambdaFunctionTimedOut',
      '6 TaskStateExited',
    ]);
    expect(log.events.map((event) => JSON.parse(lineOf(ARN, event)).type)).toEqual(log.events.map(({ type }) => type));
  });

  it('has only what failed at level ERROR', () => {
    const counted = new ExecutionLog(ARN);
    counted.started({}, 'role');
    counted.entered('Task', 'Tag Object', {});
    counted.attempt('Tag Object', LAMBDA, {}, 120).failed(Object.assign(new Error('no'), { name: 'AccessDenied' }));
    counted.entered('Fail', 'Scan Failed', {});
    counted.failed('ExecutionFailed', 'AccessDenied', 'no');
    expect(counted.counts.ALL.events).toBe(7);
    expect(counted.counts.ERROR.events).toBe(3);
    expect(counted.counts.ERROR.bytes).toBeLessThan(counted.counts.ALL.bytes);
  });
});
