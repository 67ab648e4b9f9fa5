import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  type ListExecutionsCommandInput,
  ListMapRunsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { REGION } from '../../../emulator/cloudformation/template.ts';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { startStepFunctionsApi } from '../../../emulator/step-functions/api.ts';
import { MapRun, MapRuns } from '../../../emulator/step-functions/distributed-map/map-runs.ts';
import { type ChildOf, Executions } from '../../../emulator/step-functions/executions.ts';
import { LocalStateMachine } from '../../../emulator/step-functions/state-machine.ts';

const PREFIX = 'arn:aws:states:us-east-1:000000000000';
const ARN = `${PREFIX}:stateMachine:Scan`;
const EXPRESS = `${PREFIX}:stateMachine:Fast`;

/** Each execution waits until the test lets its function answer. */
const waiting = new Map<unknown, { resolve: (value: unknown) => void; reject: (fault: Error) => void }>();
const machineOf = (arn: string) =>
  new LocalStateMachine({
    arn,
    roleArn: 'arn:aws:iam::000000000000:role/Scan',
    definition: {
      StartAt: 'Scan',
      States: { Scan: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:0:function:Scan', End: true } },
    },
    retryWaitMs: 0,
    invoke: (_, payload) => new Promise((resolve, reject) => waiting.set(payload, { resolve, reject })),
  });

const executions = new Executions();
const mapRuns = new MapRuns();
const machine = machineOf(ARN);
const start = (input: unknown, name?: string, of = machine, arn = ARN, child?: ChildOf) => {
  const execution = of.start(input, name);
  executions.add(arn, execution, child);
  return execution;
};
/** Lets the function answer for the execution with this input, once it was called. */
async function finish(input: unknown, fault?: Error) {
  const asked = () => [...waiting.keys()].find((payload) => JSON.stringify(payload) === JSON.stringify(input));
  while (asked() === undefined) await new Promise(setImmediate);
  const { resolve, reject } = waiting.get(asked()) ?? {};
  waiting.delete(asked());
  if (fault === undefined) resolve?.('CLEAN');
  else reject?.(fault);
}
async function ended(input: unknown, name?: string, fault?: Error) {
  const { result, arn } = start(input, name);
  await finish(input, fault);
  await result;
  return arn;
}

let api: Listening;
let client: SFNClient;
beforeAll(async () => {
  api = await startStepFunctionsApi({
    ...{ executions, mapRuns },
    types: new Map([
      [ARN, 'STANDARD'],
      [EXPRESS, 'EXPRESS'],
    ]),
    describe: () => ({ definition: JSON.stringify(machine.definition), creationDate: 1_700_000_000 }),
    start: (_, input, name) => start(input, name),
    async authorize(_key, action, resource) {
      asked.push(`${action} ${resource}`);
      return { allowed: true, reason: '', grants: [] };
    },
  });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new SFNClient({ endpoint: api.endpoint, region: REGION, credentials, maxAttempts: 1 });
});
let asked: string[] = [];
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  client.destroy();
  await api.close();
});

const list = (request: ListExecutionsCommandInput = { stateMachineArn: ARN }) =>
  client.send(new ListExecutionsCommand(request)).then(({ executions: found = [] }) => found);

