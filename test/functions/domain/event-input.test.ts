import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quotedVariables, targetInput } from '../../../functions/domain/event-input.ts';
import { HOSTILE_KEYS, hostileKey } from '../../support/odd-keys.ts';

const created = (key: string) => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'uploads' }, object: { key, size: 1, 'version-id': 'v1' } },
});

describe('an object outside quotes', () => {
  // The upload rule's own form: the event's detail beside the policy.
  const wholeDetail = {
    InputPathsMap: { detail: '$.detail' },
    InputTemplate: '{"detail":<detail>,"policy":{"maxObjectBytes":5,"note":"say \\"<detail\\" or < or >"}}',
  };
  const expected = (key: string) => ({
    detail: created(key).detail,
    policy: { maxObjectBytes: 5, note: 'say "<detail" or < or >' },
  });

  it.each(HOSTILE_KEYS)('arrives as it is with the key %j', (key) => {
    expect(targetInput(created(key), wholeDetail)).toEqual(expected(key));
  });

  it('arrives as it is with any key', () => {
    fc.assert(
      fc.property(hostileKey, (key) => {
        expect(targetInput(created(key), wholeDetail)).toEqual(expected(key));
      }),
      { numRuns: 500 },
    );
  });

  it('arrives as it is, whatever is in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (detail) => {
        const transformer = { InputPathsMap: { d: '$.o' }, InputTemplate: '{"d": <d>, "text": "<"}' };
        const event = { o: { detail } };
        expect(targetInput(event, transformer)).toEqual({ d: JSON.parse(JSON.stringify(event.o)), text: '<' });
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is not an object outside quotes', () => {
  const event = { n: 5, b: true, z: null, l: [1, 'x'], o: { a: 'x' }, s: 'text', 'da-sh': 'dash' };
  const InputPathsMap = Object.fromEntries(Object.keys(event).map((name) => [name.replace('-', ''), `$.${name}`]));

  it.each([
    ['a number', '{"n": <n>}', { n: 5 }],
    ['a number inside quotes', '{"n": "<n>"}', { n: '5' }],
    ['the other values', '{"b": <b>, "z": <z>, "l": <l>}', { b: true, z: null, l: [1, 'x'] }],
    ['a text', '{"s": <s>}', { s: 'text' }],
    ['a text inside quotes', '{"s": "<s>"}', { s: 'text' }],
    ['a path with a dash', '{"name": <dash>}', { name: 'dash' }],
    ['texts of a template that is one itself', '"<s> and <n>"', 'text and 5'],
    ['the whole event', '<whole>', event],
    ['an object inside quotes, which loses its own', '"it is <o>"', 'it is {a:x}'],
    ['what the event lacks, inside quotes', '{"absent": "<absent>"}', { absent: '' }],
  ])('is filled in: %s', (_, InputTemplate, made) => {
    const paths = { ...InputPathsMap, whole: '$', absent: '$.not.there' };
    expect(targetInput(event, { InputPathsMap: paths, InputTemplate })).toEqual(made);
  });

  const key = (InputTemplate: string) => ({ InputPathsMap: { key: '$.detail.object.key' }, InputTemplate });

  it.each([
    ['inside quotes', '{"key": "<key>", "policy": "strict"}'],
    ['in those that EventBridge adds', '{"key": <key>, "policy": "strict"}'],
  ])('is not escaped: a text %s can rewrite the rest', (_, template) => {
    const forging = created('x", "policy": "lax", "was": "');
    expect(targetInput(forging, key(template.replace(', "policy": "strict"', '')))).toEqual({
      key: 'x',
      policy: 'lax',
      was: '',
    });
    expect(() => targetInput(created('a "quoted" b'), key(template))).toThrow(SyntaxError);
    expect(() => targetInput(created('line\nbreak'), key(template))).toThrow(SyntaxError);
  });

  it.each([
    ['a placeholder nobody defines', { InputTemplate: '{"a": <nobody>}' }, /nobody/],
    ['one that every object knows', { InputTemplate: '{"a": <constructor>}' }, /constructor/],
    ['an undefined one inside quotes', { InputTemplate: '{"a": "<nobody>"}' }, /nobody/],
    ['EventBridge’s own variables', { InputTemplate: '{"a": <aws.events.event.json>}' }, /aws\.events/],
    ['a path with a filter', { InputPathsMap: { a: '$.l[0]' }, InputTemplate: '<a>' }, /\$\.l\[0\]/],
    ['what the event lacks', { InputPathsMap: { a: '$.not.there' }, InputTemplate: '{"a": <a>}' }, /JSON/],
    ['what is no JSON', { InputTemplate: '{"a": }' }, /JSON/],
  ])('is refused: %s', (_, transformer, named) => {
    expect(() => targetInput({ l: [1], o: { b: 'x' } }, transformer)).toThrow(named);
  });
});

it('is the event itself without a transformer', () => {
  expect(targetInput(created('a'), undefined)).toEqual(created('a'));
});

it.each([
  ['{"a": <b>}', []],
  ['{"a": "<b>"}', ['b']],
  ['{"a": "x <b> y", "c": <c>, "d": "<e>"}', ['b', 'e']],
  ['{"a": "say \\"<b>\\""}', ['b']],
  ['{"a": "\\\\", "b": <b>}', []],
  ['"<a> and <b>"', ['a', 'b']],
  ['{"a": "1 < 2", "b": <b>}', []],
])('finds the variables inside quotes of %s', (template, found) => {
  expect(quotedVariables(template)).toEqual(found);
});
