import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileFilterPolicy, type FilterPolicyScope } from '../../../emulator/sns/filter-policy.ts';
import type { MessageAttributes } from '../../../emulator/sns/message.ts';
import { SnsFault } from '../../../emulator/sns/sns-fault.ts';

type Value = string | number;
type Matcher =
  | Value
  | { prefix: string }
  | { suffix: string }
  | { 'equals-ignore-case': string }
  | { 'anything-but': Value[] | { prefix: string } }
  | { numeric: [string, number] }
  | { exists: boolean };

const attributesOf = (values: Readonly<Record<string, Value>>): MessageAttributes =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { DataType: typeof value === 'number' ? 'Number' : 'String', StringValue: String(value) },
    ]),
  );

/** The rules of AWS's page, one by one. */
function accepts(matcher: Matcher, value: Value | undefined): boolean {
  if (typeof matcher !== 'object') return value === matcher;
  if ('exists' in matcher) return matcher.exists === (value !== undefined);
  if (value === undefined) return false;
  if ('anything-but' in matcher) {
    const refused = matcher['anything-but'];
    return Array.isArray(refused) ? !refused.includes(value) : !String(value).startsWith(refused.prefix);
  }
  if ('numeric' in matcher) {
    const [operator, limit] = matcher.numeric;
    if (typeof value !== 'number') return false;
    const holds = { '=': value === limit, '<': value < limit, '>=': value >= limit };
    return holds[operator as keyof typeof holds];
  }
  if (typeof value !== 'string') return false;
  if ('prefix' in matcher) return value.indexOf(matcher.prefix) === 0;
  if ('suffix' in matcher) return value.slice(-matcher.suffix.length) === matcher.suffix;
  return value.toUpperCase() === matcher['equals-ignore-case'].toUpperCase();
}

const word = fc.constantFrom('a', 'ab', 'B', 'aB', 'ba');
const number = fc.constantFrom(-1, 0, 2.5);
const value = fc.oneof(word, number);
const matcher: fc.Arbitrary<Matcher> = fc.oneof(
  value,
  fc.record({ prefix: word }),
  fc.record({ suffix: word }),
  fc.record({ 'equals-ignore-case': word }),
  fc.record({
    'anything-but': fc.oneof(
      fc.array(word, { minLength: 1, maxLength: 3 }),
      fc.array(number, { minLength: 1, maxLength: 3 }),
    ),
  }),
  fc.record({ numeric: fc.tuple(fc.constantFrom('=', '<', '>='), number) }),
  fc.record({ exists: fc.boolean() }),
);
const keys = ['status', 'bucket', 'size'];
const policy = fc.dictionary(fc.constantFrom(...keys), fc.array(matcher, { minLength: 1, maxLength: 3 }), {
  maxKeys: 3,
});
const values = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 3 });

describe('a filter policy', () => {
  it.each<[FilterPolicyScope]>([['MessageAttributes'], ['MessageBody']])('decides on %s as its rules say', (scope) => {
    fc.assert(
      fc.property(policy, values, (given, sent) => {
        const expected = Object.entries(given).every(([key, matchers]) =>
          matchers.some((one) => accepts(one, Object.hasOwn(sent, key) ? sent[key] : undefined)),
        );
        const message =
          scope === 'MessageBody'
            ? { attributes: {}, text: JSON.stringify(sent) }
            : { attributes: attributesOf(sent), text: 'no JSON' };
        expect(compileFilterPolicy(JSON.stringify(given), scope)(message)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('is taken, or refused by SNS, whatever it is', () => {
    const json = fc.oneof(
      fc.json(),
      fc.jsonValue().map((one) => JSON.stringify({ $or: [one, one] })),
      fc.jsonValue().map((one) => JSON.stringify({ status: [one] })),
      fc.string(),
    );
    fc.assert(
      fc.property(json, fc.constantFrom<FilterPolicyScope>('MessageAttributes', 'MessageBody'), (text, scope) => {
        try {
          compileFilterPolicy(text, scope)({ attributes: {}, text: '{}' });
        } catch (fault) {
          expect(fault).toBeInstanceOf(SnsFault);
        }
      }),
    );
  });

  it.each([
    ['an alternative that is no object', { $or: [null, { a: ['b'] }] }],
    ['alternatives that would match everything', { $or: [1, 2] }],
    ['a list of alternatives', { $or: [[], { a: ['b'] }] }],
    ['a value that is neither list nor object', { a: 'b' }],
    ['a wildcard, which only EventBridge has', { a: [{ wildcard: 'b*' }] }],
    ['an operator nobody has', { a: [{ like: 'b' }] }],
    ['nesting, for attributes', { a: { b: ['c'] } }],
  ])('is refused for %s', (_, given) => {
    expect(() => compileFilterPolicy(JSON.stringify(given), 'MessageAttributes')).toThrow(
      expect.objectContaining({ name: 'InvalidParameter' }),
    );
  });

  it('has five keys and 150 combinations at most', () => {
    const over = (given: object, scope: FilterPolicyScope) => () => compileFilterPolicy(JSON.stringify(given), scope);
    const list = (length: number) => Array.from({ length }, (_, index) => `v${index}`);
    const limit = expect.objectContaining({ name: 'FilterPolicyLimitExceeded' });
    const five = { a: list(1), b: list(1), c: list(1), d: list(1), e: list(1) };
    expect(over(five, 'MessageAttributes')).not.toThrow();
    expect(over({ ...five, f: list(1) }, 'MessageAttributes')).toThrow(limit);
    expect(over({ a: list(15), b: list(10) }, 'MessageAttributes')).not.toThrow();
    expect(over({ a: list(151) }, 'MessageAttributes')).toThrow(limit);
    // A value two levels deep counts twice.
    expect(over({ a: { b: list(38) }, c: list(2) }, 'MessageBody')).toThrow(limit);
  });

  it('sees every value of a String.Array, and no Binary', () => {
    const passes = (given: object, attributes: MessageAttributes) =>
      compileFilterPolicy(JSON.stringify(given), 'MessageAttributes')({ attributes, text: '' });
    const sports = { DataType: 'String.Array', StringValue: '["rugby",7,true]' };
    for (const one of ['rugby', 7, true]) expect(passes({ a: [one] }, { a: sports })).toBe(true);
    expect(passes({ a: ['tennis'] }, { a: sports })).toBe(false);
    const binary = { DataType: 'Binary', BinaryValue: 'AA==' };
    expect(passes({ a: [{ exists: false }] }, { a: binary })).toBe(true);
  });
});
