import { BlockList, isIP } from 'node:net';

/**
 * EventBridge event patterns: every field in the pattern must have one of the listed values.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @throws Error on an unknown operator and on what EventBridge would refuse, so that no rule matches less or more
 * here than on AWS
 */
export function matchesPattern(pattern: object, event: object): boolean {
  return compile(pattern)(event);
}

/** The same, for many events. @throws Error likewise */
export function compilePattern(pattern: object): (event: object) => boolean {
  return compile(pattern);
}

type Test = (value: unknown) => boolean;

function compile(pattern: object): Test {
  // Without fields it would match everything.
  if (pattern === null || typeof pattern !== 'object' || Array.isArray(pattern)) throw refused('a pattern', pattern);
  const tests = Object.entries(pattern).map(([field, expected]): Test => {
    if (field === '$or') return either(listed(field, expected).map((alternative) => compile(alternative as object)));
    if (Array.isArray(expected)) {
      const test = either(listed(field, expected).map((alternative) => compileOne(field, alternative)));
      return (event) => leaves(fieldOf(event, field)).some(test);
    }
    if (expected === null || typeof expected !== 'object') throw refused(field, expected);
    const nested = compile(expected);
    return (event) => nested(fieldOf(event, field));
  });
  return (event) => tests.every((test) => test(event));
}

const either =
  (tests: readonly Test[]): Test =>
  (value) =>
    tests.some((test) => test(value));

function listed(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw refused(name, value);
  return value;
}

/** Undefined when a parent is missing: a field under it is absent too. */
function fieldOf(event: unknown, field: string): unknown {
  return event !== null && typeof event === 'object' && Object.hasOwn(event, field)
    ? (event as Record<string, unknown>)[field]
    : undefined;
}

/** What a pattern compares: the values of a list, and undefined for an empty list or an object, which have no value. */
function leaves(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.length === 0 ? [undefined] : value.flatMap(leaves);
  return [value !== null && typeof value === 'object' ? undefined : value];
}

function compileOne(field: string, expected: unknown): Test {
  if (Array.isArray(expected)) throw refused(field, expected);
  if (expected === null || typeof expected !== 'object') return (value) => value === expected;
  const [[operator, operand] = ['', undefined], ...more] = Object.entries(expected);
  if (more.length > 0 || operator === '') throw refused(field, expected);
  switch (operator) {
    case 'exists':
      if (typeof operand !== 'boolean') throw refused(operator, operand);
      return (value) => (value !== undefined) === operand;
    case 'anything-but': {
      const test = compileNegated(operand);
      return (value) => value !== undefined && !test(value);
    }
    case 'numeric':
      return compileNumeric(operand);
    case 'cidr':
      return compileAddressRange(operand);
    default:
      return compileText(operator, operand);
  }
}

function compileText(operator: string, operand: unknown): Test {
  const folded = ignoringCase(operator, operand);
  const text = folded ?? operand;
  if (typeof text !== 'string') throw refused(operator, operand);
  const test = TEXT_TESTS[operator]?.(folded === undefined ? text : text.toLowerCase());
  if (test === undefined) throw refused(operator, operand);
  return (value) => typeof value === 'string' && test(folded === undefined ? value : value.toLowerCase());
}

/** `{ prefix: { 'equals-ignore-case': 'A' } }`, and likewise `suffix`. */
function ignoringCase(operator: string, operand: unknown): unknown {
  if ((operator !== 'prefix' && operator !== 'suffix') || operand === null || typeof operand !== 'object') return;
  const [[name, text] = ['', undefined], ...more] = Object.entries(operand);
  if (name !== 'equals-ignore-case' || more.length > 0) throw refused(operator, operand);
  return text;
}

const TEXT_TESTS: Readonly<Record<string, (text: string) => (value: string) => boolean>> = {
  prefix: (text) => (value) => value.startsWith(text),
  suffix: (text) => (value) => value.endsWith(text),
  'equals-ignore-case': (text) => (value) => value.toLowerCase() === text.toLowerCase(),
  wildcard: (text) => {
    const expression = wildcard(text);
    return (value) => expression.test(value);
  },
};

/** `*` matches anything, `\*` and `\\` match `*` and `\`. */
function wildcard(glob: string): RegExp {
  if (!/^(?:\\[*\\]|[^\\])*$/.test(glob) || /(?<!\\)(?:\\\\)*\*\*/.test(glob)) throw refused('wildcard', glob);
  const expression = glob.replace(/\\?./gsu, (token) => {
    if (token === '*') return '.*';
    return token.replace(/^\\/, '').replace(/[.*+?^${}()|[\]\\]/, '\\$&');
  });
  return new RegExp(`^${expression}$`, 's');
}

function compileNegated(operand: unknown): Test {
  if (operand !== null && typeof operand === 'object' && !Array.isArray(operand)) {
    const tests = Object.entries(operand).flatMap(([operator, texts]) =>
      (Array.isArray(texts) ? texts : [texts]).map((text) => compileText(operator, text)),
    );
    if (tests.length === 0) throw refused('anything-but', operand);
    return either(tests);
  }
  const values = Array.isArray(operand) ? listed('anything-but', operand) : [operand];
  if (!values.every((value) => typeof value === 'string' || typeof value === 'number')) {
    throw refused('anything-but', operand);
  }
  return (value) => values.includes(value as string | number);
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function compileNumeric(operand: unknown): Test {
  const parts = listed('numeric', operand);
  const tests = parts.flatMap((sign, index) => {
    if (index % 2 === 1) return [];
    const compare = COMPARISONS[String(sign)];
    const bound = parts[index + 1];
    if (compare === undefined || typeof bound !== 'number') throw refused('numeric', operand);
    return [(value: number) => compare(value, bound)];
  });
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

/** An address or a range of them: `10.0.0.0/24`, `2001:db8::/32`. */
function compileAddressRange(operand: unknown): Test {
  const [address = '', length, ...more] = typeof operand === 'string' ? operand.split('/') : [];
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  const valid = family !== 0 && more.length === 0 && /^\d+$/.test(length ?? '0') && prefix <= bits;
  if (!valid) throw refused('cidr', operand);
  const range = new BlockList();
  range.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return (value) =>
    typeof value === 'string' && isIP(value) === family && range.check(value, family === 4 ? 'ipv4' : 'ipv6');
}

function refused(name: string, operand: unknown): Error {
  return new Error(`event pattern ${JSON.stringify(name)}: ${JSON.stringify(operand)} has no local counterpart`);
}
