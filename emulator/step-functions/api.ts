import { isDeepStrictEqual } from 'node:util';
import { ApiFault, startJsonApi } from '../http/json-api.ts';
import type { Listening } from '../http/loopback.ts';
import type { Answer } from '../iam/policy-engine.ts';
import { MapRuns } from './distributed-map/map-runs.ts';
import type { Execution } from './execution.ts';
import { type Executions, type RecordedExecution, statusOf } from './executions.ts';
import { historyEvent } from './history-event.ts';
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

interface Request {
  readonly stateMachineArn?: string;
  readonly executionArn?: string;
  readonly mapRunArn?: string;
  readonly name?: string;
  readonly input?: string;
  readonly statusFilter?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
}

const CALLS = new Map(
  Object.entries({
    ...{ StartExecution, StopExecution, DescribeExecution, ListExecutions, DescribeStateMachine, GetExecutionHistory },
    ...{ DescribeMapRun, ListMapRuns },
  }),
);

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
      await authorize(`states:${action}`, request.executionArn ?? request.mapRunArn ?? request.stateMachineArn ?? '');
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
  if (same !== undefined && (same.result !== undefined || !isDeepStrictEqual(same.execution.input, input))) {
    throw new ApiFault('ExecutionAlreadyExists', `Execution Already Exists: '${same.execution.arn}'`);
  }
  const { arn, startTime } = same?.execution ?? start(stateMachineArn, input, name);
  return { executionArn: arn, startDate: seconds(startTime) };
}

/** An execution that has ended stays as it is. */
async function StopExecution({ executions }: StepFunctionsApiProps, { executionArn = '' }: Request) {
  const record = executions.byArn(executionArn);
  if (record === undefined) throw new ApiFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  if (record.result === undefined) record.execution.abort();
  const { ms } = await record.execution.result;
  return { stopDate: seconds(record.execution.startTime) + ms / 1000 };
}

function DescribeMapRun({ mapRuns = new MapRuns() }: StepFunctionsApiProps, { mapRunArn = '' }: Request) {
  return mapRuns.described(mapRunArn);
}

function ListMapRuns({ executions, mapRuns = new MapRuns() }: StepFunctionsApiProps, request: Request) {
  const { executionArn = '', maxResults = 100, nextToken = '0' } = request;
  if (executions.byArn(executionArn) === undefined) {
    throw new ApiFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  }
  const found = mapRuns.of(executionArn);
  const end = Number(nextToken) + maxResults;
  return {
    mapRuns: found.slice(Number(nextToken), end),
    ...(end < found.length && { nextToken: String(end) }),
  };
}

function DescribeStateMachine({ types, describe }: StepFunctionsApiProps, { stateMachineArn = '' }: Request) {
  const type = typeOf(types, stateMachineArn);
  const name = stateMachineArn.split(':').at(-1);
  return { stateMachineArn, name, type, status: 'ACTIVE', ...describe?.(stateMachineArn) };
}

function GetExecutionHistory(props: StepFunctionsApiProps, request: Request) {
  const { executionArn = '', maxResults = 100, nextToken = '0', reverseOrder = false } = request;
  const events = recordOf(props, executionArn).execution.events();
  const ordered = reverseOrder ? events.toReversed() : events;
  const end = Number(nextToken) + maxResults;
  return {
    events: ordered
      .slice(Number(nextToken), end)
      .map((event) => historyEvent(event, request.includeExecutionData !== false)),
    ...(end < ordered.length && { nextToken: String(end) }),
  };
}

/** AWS keeps no record of EXPRESS executions but their log. */
function recordOf({ executions }: StepFunctionsApiProps, executionArn: string): RecordedExecution {
  if (executionArn.includes(':express:')) {
    throw new ApiFault('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: express'`);
  }
  const record = executions.byArn(executionArn);
  if (record !== undefined) return record;
  throw new ApiFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
}

function DescribeExecution(props: StepFunctionsApiProps, { executionArn = '' }: Request) {
  const record = recordOf(props, executionArn);
  const { output, error, cause } = record.result ?? {};
  return {
    ...summary(record),
    input: JSON.stringify(record.execution.input ?? {}),
    ...(output !== undefined && { output: JSON.stringify(output) }),
    error,
    cause,
  };
}

function ListExecutions({ executions, types }: StepFunctionsApiProps, request: Request) {
  const { stateMachineArn = '', statusFilter, maxResults = 100, nextToken = '0' } = request;
  if (typeOf(types, stateMachineArn) === 'EXPRESS') {
    throw new ApiFault('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
  }
  const found = executions
    .of(stateMachineArn)
    .filter((record) => statusFilter === undefined || statusOf(record) === statusFilter);
  const end = Number(nextToken) + maxResults;
  return {
    executions: found.slice(Number(nextToken), end).map(summary),
    ...(end < found.length && { nextToken: String(end) }),
  };
}

function summary(record: RecordedExecution) {
  const { arn: executionArn, name, startTime } = record.execution;
  const { result, stateMachineArn } = record;
  return {
    executionArn,
    stateMachineArn,
    name,
    status: statusOf(record),
    startDate: seconds(startTime),
    ...(result !== undefined && { stopDate: seconds(startTime) + result.ms / 1000 }),
  };
}

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

function seconds(time: string): number {
  return Date.parse(time) / 1000;
}
