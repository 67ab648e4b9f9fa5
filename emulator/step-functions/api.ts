import { isDeepStrictEqual } from 'node:util';
import { ApiFault, startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { MapRuns } from './distributed-map/map-runs.ts';
import type { Execution } from './execution.ts';
import type { Executions, RecordedExecution } from './executions.ts';
import { historyEvent } from './history-event.ts';
import { type PageRequest, pageOf } from './paging.ts';
import { assertValid } from './request-rules.ts';
import { taskCalls } from './task-api.ts';
import { TaskTokens } from './task-tokens.ts';

export interface StepFunctionsApiProps {
  readonly executions: Executions;
  /** ARNs of the state machines and their types. */
  readonly types: ReadonlyMap<string, 'STANDARD' | 'EXPRESS'>;
  /** What DescribeStateMachine answers beside ARN, name and type; undefined for one that there is not. */
  readonly describe?: (stateMachineArn: string) => object | undefined;
  /** Those of the state machines. */
  readonly mapRuns?: MapRuns;
  /** Those that the state machines issue. */
  readonly tokens?: TaskTokens;
  readonly start: (stateMachineArn: string, input: unknown, name?: string) => Execution;
  /** Default: any free one. */
  readonly port?: number;
  readonly authorize: (accessKeyId: string, action: string, resource: string) => Promise<Answer>;
}

interface Request extends PageRequest {
  readonly stateMachineArn?: string;
  readonly executionArn?: string;
  readonly mapRunArn?: string;
  readonly name?: string;
  readonly input?: string;
  readonly statusFilter?: string;
  readonly redriveFilter?: 'REDRIVEN' | 'NOT_REDRIVEN';
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
  readonly includedData?: 'ALL_DATA' | 'METADATA_ONLY';
}

const CALLS = new Map(
  Object.entries({
    ...{ StartExecution, StopExecution, DescribeExecution, ListExecutions, DescribeStateMachine, GetExecutionHistory },
    ...{ ListStateMachines, DescribeMapRun, ListMapRuns },
  }),
);

/** For calls that are not about a single state machine. */
const ANY = '*';

/** Step Functions over HTTP: its executions, and the answers to Tasks that wait; refuses any other call. */
export function startStepFunctionsApi(props: StepFunctionsApiProps): Promise<Listening> {
  const answers = taskCalls(props.tokens ?? new TaskTokens());
  return startJsonApi({
    service: 'AWSStepFunctions',
    version: '1.0',
    port: props.port,
    authorize: props.authorize,
    async answer({ action, body, authorize }) {
      const answerTask = answers.get(action);
      if (answerTask !== undefined) {
        await answerTask(JSON.parse(body), (stateMachineArn) => authorize(`states:${action}`, stateMachineArn));
        return {};
      }
      const call = CALLS.get(action);
      if (call === undefined) throw new ApiFault('UnknownOperationException', `${action} is not served here`);
      const request = JSON.parse(body) as Request;
      assertValid(action, { ...request });
      await authorize(`states:${action}`, request.executionArn ?? request.mapRunArn ?? request.stateMachineArn ?? ANY);
      return call(props, request);
    },
  });
}

function StartExecution(
  { executions, start, types }: StepFunctionsApiProps,
  { stateMachineArn = '', name, ...request }: Request,
) {
  const type = typeOf(types, stateMachineArn);
  if (name !== undefined && !/^[\w-]{1,80}$/.test(name)) throw new ApiFault('InvalidName', `Invalid Name: '${name}'`);
  const input = parse(request.input ?? '{}');
  // EXPRESS executions may share a name.
  const same = name === undefined || type === 'EXPRESS' ? undefined : executions.byName(stateMachineArn, name);
  if (same !== undefined && (same.status !== 'RUNNING' || !isDeepStrictEqual(same.data.input, input))) {
    throw new ApiFault('ExecutionAlreadyExists', `Execution Already Exists: '${same.arn}'`);
  }
  if (same !== undefined) return { executionArn: same.arn, startDate: same.startedAt / 1000 };
  const { arn, startTime } = start(stateMachineArn, input, name);
  return { executionArn: arn, startDate: Date.parse(startTime) / 1000 };
}

/** An execution that has ended stays as it is. */
async function StopExecution({ executions }: StepFunctionsApiProps, { executionArn = '' }: Request) {
  const record = executions.byArn(executionArn);
  if (record === undefined) throw noExecution(executionArn);
  await record.abort();
  return { stopDate: (record.stoppedAt ?? Date.now()) / 1000 };
}

function DescribeMapRun({ mapRuns = new MapRuns() }: StepFunctionsApiProps, { mapRunArn = '' }: Request) {
  return mapRuns.byArn(mapRunArn).description();
}

function ListMapRuns({ executions, mapRuns = new MapRuns() }: StepFunctionsApiProps, request: Request) {
  const { executionArn = '' } = request;
  if (executions.byArn(executionArn) === undefined) throw noExecution(executionArn);
  const items = mapRuns.of(executionArn);
  const { page, nextToken } = pageOf(
    { of: `map runs ${executionArn}`, items, position: ({ number }) => number },
    request,
  );
  return { mapRuns: page.map((run) => run.listing()), nextToken };
}

function ListStateMachines({ types, describe }: StepFunctionsApiProps, request: Request) {
  const items = [...types].map(([stateMachineArn, type], index) => ({ stateMachineArn, type, index }));
  const { page, nextToken } = pageOf({ of: 'state machines', items, position: ({ index }) => index }, request);
  const stateMachines = page.map(({ stateMachineArn, type }) => {
    const { creationDate } = (describe?.(stateMachineArn) ?? {}) as { readonly creationDate?: number };
    return { stateMachineArn, name: nameIn(stateMachineArn), type, creationDate };
  });
  return { stateMachines, nextToken };
}

function DescribeStateMachine({ types, describe }: StepFunctionsApiProps, { stateMachineArn = '' }: Request) {
  const type = typeOf(types, stateMachineArn);
  return { stateMachineArn, name: nameIn(stateMachineArn), type, status: 'ACTIVE', ...describe?.(stateMachineArn) };
}

function GetExecutionHistory(props: StepFunctionsApiProps, request: Request) {
  const { executionArn = '', reverseOrder = false, includeExecutionData = true } = request;
  const { events } = recordOf(props, executionArn).data;
  const items = reverseOrder ? events.toReversed() : events;
  const of = `${reverseOrder ? 'reversed ' : ''}history ${executionArn}`;
  const { page, nextToken } = pageOf({ of, items, position: ({ id }) => id }, request);
  return { events: page.map((event) => historyEvent(event, includeExecutionData)), nextToken };
}

function recordOf({ executions }: StepFunctionsApiProps, executionArn: string): RecordedExecution {
  const record = executions.byArn(executionArn);
  if (record !== undefined) return record;
  throw noExecution(executionArn);
}

function DescribeExecution(props: StepFunctionsApiProps, { executionArn = '', includedData }: Request) {
  const record = recordOf(props, executionArn);
  const { input = {}, output, error, cause } = record.data;
  const included = includedData !== 'METADATA_ONLY';
  const { itemCount: _, ...described } = summary(record);
  return {
    ...described,
    inputDetails: { included },
    ...(included && { input: JSON.stringify(input) }),
    ...(output !== undefined && { outputDetails: { included }, ...(included && { output: JSON.stringify(output) }) }),
    error,
    cause: included ? cause : undefined,
    ...redriveOf(record),
  };
}

/** As on AWS, although nothing is redriven here. */
function redriveOf({ status, child }: RecordedExecution) {
  if (status === 'RUNNING' || status === 'SUCCEEDED') {
    return {
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: `Execution is ${status} and cannot be redriven`,
    };
  }
  return { redriveStatus: child === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

function ListExecutions(props: StepFunctionsApiProps, request: Request) {
  const { statusFilter, redriveFilter } = request;
  const { of, records } = listed(props, request);
  const items = records.filter(
    ({ status }) => redriveFilter !== 'REDRIVEN' && (statusFilter === undefined || status === statusFilter),
  );
  const page = pageOf({ of: `executions ${of} ${statusFilter}`, items, position: ({ changed }) => changed }, request);
  return { executions: page.page.map(summary), nextToken: page.nextToken };
}

function listed(
  { executions, mapRuns = new MapRuns(), types }: StepFunctionsApiProps,
  { stateMachineArn = '', mapRunArn }: Request,
) {
  if (mapRunArn !== undefined) {
    const children = executions.of(mapRuns.byArn(mapRunArn).settings.stateMachineArn);
    return { of: mapRunArn, records: children.filter(({ child }) => child?.mapRunArn === mapRunArn) };
  }
  if (typeOf(types, stateMachineArn) === 'EXPRESS') {
    throw new ApiFault('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
  }
  return { of: stateMachineArn, records: executions.of(stateMachineArn) };
}

function summary({ arn: executionArn, name, stateMachineArn, status, startedAt, stoppedAt, child }: RecordedExecution) {
  return {
    ...{ executionArn, stateMachineArn, name, status, startDate: startedAt / 1000, redriveCount: 0, ...child },
    ...(stoppedAt !== undefined && { stopDate: stoppedAt / 1000 }),
  };
}

const nameIn = (arn: string) => arn.split(':').at(-1) ?? '';

const noExecution = (arn: string) => new ApiFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);

function typeOf(types: StepFunctionsApiProps['types'], arn: string): 'STANDARD' | 'EXPRESS' {
  const type = types.get(arn);
  if (type !== undefined) return type;
  throw new ApiFault('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

function parse(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    throw new ApiFault('InvalidExecutionInput', 'Invalid State Machine Execution Input');
  }
}
