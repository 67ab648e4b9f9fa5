import { describe, expect, it } from '@jest/globals';
import { type Definition, END, graphOf, START } from '../../../../console/page/model/definition.ts';
import { fromHistory, fromLog, statusAfter } from '../../../../console/page/model/events.ts';
import { edgeId, type HistoryEvent, pathOf } from '../../../../console/page/model/path.ts';
import { lineOf } from '../../../../emulator/step-functions/execution-log.ts';
import { historyEvent } from '../../../../emulator/step-functions/history-event.ts';
import { LocalStateMachine } from '../../../../emulator/step-functions/state-machine.ts';

const ROLE = 'arn:aws:iam::000000000000:role/machine';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:';
const task = (name: string, more: object) => ({ Type: 'Task', Resource: `${FUNCTION}${name}`, ...more });

/** Runs the state machine, and reads its history as the page does. */
async function run(definition: object, functions: Readonly<Record<string, () => unknown>> = {}) {
  const machine = new LocalStateMachine({
    arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:M',
    definition,
    roleArn: ROLE,
    retryWaitMs: 0,
    invoke: async (resource) => functions[resource.split(':').at(-1) ?? '']?.() ?? {},
  });
  const execution = machine.start({});
  await execution.result;
  const graph = graphOf(definition as Definition);
  const events = execution.events();
  // Times are text in an answer of the SDK.
  const answered = events.map((event) => {
    const { timestamp, ...rest } = historyEvent(event, true) as { timestamp: number };
    return fromHistory({ ...rest, timestamp: new Date(timestamp * 1000).toISOString() });
  });
  const logged = events.map((event) => fromLog(lineOf(execution.arn, event))?.event as HistoryEvent);
  return { answered, logged, graph, path: pathOf(answered, graph) };
}

const fault = (name: string) => () => {
  throw Object.assign(new Error('in words'), { name });
};
const failing = (times: number, name: string) => () => {
  if (times-- > 0) fault(name)();
  return {};
};

const CAUGHT = {
  StartAt: 'Work',
  States: {
    Work: task('work', {
      Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 3 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Mend' }],
      Next: 'Done',
    }),
    Mend: { Type: 'Pass', Next: 'Failed' },
    Failed: { Type: 'Fail', Error: 'GivenUp', Cause: 'it could not be done' },
    Done: { Type: 'Succeed' },
  },
};

describe('the way of an execution', () => {
  it('has the retries of a state, each with its error', async () => {
    const { path } = await run(CAUGHT, { work: failing(2, 'Busy') });
    expect(path.visits.map(({ name, status }) => [name, status])).toEqual([
      ['Work', 'retried'],
      ['Done', 'succeeded'],
    ]);
    expect(path.visits[0]?.attempts.map(({ error, cause }) => [error, cause])).toEqual([
      ['Busy', 'in words'],
      ['Busy', 'in words'],
      [undefined, undefined],
    ]);
    expect([...path.taken.keys()]).toEqual([
      edgeId(START, 'Work', false),
      edgeId('Work', 'Done', false),
      edgeId('Done', END, false),
    ]);
  });

  it('takes the catch, and ends where the machine fails', async () => {
    const { path } = await run(CAUGHT, { work: fault('Broken') });
    expect(path.visits.map(({ name, status }) => [name, status])).toEqual([
      ['Work', 'caught'],
      ['Mend', 'succeeded'],
      ['Failed', 'failed'],
    ]);
    expect(path.taken.has(edgeId('Work', 'Mend', true))).toBe(true);
    expect(path.taken.has(edgeId('Work', 'Mend', false))).toBe(false);
    expect([path.error, path.cause]).toEqual(['GivenUp', 'it could not be done']);
  });

  it('is the same out of a log as out of the history', async () => {
    const { answered, logged, graph } = await run(CAUGHT, { work: failing(1, 'Busy') });
    expect(logged).toEqual(answered.map((event, at) => ({ ...event, details: logged[at]?.details })));
    expect(pathOf(logged, graph)).toEqual(pathOf(answered, graph));
    expect(logged.map(statusAfter).filter((status) => status !== undefined)).toEqual(['SUCCEEDED']);
  });

  it('counts a loop', async () => {
    let times = 0;
    const { path } = await run(
      {
        StartAt: 'Look',
        States: {
          Look: task('look', { Next: 'Enough' }),
          Enough: {
            Type: 'Choice',
            Choices: [{ Variable: '$.more', BooleanEquals: true, Next: 'Look' }],
            Default: 'End',
          },
          End: { Type: 'Succeed' },
        },
      },
      {
        look: () => {
          times += 1;
          return { more: times < 3 };
        },
      },
    );
    expect(path.taken.get(edgeId('Enough', 'Look', false))).toBe(2);
    expect(path.visits.filter(({ name }) => name === 'Look').map(({ output }) => output)).toEqual([
      '{"more":true}',
      '{"more":true}',
      '{"more":false}',
    ]);
  });

  it('shows where an execution is that runs', async () => {
    const { answered, graph } = await run(CAUGHT);
    const { visits } = pathOf(answered.slice(0, 4), graph);
    expect(visits.map(({ name, status, exited }) => [name, status, exited])).toEqual([['Work', 'running', undefined]]);
  });

  it('follows branches that run at once by the events before, as AWS counts them', () => {
    const graph = graphOf({
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          End: true,
          Branches: [
            { StartAt: 'A1', States: { A1: { Type: 'Pass', Next: 'A2' }, A2: { Type: 'Pass', End: true } } },
            { StartAt: 'B1', States: { B1: { Type: 'Pass', Next: 'B2' }, B2: { Type: 'Pass', End: true } } },
          ],
        },
      },
    });
    const row = (id: number, previousId: number, type: string, name?: string): HistoryEvent => ({
      ...{ id, previousId, type, time: id, details: name === undefined ? {} : { name } },
    });
    const { visits, taken } = pathOf(
      [
        row(1, 0, 'ExecutionStarted'),
        row(2, 1, 'ParallelStateEntered', 'Both'),
        row(3, 2, 'ParallelStateStarted'),
        row(4, 3, 'PassStateEntered', 'A1'),
        row(5, 3, 'PassStateEntered', 'B1'),
        row(6, 5, 'PassStateExited', 'B1'),
        row(7, 4, 'PassStateExited', 'A1'),
        row(8, 6, 'PassStateEntered', 'B2'),
        row(9, 7, 'PassStateEntered', 'A2'),
        row(10, 9, 'PassStateExited', 'A2'),
        row(11, 8, 'PassStateExited', 'B2'),
        row(12, 11, 'ParallelStateSucceeded'),
        row(13, 12, 'ParallelStateExited', 'Both'),
        row(14, 13, 'ExecutionSucceeded'),
      ],
      graph,
    );
    expect(visits.every(({ status }) => status === 'succeeded')).toBe(true);
    expect([taken.get(edgeId('A1', 'A2', false)), taken.get(edgeId('B1', 'B2', false))]).toEqual([1, 1]);
    expect(taken.get(edgeId('Both', END, false))).toBe(1);
  });
});

it('no line of somebody else is an event', () => {
  expect(['{}', 'START RequestId', 'null', '{"type":"x"}'].map(fromLog)).toEqual(Array(4).fill(undefined));
});
