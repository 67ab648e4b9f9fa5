import { expect, it } from '@jest/globals';
import { filterOf } from '../../../emulator/cloudwatch-logs/filter-pattern.ts';

const MESSAGE = '{"type":"ExecutionStarted","details":{"input":"{\\"key\\":\\"in/a b.txt\\"}"}}';

it.each([
  ['', true],
  ['ExecutionStarted', true],
  ['executionstarted', false],
  ['"ExecutionStarted" "a b.txt"', true],
  ['"ExecutionStarted" "b a.txt"', false],
  ['ExecutionStarted   "in/a"', true],
])('%s: %s', (pattern, matches) => {
  expect(filterOf(pattern)(MESSAGE)).toBe(matches);
});

it.each(['{ $.type = "x" }', '?a', '-a', 'a.b', '%a%', '[a, b]', '"a', '"a"b', '"a\\"b"'])('refuses %s', (pattern) => {
  expect(() => filterOf(pattern)).toThrow(/only quoted terms and words/);
});
