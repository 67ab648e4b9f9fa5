import { expect, it } from '@jest/globals';
import { filterOf } from '../../../emulator/cloudwatch-logs/filter-pattern.ts';

const MESSAGE = JSON.stringify({ type: 'ExecutionStarted', details: { input: '{"key":"in/a b.txt"}', n: 1 } });

it.each([
  ['', true],
  ['{ $.type = "ExecutionStarted" }', true],
  ['{ $.type = "Execution" }', false],
  ['{ $.type = "Execution*" }', true],
  ['{ $.type = "ExecutionStarted" && $.details.input = "*b.txt*" }', true],
  ['{ $.type = "ExecutionStarted" && $.details.input = "*bxtxt*" }', false],
  ['{$.details.n = "1"}', false],
  ['{ $.nowhere.input = "*" }', false],
])('%s: %s', (pattern, matches) => {
  expect(filterOf(pattern)(MESSAGE)).toBe(matches);
});

it('finds nothing in what is no JSON', () => {
  expect(filterOf('{ $.type = "*" }')('START RequestId: 1')).toBe(false);
});

it.each([
  'ERROR',
  '?a',
  '{ $.type != "a" }',
  '{ $.type = a }',
  '{ $.a = "1" || $.b = "2" }',
  '[a, b]',
  '{ $.a = "x" ',
  '%a%',
])('refuses %s', (pattern) => {
  expect(() => filterOf(pattern)).toThrow(/served here/);
});
