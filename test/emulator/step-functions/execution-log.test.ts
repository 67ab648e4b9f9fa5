import { describe, expect, it } from '@jest/globals';
import { ExecutionLog } from '../../../emulator/step-functions/execution-log.ts';

const ARN = 'arn:aws:states:us-east-1:000000000000:execution:Scan:1';
const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:TagObject';
const QUEUE = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';

describe('the log of an execution', () => {
  it('has five events for a Task that calls a function, and data twice as long for names that are', () => {
    const log = (key: string) => {
      const counted = new ExecutionLog(ARN);
      counted.entered('Task', 'Tag Object', { key });
      counted.attempt(LAMBDA, { key }, 120).succeeded({ tagged: true });
      counted.exited('Task', 'Tag Object', { key });
      return counted.counts;
    };
    expect(log('a').ALL.events).toBe(5);
    expect(log('a'.repeat(101)).ALL.bytes - log('a').ALL.bytes).toBe(300);
    expect(log('a').ERROR).toEqual({ events: 0, bytes: 0 });
  });

  it('has one event more for a Task that waits for its token', () => {
    const counted = new ExecutionLog(ARN);
    counted.attempt(QUEUE, {}, 60).succeeded(null);
    expect(counted.counts.ALL.events).toBe(4);
  });

  it('has only what failed at level ERROR', () => {
    const counted = new ExecutionLog(ARN);
    counted.started({}, 'role');
    counted.attempt(LAMBDA, {}, 120).failed(Object.assign(new Error('no'), { name: 'AccessDenied' }));
    counted.entered('Fail', 'Scan Failed', {});
    counted.failed('ExecutionFailed', 'AccessDenied', 'no');
    expect(counted.counts.ALL.events).toBe(6);
    expect(counted.counts.ERROR.events).toBe(3);
    expect(counted.counts.ERROR.bytes).toBeLessThan(counted.counts.ALL.bytes);
  });
});
