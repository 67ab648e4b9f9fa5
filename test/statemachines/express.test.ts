import { describe, expect, it } from '@jest/globals';
import { machineIn, type State } from '../support/state-machine-files.ts';

/*
 * The state machine of uploads is written twice: EXPRESS knows neither task tokens nor waiting. The second telling
 * may differ in the states below and in nothing else.
 */
const standard = machineIn('scan-upload.asl.json');
const express = machineIn('scan-upload-express.asl.json');

/** States that one of them has alone. */
const WAITING = ['Set Wait', 'Scan Large Object'];
const OVERFLOWING = ['Start Overflow', 'Overflowed'];
/** States that both have, and that differ. */
const DIFFERENT = ['Check File Type', 'Scan Needed', 'Scan Object'];
const THROTTLED = 'Lambda.TooManyRequestsException';

const names = ({ States }: typeof standard, without: readonly string[]) =>
  Object.keys(States).filter((name) => !without.includes(name));

const scan = express.States['Scan Object'] as State;
const overflows = { ErrorEquals: [THROTTLED], ResultPath: '$.error', Next: OVERFLOWING[0] };
const overflow = express.States[OVERFLOWING[0] ?? ''] as State;
const sent = ({ Parameters = {} }: State) => Object.keys((Parameters.MessageBody as { input: object }).input);
const withoutComment = ({ Comment, ...state }: State) => state;

it('has the states of STANDARD, in its order, but overflows where STANDARD waits', () => {
  expect(names(express, OVERFLOWING)).toEqual(names(standard, WAITING));
  expect([express.StartAt, express.Comment]).toEqual([standard.StartAt, standard.Comment]);
});

it.each(names(standard, [...WAITING, ...DIFFERENT]))('has the %s of STANDARD, to the letter', (name) => {
  expect(express.States[name]).toEqual(standard.States[name]);
});

it('Scan Needed leaves out only the choices that are about waiting', () => {
  const isAboutWaiting = (rule: object) => /maxWaitSeconds|Scan Large Object/.test(JSON.stringify(rule));
  const [mine, its] = [express, standard].map(({ States }) => withoutComment(States['Scan Needed'] as State));
  const left = (its?.Choices ?? []).filter((rule) => !isAboutWaiting(rule));
  expect(left.length).toBeLessThan(its?.Choices?.length ?? 0);
  expect(mine).toEqual({ ...its, Choices: left });
});

it('Check File Type is that of STANDARD, but overflows at once where STANDARD waits for Lambda', () => {
  const [mine, its] = [express, standard].map(({ States }) => withoutComment(States['Check File Type'] as State));
  const withoutThrottled = (its?.Retry ?? []).map((retrier) => ({
    ...retrier,
    ErrorEquals: retrier.ErrorEquals.filter((error) => error !== THROTTLED),
  }));
  expect(mine?.Retry).not.toEqual(its?.Retry);
  expect(mine).toEqual({ ...its, Retry: withoutThrottled, Catch: [overflows, ...(its?.Catch ?? [])] });
});

it('what comes after a verdict is tried again where Lambda throttles it, for the scan is not to be done twice', () => {
  const retrying = Object.entries(express.States).filter(([, { Retry }]) =>
    JSON.stringify(Retry ?? '').includes(THROTTLED),
  );
  expect(retrying.map(([name]) => name)).toEqual([
    'Tag Object',
    'Copy Object Already Made',
    'Quarantine Object',
    'Delete Object',
    'Notify',
    'Notify Of Failed Action',
    'Copy Object',
    'Notify Of Failed Copy',
    'Find Current Object',
    'Tag Object As Error',
    'Notify Of Error',
  ]);
});

describe('Scan Object', () => {
  const waiting = standard.States['Scan Object'] as State;

  it('calls the function with what STANDARD sends to the queue, and goes on with its verdict as STANDARD does', () => {
    expect(waiting.Parameters?.MessageBody).toMatchObject({ input: { ...scan.Parameters } });
    expect(Object.keys(scan.Parameters ?? {})).toEqual(sent(waiting));
    expect([scan.ResultPath, scan.Next]).toEqual([waiting.ResultPath, waiting.Next]);
    expect(scan.Resource).toBe(`\${ScanObjectFunctionArn}`);
  });

  it('overflows when Lambda has no engine, without a retry, and otherwise catches what STANDARD does', () => {
    const [first, ...others] = scan.Catch ?? [];
    expect(first).toEqual(overflows);
    // Nothing is sent for a scan that does not wait.
    expect(others).toEqual(waiting.Catch?.filter(({ Next }) => Next !== 'Key Not Sendable'));
    expect(JSON.stringify(scan.Retry)).not.toContain('TooManyRequests');
  });

  it('retries the errors of scans as STANDARD does', () => {
    const scans = (state: State) =>
      (state.Retry ?? []).filter(({ ErrorEquals }) => /^(Engine|Definitions)/.test(ErrorEquals[0] ?? ''));
    expect(scans(scan)).toEqual(scans(waiting));
    expect(scans(scan)).toHaveLength(2);
  });
});

describe('what overflows', () => {
  it('keeps its name, its object and its policy, so that it is started once and judged alike', () => {
    const spelled = JSON.stringify(overflow.Parameters);
    expect(spelled).toContain('"$$.Execution.Name"');
    expect(spelled).toContain('{"detail.$":"$.detail","policy.$":"$.policy"}');
  });

  it('ends without a verdict of its own only when it is in other hands, and else with ERROR', () => {
    expect([overflow.Next, express.States.Overflowed?.Type]).toEqual(['Overflowed', 'Succeed']);
    expect(overflow.Catch?.at(-1)).toEqual({ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Give Up' });
  });

  it('has time for one try of everything within five minutes, the longest life of an EXPRESS execution', () => {
    expect(express.TimeoutSeconds).toBe(300);
    const tries = [express.States['Check File Type'], scan, overflow];
    const seconds = tries.reduce((sum, state) => sum + (state?.TimeoutSeconds ?? 0), 0);
    expect(seconds).toBeLessThanOrEqual(300);
  });
});
