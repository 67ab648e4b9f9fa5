import { describe, expect, it } from '@jest/globals';
import { type Clock, MovableClock, systemClock } from '../../../emulator/clock.ts';
import { LocalStateMachine } from '../../../emulator/step-functions/state-machine.ts';
import { FunctionFault } from '../../../local/stack/local-function.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:';
const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Scan';

const never = () => new Promise<never>(() => undefined);

function machine(
  states: object,
  invoke: (resource: string, payload: unknown) => Promise<unknown>,
  more = {},
  clock: Clock = systemClock,
) {
  return new LocalStateMachine({
    arn: ARN,
    roleArn: 'arn:aws:iam::000000000000:role/Scan',
    definition: { StartAt: 'Scan Object', States: states, ...more },
    invoke: (resource, payload) => invoke(resource.replace(LAMBDA, ''), payload),
    retryWaitMs: 0,
    clock,
  });
}

const scan = (more = {}) => ({ Type: 'Task', Resource: `${LAMBDA}ScanObject`, End: true, ...more });

describe('an execution', () => {
  it('runs its states and says which', async () => {
    const calls: unknown[] = [];
    const execution = machine(
      {
        'Scan Object': scan({
          End: undefined,
          Next: 'Done',
          Parameters: { 'key.$': '$.key' },
          ResultPath: '$.verdict',
        }),
        Done: { Type: 'Succeed' },
      },
      async (resource, payload) => {
        calls.push([resource, payload]);
        return 'CLEAN';
      },
    ).start({ key: 'a', size: 1 }, 'first');

    expect(execution.arn).toBe('arn:aws:states:us-east-1:000000000000:execution:Scan:first');
    const result = await execution.result;
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      states: ['Scan Object', 'Done'],
      retries: {},
      lastInput: { key: 'a', size: 1, verdict: 'CLEAN' },
      output: { key: 'a', size: 1, verdict: 'CLEAN' },
    });
    expect(calls).toEqual([['ScanObject', { key: 'a' }]]);
  });

  it('knows itself by the context object', async () => {
    const execution = machine(
      { 'Scan Object': scan({ Parameters: { 'id.$': '$$.Execution.Id', 'start.$': '$$.Execution.StartTime' } }) },
      async (_, payload) => payload,
    ).start({});
    const { id, start } = (await execution.result).output as { id: string; start: string };
    expect(id).toBe(execution.arn);
    // The library looks at the clock itself, a moment later.
    const late = Date.parse(start) - Date.parse(execution.startTime);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(1000);
  });

  it('retries by the fault’s name and counts it', async () => {
    let failures = 2;
    const retry = { ErrorEquals: ['StorageUnavailable'], IntervalSeconds: 60, MaxAttempts: 3 };
    const { result } = machine({ 'Scan Object': scan({ Retry: [retry] }) }, async () => {
      if (failures-- > 0) throw new FunctionFault('StorageUnavailable', 'slow');
      return 'CLEAN';
    }).start({});
    expect(await result).toMatchObject({
      status: 'SUCCEEDED',
      states: ['Scan Object'],
      retries: { 'Scan Object': 2 },
    });
  });

  it('fails with the fault’s name and cause where nothing catches it', async () => {
    const { result } = machine({ 'Scan Object': scan() }, () =>
      Promise.reject(new FunctionFault('AccessDenied', 'no')),
    ).start({});
    expect(await result).toMatchObject({
      status: 'FAILED',
      error: 'AccessDenied',
      cause: JSON.stringify({ errorType: 'AccessDenied', errorMessage: 'no' }),
    });
  });

  it('fails as its Fail state says', async () => {
    const { result } = machine(
      {
        'Scan Object': scan({ Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Scan Failed' }] }),
        'Scan Failed': { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
      },
      () => Promise.reject(new FunctionFault('EngineUnavailable', 'down')),
    ).start({});
    expect(await result).toMatchObject({
      status: 'FAILED',
      error: 'EngineUnavailable',
      states: ['Scan Object', 'Scan Failed'],
    });
  });

  it('times out as a whole', async () => {
    const clock = new MovableClock({ stoppedAt: 0 });
    const { result } = machine({ 'Scan Object': scan() }, never, { TimeoutSeconds: 60 }, clock).start({});
    await clock.advance(60_000);
    expect(await result).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout', ms: 60_000 });
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['TimeoutSeconds', { TimeoutSeconds: 60 }],
    ['a path into the state’s input', { TimeoutSecondsPath: '$.limits.seconds', Parameters: { other: 1 } }],
    ['a path into what InputPath leaves of it', { TimeoutSecondsPath: '$.seconds', InputPath: '$.limits' }],
    ['a path into the context object', { TimeoutSecondsPath: '$$.Execution.Input.limits.seconds' }],
  ])('times a task out by %s', async (_, limit) => {
    const clock = new MovableClock({ stoppedAt: 0 });
    const { result } = machine({ 'Scan Object': scan(limit) }, never, {}, clock).start({ limits: { seconds: 60 } });
    await clock.advance(59_999);
    await clock.advance(1);
    expect(await result).toMatchObject({ status: 'FAILED', error: 'States.Timeout', ms: 60_000 });
  });

  it('times each attempt of a task out', async () => {
    const clock = new MovableClock({ stoppedAt: 0 });
    const Retry = [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 2 }];
    const { result } = machine({ 'Scan Object': scan({ TimeoutSeconds: 60, Retry }) }, never, {}, clock).start({});
    await clock.advance(180_000);
    expect(await result).toMatchObject({ error: 'States.Timeout', retries: { 'Scan Object': 2 }, ms: 180_000 });
  });

  it('has no time limit that the definition does not set', async () => {
    const clock = new MovableClock({ stoppedAt: 0 });
    const answer = Promise.withResolvers<string>();
    const { result } = machine({ 'Scan Object': scan() }, () => answer.promise, {}, clock).start({});
    await clock.advance(364 * 86_400_000);
    answer.resolve('CLEAN');
    expect((await result).status).toBe('SUCCEEDED');
  });

  it('can be aborted', async () => {
    const never = Promise.withResolvers<null>();
    const execution = machine({ 'Scan Object': scan() }, () => never.promise).start({});
    execution.abort();
    expect(await execution.result).toMatchObject({ status: 'ABORTED' });
    never.resolve(null);
  });

  it('carries no more than 256 KiB from state to state', async () => {
    const { result } = machine({ 'Scan Object': scan() }, async () => 'x'.repeat(262_144)).start({});
    expect(await result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    const { result: fitting } = machine({ 'Scan Object': scan() }, async () => 'x'.repeat(262_142)).start({});
    expect(await fitting).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('shares no object with its caller, nor one execution with another', async () => {
    const input = { list: [1] };
    const runs = machine({ 'Scan Object': scan() }, async (_, payload) => {
      (payload as typeof input).list.push(2);
      return payload;
    });
    const outputs = await Promise.all([runs.start(input).result, runs.start(input).result]);
    expect(outputs.map(({ output }) => output)).toEqual([{ list: [1, 2] }, { list: [1, 2] }]);
    expect(input).toEqual({ list: [1] });
  });
});

it('refuses what would run differently here', () => {
  expect(() => machine({ 'Scan Object': scan() }, async () => null, { QueryLanguage: 'JSONata' })).toThrow(
    /QueryLanguage/,
  );
});
