/**
 * EventBridge event patterns: every field the pattern names must hold one of the listed values.
 * Operators it does not know are an error, so that no rule matches less or more here than on AWS.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matchesPattern(pattern: object, event: object): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    if (field === '$or') return (expected as object[]).some((alternative) => matchesPattern(alternative, event));
    const actual = (event as Record<string, unknown>)[field];
    if (Array.isArray(expected)) return matchesAny(expected, actual);
    return actual !== null && typeof actual === 'object' && matchesPattern(expected as object, actual);
  });
}

function matchesAny(alternatives: readonly unknown[], actual: unknown): boolean {
  const values = Array.isArray(actual) ? actual : [actual];
  return alternatives.some((alternative) => values.some((value) => matchesOne(alternative, value)));
}

function matchesOne(expected: unknown, actual: unknown): boolean {
  if (expected === null || typeof expected !== 'object') return actual === expected;
  const [operator, operand] = Object.entries(expected)[0] ?? ['', undefined];
  switch (operator) {
    case 'exists':
      return (actual !== undefined) === operand;
    case 'prefix':
      return typeof actual === 'string' && caseFolded(operand, actual, (text, part) => text.startsWith(part));
    case 'suffix':
      return typeof actual === 'string' && caseFolded(operand, actual, (text, part) => text.endsWith(part));
    case 'equals-ignore-case':
      return typeof actual === 'string' && actual.toLowerCase() === String(operand).toLowerCase();
    case 'wildcard':
      return typeof actual === 'string' && wildcard(String(operand)).test(actual);
    case 'anything-but':
      return actual !== undefined && !matchesNegated(operand, actual);
    case 'numeric':
      return typeof actual === 'number' && numeric(operand as (string | number)[], actual);
    default:
      throw new Error(`event pattern operator ${JSON.stringify(operator)} has no local counterpart`);
  }
}

function matchesNegated(operand: unknown, actual: unknown): boolean {
  const alternatives = Array.isArray(operand) ? operand : [operand];
  return alternatives.some((alternative) => {
    if (alternative === null || typeof alternative !== 'object') return alternative === actual;
    const [operator, values] = Object.entries(alternative)[0] ?? ['', undefined];
    return (Array.isArray(values) ? values : [values]).some((value) => matchesOne({ [operator]: value }, actual));
  });
}

function caseFolded(operand: unknown, actual: string, test: (text: string, part: string) => boolean): boolean {
  if (typeof operand === 'string') return test(actual, operand);
  const part = (operand as { 'equals-ignore-case'?: string })['equals-ignore-case'];
  if (part === undefined) throw new Error(`event pattern operand ${JSON.stringify(operand)} has no local counterpart`);
  return test(actual.toLowerCase(), part.toLowerCase());
}

function wildcard(glob: string): RegExp {
  const parts = glob.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function numeric(operand: readonly (string | number)[], actual: number): boolean {
  for (let index = 0; index < operand.length; index += 2) {
    const compare = COMPARISONS[String(operand[index])];
    if (compare === undefined) throw new Error(`event pattern comparison ${operand[index]} has no local counterpart`);
    if (!compare(actual, Number(operand[index + 1]))) return false;
  }
  return true;
}
