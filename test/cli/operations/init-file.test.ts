import { expect, it, test } from '@jest/globals';
import { edited, sectionOf } from '../../../cli/operations/init-file.ts';

test.each<[string, string]>([
  ['is not JSON', '{"app",}'],
  ['is not an object', '[]'],
  ['is not an object', 'null'],
  ['"context" in cdk.json is not an object', '{"context": []}'],
  ['did you mean context.airlock?', '{"airlok": {}}'],
  ['context key airlok: unknown', '{"context": {"airlok": {}}}'],
  ['airlock.bukets: unknown key', '{"context": {"airlock": {"bukets": []}}}'],
  ['airlock: "{}" is not an object', '{"context": {"airlock": "{}"}}'],
])('%s: %s is not edited', (message, text) => {
  expect(() => sectionOf(text)).toThrow(message);
});

it('finds the section, with its comments', () => {
  expect(sectionOf('{"app": "x"}')).toBeUndefined();
  expect(sectionOf('\uFEFF{"context": {"airlock": {"//": "ours"}}}')).toEqual({ '//': 'ours' });
});

it('keeps a byte order mark', () => {
  expect(edited('\uFEFF{}', {})).toMatch(/^\uFEFF\{/);
});

it('refuses a file that has the key twice, of which CDK reads the second', () => {
  const text = '{"context": {"airlock": {"onInfected": "tag"}, "airlock": {"onInfected": "quarantine"}}}';
  expect(() => edited(text, { onInfected: 'delete' })).toThrow('twice');
});