describe('Step Functions', () => {
  it('lists first what started or ended last, and pages that do not shift', async () => {
    const slow = start('slow', 'slow');
    for (const name of ['a', 'b', 'c']) await ended(name, name);
    expect((await list()).map(({ name }) => name)).toEqual(['c', 'b', 'a', 'slow']);
    const pages = paginateListExecutions({ client, pageSize: 2 }, { stateMachineArn: ARN });
    const names: (string | undefined)[] = [];
    for await (const { executions: found = [] } of pages) {
      names.push(...found.map(({ name }) => name));
      if (names.length === 2) await ended('meanwhile', 'meanwhile');
    }
    expect(names).toEqual(['c', 'b', 'a', 'slow']);
    await finish('slow');
    await slow.result;
    const [first] = await list();
    expect(first).toMatchObject({ name: 'slow', status: 'SUCCEEDED', redriveCount: 0, stopDate: expect.any(Date) });
  });

  it('lists those of a status', async () => {
    await ended('broken', 'broken', Object.assign(new Error('no engine'), { name: 'EngineUnavailable' }));
    const failed = await list({ stateMachineArn: ARN, statusFilter: 'FAILED' });
    expect(failed.map(({ name }) => name)).toEqual(['broken']);
    expect(await list({ stateMachineArn: ARN, redriveFilter: 'REDRIVEN' })).toEqual([]);
  });

  it('describes an execution, with its data or without', async () => {
    const executionArn = await ended({ key: 'k' }, 'whole');
    const whole = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(whole).toMatchObject({
      ...{ executionArn, stateMachineArn: ARN, name: 'whole', status: 'SUCCEEDED', redriveCount: 0 },
      ...{ input: '{"key":"k"}', inputDetails: { included: true }, output: '"CLEAN"' },
      ...{ outputDetails: { included: true }, redriveStatus: 'NOT_REDRIVABLE' },
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    const bare = await client.send(new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' }));
    expect(bare).toMatchObject({ inputDetails: { included: false }, outputDetails: { included: false } });
    expect([bare.input, bare.output]).toEqual([undefined, undefined]);
  });

  it('tells the history page by page, from either end', async () => {
    const executionArn = await ended('history', 'history');
    const types: (string | undefined)[] = [];
    for await (const { events = [] } of paginateGetExecutionHistory({ client, pageSize: 2 }, { executionArn })) {
      expect(events.length).toBeLessThanOrEqual(2);
      types.push(...events.map(({ type }) => type));
    }
    expect(types).toEqual([
      ...['ExecutionStarted', 'TaskStateEntered', 'LambdaFunctionScheduled', 'LambdaFunctionStarted'],
      ...['LambdaFunctionSucceeded', 'TaskStateExited', 'ExecutionSucceeded'],
    ]);
    const reversed = paginateGetExecutionHistory({ client, pageSize: 3 }, { executionArn, reverseOrder: true });
    const ids: (number | undefined)[] = [];
    for await (const { events = [] } of reversed) ids.push(...events.map(({ id }) => id));
    expect(ids).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it('lists the children of a Map Run, which the state machine’s own list does not have', async () => {
    const childMachineArn = `${ARN}/Each`;
    const mapRunArn = `${PREFIX}:mapRun:Scan/Each:1`;
    const parent = start('parent', 'parent');
    const settings = {
      ...{ mapRunArn, executionArn: parent.arn, stateMachineArn: childMachineArn },
      maxConcurrency: 2,
    };
    mapRuns.add(new MapRun({ ...settings, toleratedFailurePercentage: 0, toleratedFailureCount: 0 }, () => 1000));
    const child = start('child', 'child', machineOf(childMachineArn), childMachineArn, { mapRunArn, itemCount: 3 });
    const stranger = { mapRunArn: `${mapRunArn}0`, itemCount: 1 };
    const other = start('other', 'other', machineOf(childMachineArn), childMachineArn, stranger);
    for (const input of ['parent', 'child', 'other']) await finish(input);
    await Promise.all([parent, child, other].map(({ result }) => result));
    const found = await list({ mapRunArn });
    expect(found).toMatchObject([{ name: 'child', itemCount: 3, mapRunArn, executionArn: child.arn }]);
    expect(await list({ stateMachineArn: ARN, statusFilter: 'RUNNING' })).toEqual([]);
    const { mapRuns: runs } = await client.send(new ListMapRunsCommand({ executionArn: parent.arn, maxResults: 0 }));
    expect(runs).toMatchObject([{ mapRunArn, stateMachineArn: childMachineArn }]);
    const described = await client.send(new DescribeExecutionCommand({ executionArn: child.arn }));
    expect(described).toMatchObject({ mapRunArn, input: '"child"', stateMachineArn: childMachineArn });
    expect(asked).toContain(`states:ListExecutions ${mapRunArn}`);
    await expect(list({ mapRunArn: `${mapRunArn}1` })).rejects.toThrow(
      expect.objectContaining({ name: 'ResourceNotFound' }),
    );
    await expect(client.send(new DescribeMapRunCommand({ mapRunArn: `${mapRunArn}1` }))).rejects.toThrow('not found');
  });

  it('lists the state machines in pages', async () => {
    const first = await client.send(new ListStateMachinesCommand({ maxResults: 1 }));
    expect(first.stateMachines).toEqual([
      { stateMachineArn: ARN, name: 'Scan', type: 'STANDARD', creationDate: new Date(1_700_000_000_000) },
    ]);
    const { nextToken } = first;
    const second = await client.send(new ListStateMachinesCommand({ maxResults: 1, nextToken }));
    expect(second.stateMachines?.map(({ name, type }) => [name, type])).toEqual([['Fast', 'EXPRESS']]);
    expect(second.nextToken).toBeUndefined();
    expect(asked).toEqual(['states:ListStateMachines *', 'states:ListStateMachines *']);
  });

  it('gives the first answer again to a start with the same name and input, while it runs', async () => {
    const again = new StartExecutionCommand({ stateMachineArn: ARN, name: 'twice', input: '"twice"' });
    const first = await client.send(again);
    const second = await client.send(again);
    expect([second.executionArn, second.startDate]).toEqual([first.executionArn, first.startDate]);
    const stopped = await client.send(new StopExecutionCommand({ executionArn: first.executionArn ?? '' }));
    expect(await client.send(new StopExecutionCommand({ executionArn: first.executionArn ?? '' }))).toMatchObject({
      stopDate: stopped.stopDate,
    });
    await expect(client.send(again)).rejects.toThrow(expect.objectContaining({ name: 'ExecutionAlreadyExists' }));
  });
});

describe('a request that Step Functions refuses', () => {
  const history = (more: object) => () =>
    client.send(new GetExecutionHistoryCommand({ executionArn: `${PREFIX}:execution:Scan:no`, ...more }));
  const of = (request: ListExecutionsCommandInput) => () => list(request);

  it.each<[string, () => Promise<unknown>, string, string]>([
    [
      'a page over 1,000',
      of({ stateMachineArn: ARN, maxResults: 1001 }),
      'ValidationException',
      "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
    ],
    [
      'two faults',
      of({ stateMachineArn: ARN, maxResults: -1, statusFilter: 'DONE' as never }),
      'ValidationException',
      '2 validation errors detected: ',
    ],
    [
      'no ARN',
      () => client.send(new DescribeExecutionCommand({ executionArn: undefined })),
      'ValidationException',
      "1 validation error detected: Value null at 'executionArn' failed to satisfy constraint: Member must not be null",
    ],
    ['neither state machine nor Map Run', of({}), 'ValidationException', ''],
    ['both', of({ stateMachineArn: ARN, mapRunArn: `${PREFIX}:mapRun:Scan/Each:1` }), 'ValidationException', ''],
    [
      'PENDING_REDRIVE of a state machine',
      of({ stateMachineArn: ARN, statusFilter: 'PENDING_REDRIVE' }),
      'ValidationException',
      '',
    ],
    [
      'no token of the list',
      of({ stateMachineArn: ARN, nextToken: '100' }),
      'InvalidToken',
      "Invalid Token: 'Invalid token'",
    ],
    ['no ARN at all', of({ stateMachineArn: 'Scan' }), 'InvalidArn', "Invalid Arn: 'Invalid ARN prefix: Scan'"],
    [
      'an ARN of another kind',
      history({ executionArn: ARN }),
      'InvalidArn',
      "Invalid Arn: 'Resource type not valid in this context: stateMachine'",
    ],
    [
      'an EXPRESS execution',
      history({ executionArn: `${PREFIX}:express:Fast:a:b` }),
      'InvalidArn',
      "Invalid Arn: 'Resource type not valid in this context: express'",
    ],
    ['executions of an EXPRESS state machine', of({ stateMachineArn: EXPRESS }), 'StateMachineTypeNotSupported', ''],
    [
      'an unknown execution',
      history({}),
      'ExecutionDoesNotExist',
      `Execution Does Not Exist: '${PREFIX}:execution:Scan:no'`,
    ],
    [
      'an unknown state machine',
      () => client.send(new DescribeStateMachineCommand({ stateMachineArn: `${ARN}2` })),
      'StateMachineDoesNotExist',
      '',
    ],
  ])('names what is wrong with %s', async (_, call, name, message) => {
    await expect(call()).rejects.toThrow(expect.objectContaining({ name, message: expect.stringContaining(message) }));
  });

  it('is one with a token of another list', async () => {
    for (const name of ['t1', 't2']) await ended(name, name);
    const { nextToken } = await client.send(new ListExecutionsCommand({ stateMachineArn: ARN, maxResults: 1 }));
    await expect(list({ stateMachineArn: ARN, statusFilter: 'FAILED', nextToken })).rejects.toThrow('Invalid token');
  });
});
