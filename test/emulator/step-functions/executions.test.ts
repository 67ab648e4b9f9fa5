import { describe, expect, it } from '@jest/globals';
import type { Execution, ExecutionResult } from '../../../emulator/step-functions/execution.ts';
import { Executions } from '../../../emulator/step-functions/executions.ts';

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Scan';
const LIMIT = 40;

function execution(name: string, input: unknown = {}) {
  const ended = Promise.withResolvers<ExecutionResult>();
  const arn = `${ARN.replace(':stateMachine:', ':execution:')}:${name}`;
  const events = [{ id: 1, type: 'ExecutionStarted', timestamp: 5, details: { input: JSON.stringify(input) } }];
  const one: Execution = {
    ...{ arn, name, input, startTime: new Date(1000).toISOString(), result: ended.promise },
    abort: () => undefined,
    events: () => events,
  };
  const result = { status: 'SUCCEEDED', output: { of: name }, ms: 7 } as unknown as ExecutionResult;
  return { one, end: () => ended.resolve(result) };
}

async function run(executions: Executions, name: string, input?: unknown, machine = ARN) {
  const { one, end } = execution(name, input);
  executions.add(machine, one);
  end();
  await one.result;
  return one.arn;
}

describe('the remembered executions', () => {
  it('tell the same of one that has ended as of one that runs', async () => {
    const executions = new Executions();
    const { one, end } = execution('a', { key: 'ü\u0000"' });
    executions.add(ARN, one);
    const record = executions.byArn(one.arn);
    const before = record?.data;
    expect([record?.status, record?.stoppedAt]).toEqual(['RUNNING', undefined]);
    end();
    await one.result;
    expect(record?.data).toEqual({ ...before, output: { of: 'a' } });
    expect([record?.status, record?.stoppedAt]).toEqual(['SUCCEEDED', 1007]);
  });

  it('are the newest of each state machine, and all that run', async () => {
    const executions = new Executions({ executions: LIMIT, bytes: 2 ** 20 });
    const running = execution('running').one;
    executions.add(ARN, running);
    const other = await run(executions, 'other', {}, `${ARN}2`);
    for (let at = 0; at < LIMIT + 5; at++) await run(executions, `n${at}`);
    expect(executions.of(ARN)).toHaveLength(LIMIT);
    expect(executions.byArn(running.arn)?.status).toBe('RUNNING');
    expect(executions.byName(ARN, 'n5')).toBeUndefined();
    expect(executions.byName(ARN, 'n6')).toBeDefined();
    expect(executions.byArn(other)).toBeDefined();
  });

  it('are fewer when they are large', async () => {
    const executions = new Executions({ executions: LIMIT, bytes: 100_000 });
    // Random text, which hardly gets smaller.
    const input = () => Array.from({ length: 3000 }, () => Math.random().toString(36).slice(2, 12)).join('');
    for (let at = 0; at < 20; at++) await run(executions, `n${at}`, input());
    const kept = executions.of(ARN);
    const bytes = kept.reduce((sum, record) => sum + record.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(100_000);
    expect(bytes + (kept[0]?.bytes ?? 0) * 2).toBeGreaterThan(100_000);
    expect(kept[0]?.name).toBe('n19');
  });
});
