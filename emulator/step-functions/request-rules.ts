import { ApiFault } from '../http/json-api.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What AWS says of a value that it does not take; undefined for one that it takes. */
type Constraint = (value: unknown) => string | undefined;

const integer =
  (least: number, most: number): Constraint =>
  (value) => {
    if (Number(value) < least) return `Member must have value greater than or equal to ${least}`;
    if (Number(value) > most) return `Member must have value less than or equal to ${most}`;
    return undefined;
  };

const length =
  (most: number): Constraint =>
  (value) => {
    if (String(value).length < 1) return 'Member must have length greater than or equal to 1';
    if (String(value).length > most) return `Member must have length less than or equal to ${most}`;
    return undefined;
  };

const oneOf =
  (...names: readonly string[]): Constraint =>
  (value) =>
    names.includes(String(value)) ? undefined : `Member must satisfy enum value set: [${names.join(', ')}]`;

const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  maxResults: integer(0, 1000),
  nextToken: length(3096),
  stateMachineArn: length(256),
  executionArn: length(256),
  mapRunArn: length(2000),
  statusFilter: oneOf('RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'),
  redriveFilter: oneOf('REDRIVEN', 'NOT_REDRIVEN'),
  includedData: oneOf('ALL_DATA', 'METADATA_ONLY'),
};

const REQUIRED: Readonly<Record<string, string>> = {
  StartExecution: 'stateMachineArn',
  StopExecution: 'executionArn',
  DescribeExecution: 'executionArn',
  DescribeStateMachine: 'stateMachineArn',
  GetExecutionHistory: 'executionArn',
  DescribeMapRun: 'mapRunArn',
  ListMapRuns: 'executionArn',
};

/** The resource type that each ARN has to name. */
const RESOURCE_TYPES = { stateMachineArn: 'stateMachine', executionArn: 'execution', mapRunArn: 'mapRun' };

/**
 * Refuses what AWS refuses before it looks anything up, in its words.
 * @throws ApiFault ValidationException, InvalidArn
 */
export function assertValid(action: string, request: Fields): void {
  const wrong = [...missing(REQUIRED[action], request), ...outOfRange(request)];
  if (wrong.length > 0) {
    const errors = wrong.length === 1 ? '1 validation error' : `${wrong.length} validation errors`;
    throw new ApiFault('ValidationException', `${errors} detected: ${wrong.join('; ')}`);
  }
  for (const [field, type] of Object.entries(RESOURCE_TYPES)) {
    const arn = request[field];
    if (typeof arn === 'string') assertArn(arn, type);
  }
  if (action === 'ListExecutions') assertListable(request);
}

function missing(field: string | undefined, request: Fields): string[] {
  if (field === undefined || request[field] !== undefined) return [];
  return [`Value null at '${field}' failed to satisfy constraint: Member must not be null`];
}

function outOfRange(request: Fields): string[] {
  return Object.entries(request).flatMap(([field, value]) => {
    const fault = value === null ? undefined : CONSTRAINTS[field]?.(value);
    return fault === undefined ? [] : [`Value '${value}' at '${field}' failed to satisfy constraint: ${fault}`];
  });
}

function assertArn(arn: string, type: string): void {
  if (!arn.startsWith('arn:')) throw new ApiFault('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  const found = arn.split(':')[5];
  if (found === type) return;
  throw new ApiFault('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${found}'`);
}

/** AWS documents that it refuses these; its words are not known. */
function assertListable({ stateMachineArn, mapRunArn, statusFilter }: Fields): void {
  if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
    throw new ApiFault('ValidationException', 'Specify either a stateMachineArn or a mapRunArn');
  }
  if (statusFilter === 'PENDING_REDRIVE' && mapRunArn === undefined) {
    throw new ApiFault('ValidationException', 'The status filter PENDING_REDRIVE needs a mapRunArn');
  }
}
