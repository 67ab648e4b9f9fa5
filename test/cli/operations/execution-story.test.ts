import { describe, expect, it } from '@jest/globals';
import { eventInLog } from '../../../cli/operations/execution-events.ts';
import { storyOf } from '../../../cli/operations/execution-story.ts';

const at = (seconds: number) => new Date(1_000 * seconds);
const entered = (state: string, seconds: number, type = 'Task') => ({
  type: `${type}StateEntered`,
  at: at(seconds),
  state,
});
const exited = (state: string, seconds: number) => ({ type: 'TaskStateExited', at: at(seconds), state });
const event = (type: string, seconds: number, more: object = {}) => ({ type, at: at(seconds), ...more });

describe('a story', () => {
  it('has each state with its attempts and errors, whichever way they failed', async () => {
    const { visits, end } = await storyOf([
      event('ExecutionStarted', 0),
      entered('Check', 1),
      event('LambdaFunctionScheduled', 1),
      event('LambdaFunctionStarted', 1),
      event('LambdaFunctionFailed', 2, { error: 'Busy', cause: 'S3' }),
      event('LambdaFunctionScheduled', 3),
      event('LambdaFunctionTimedOut', 4, { error: 'States.Timeout' }),
      exited('Check', 5),
      entered('Scan', 5),
      event('TaskScheduled', 5),
      event('TaskSubmitFailed', 6, { error: 'SQS', cause: 'no' }),
      event('TaskScheduled', 7),
      event('TaskSubmitted', 7),
      event('TaskSucceeded', 8),
      exited('Scan', 8),
      entered('Scan Failed', 9, 'Fail'),
      event('ExecutionFailed', 10, { error: 'Busy', cause: 'S3' }),
    ]);
    expect(visits).toEqual([
      {
        state: 'Check',
        entered: at(1),
        exited: at(5),
        attempts: 2,
        errors: [
          { at: at(2), error: 'Busy', cause: 'S3' },
          { at: at(4), error: 'States.Timeout', cause: '' },
        ],
      },
      { state: 'Scan', entered: at(5), exited: at(8), attempts: 2, errors: [{ at: at(6), error: 'SQS', cause: 'no' }] },
      { state: 'Scan Failed', entered: at(9), attempts: 0, errors: [] },
    ]);
    expect(end).toEqual({ status: 'FAILED', at: at(10), error: 'Busy', cause: 'S3', output: undefined });
  });

  it('has no end while it runs, and nothing before it begins', async () => {
    expect(await storyOf([])).toEqual({ visits: [], end: undefined });
    expect((await storyOf([entered('Check', 1)])).end).toBeUndefined();
  });
});

describe('a line of a log', () => {
  it('is an event', () => {
    const line = {
      id: '7',
      type: 'ExecutionFailed',
      details: { error: 'Busy', cause: null },
      event_timestamp: '5000',
      execution_arn: 'arn',
      previous_event_id: '6',
      redrive_count: '0',
    };
    expect(eventInLog(JSON.stringify(line))).toEqual({
      id: 7,
      type: 'ExecutionFailed',
      at: at(5),
      error: 'Busy',
      executionArn: 'arn',
    });
  });

  it.each(['START RequestId: 1', '{}', '[]', 'null'])('%s is none', (line) => {
    expect(eventInLog(line)).toBeUndefined();
  });
});
