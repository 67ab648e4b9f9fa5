import { compilePattern } from '../event-bridge/event-pattern.ts';
import type { MessageAttributes } from './message.ts';
import { parseObject } from './message.ts';
import { invalidParameter, SnsFault } from './sns-fault.ts';

export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody';

/** Whether a message gets through. */
export type Filter = (message: { readonly attributes: MessageAttributes; readonly text: string }) => boolean;

/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;
/** SNS and EventBridge mean the same by these; EventBridge has more. */
const OPERATORS = new Set(['anything-but', 'prefix', 'suffix', 'equals-ignore-case', 'numeric', 'exists', 'cidr']);
/** What `anything-but` may hold besides values. */
const NEGATED = new Set(['prefix', 'suffix']);

/**
 * The attribute `FilterPolicy` of a subscription.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 * @throws SnsFault InvalidParameter, FilterPolicyLimitExceeded
 */
export function compileFilterPolicy(json: string, scope: FilterPolicyScope): Filter {
  const policy = parseObject(json);
  if (policy === undefined) throw invalid('failed to parse JSON. Filter policy must be a JSON object');
  const size = measure(policy, scope, 0);
  if (size.keys > MOST_KEYS) throw limit(`Filter policy can not have more than ${MOST_KEYS} keys`);
  if (size.combinations > MOST_COMBINATIONS) throw limit('Filter policy is too complex');
  const matches = compiled(policy);
  if (scope === 'MessageAttributes') return ({ attributes }) => matches(valuesOf(attributes));
  return ({ text }) => {
    const body = parseObject(text);
    return body !== undefined && matches(body);
  };
}

function compiled(policy: object): (event: object) => boolean {
  try {
    return compilePattern(policy);
  } catch (fault) {
    throw invalid((fault as Error).message.replace('event pattern ', ''));
  }
}

interface Size {
  readonly keys: number;
  readonly combinations: number;
}

/** @throws SnsFault for what EventBridge would take and SNS does not */
function measure(policy: object, scope: FilterPolicyScope, depth: number): Size {
  const sizes = Object.entries(policy).map(([key, expected]): Size => {
    if (key === '$or' && Array.isArray(expected)) return measureOr(expected, scope, depth);
    if (Array.isArray(expected)) {
      for (const value of expected) checkOperator(key, value);
      return { keys: 1, combinations: expected.length * (depth + 1) };
    }
    if (expected === null || typeof expected !== 'object') throw invalid(`"${key}" must be an object or an array`);
    if (scope === 'MessageAttributes') {
      throw invalid('Filter policy scope MessageAttributes does not support nested filter policy');
    }
    return measure(expected, scope, depth + 1);
  });
  return {
    keys: sizes.reduce((total, { keys }) => total + keys, 0),
    combinations: sizes.reduce((total, { combinations }) => total * combinations, 1),
  };
}

function measureOr(alternatives: readonly unknown[], scope: FilterPolicyScope, depth: number): Size {
  const sizes = alternatives.map((one) => {
    if (one === null || typeof one !== 'object' || Array.isArray(one)) throw invalid('"$or" must hold objects');
    return measure(one, scope, depth);
  });
  return {
    keys: sizes.reduce((total, { keys }) => total + keys, 0),
    combinations: sizes.reduce((total, { combinations }) => total + combinations, 0),
  };
}

function checkOperator(key: string, value: unknown): void {
  if (value === null || typeof value !== 'object') return;
  for (const [operator, operand] of Object.entries(value)) {
    if (!OPERATORS.has(operator)) throw invalid(`"${key}": Unrecognized match type ${operator}`);
    if (operand === null || typeof operand !== 'object' || Array.isArray(operand)) continue;
    const unknown = Object.keys(operand).find((name) => operator !== 'anything-but' || !NEGATED.has(name));
    if (unknown !== undefined) throw invalid(`"${key}": Unsupported ${operator} pattern ${unknown}`);
  }
}

/** Attributes of the type Binary, which no filter sees, are left out. */
function valuesOf(attributes: MessageAttributes): object {
  const values = Object.entries(attributes).flatMap(([name, { DataType, StringValue = '' }]) => {
    const [type] = DataType.split('.', 1);
    if (DataType === 'String.Array') return [[name, JSON.parse(StringValue)] as const];
    if (type === 'Binary') return [];
    return [[name, type === 'Number' ? Number(StringValue) : StringValue] as const];
  });
  return Object.fromEntries(values);
}

const invalid = (reason: string) => invalidParameter('FilterPolicy:', reason);
const limit = (reason: string) => new SnsFault('FilterPolicyLimitExceeded', `Filter policy limit exceeded: ${reason}`);
