import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { targetInput } from '../../../functions/domain/event-input.ts';

const ODD_KEYS = [
  'a "quoted" b',
  'back\\slash \\" \\u0041',
  '<detail>',
  '"<key>"',
  'line\nbreak\ttab',
  'Ü U\u0308 😀',
  "$& $1 $$ $'",
  '{"key":"json"}',
  '\u2028',
  '',
];

const created = (key: string) => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'uploads' }, object: { key, size: 1, 'version-id': 'v1' } },
});

describe('targetInput', () => {
  it('is the event itself without a transformer', () => {
    expect(targetInput(created('a'), undefined)).toEqual(created('a'));
  });

  // The upload rule's own template: the event's detail beside the policy.
  const wholeDetail = {
    InputPathsMap: { detail: '$.detail' },
    InputTemplate: '{"detail":<detail>,"policy":{"maxObjectBytes":5,"note":"say \\"<detail\\""}}',
  };

  it.each(ODD_KEYS)('passes a detail with the key %j on unchanged', (key) => {
    expect(targetInput(created(key), wholeDetail)).toEqual({
      detail: created(key).detail,
      policy: { maxObjectBytes: 5, note: 'say "<detail"' },
    });
  });

  it.each(ODD_KEYS)('puts the key %j where the template asks for it, with quotes or without', (key) => {
    const transformer = {
      InputPathsMap: { key: '$.detail.object.key' },
      InputTemplate: '{"bare": <key>, "quoted": "<key>", "within": "s3://uploads/<key>!"}',
    };
    expect(targetInput(created(key), transformer)).toEqual({
      bare: key,
      quoted: key,
      within: `s3://uploads/${key}!`,
    });
  });

  it('changes nothing in any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (detail) => {
        const transformer = { InputPathsMap: { d: '$.detail' }, InputTemplate: '{"d": <d>, "text": "<"}' };
        expect(targetInput({ detail }, transformer)).toEqual({ d: JSON.parse(JSON.stringify(detail)), text: '<' });
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['{"n": <n>}', { n: 5 }],
    ['{"n": "<n>"}', { n: '5' }],
    ['{"b": <b>, "z": <z>, "l": <l>}', { b: true, z: null, l: [1, 'x'] }],
    ['{"absent": <absent>}', { absent: '' }],
    ['{"absent": "<absent>"}', { absent: '' }],
    ['{"name": <dashed>}', { name: 'dash' }],
    ['"<s> and <n>"', 'text and 5'],
    ['<whole>', { n: 5, b: true, z: null, l: [1, 'x'], s: 'text', 'da-sh': 'dash' }],
  ])('makes of %s %j', (InputTemplate, made) => {
    const event = { n: 5, b: true, z: null, l: [1, 'x'], s: 'text', 'da-sh': 'dash' };
    const InputPathsMap = {
      n: '$.n',
      b: '$.b',
      z: '$.z',
      l: '$.l',
      s: '$.s',
      dashed: '$.da-sh',
      absent: '$.not.there',
      whole: '$',
    };
    expect(targetInput(event, { InputPathsMap, InputTemplate })).toEqual(made);
  });

  it.each([
    ['a placeholder nobody defines', { InputTemplate: '{"a": <nobody>}' }, /nobody/],
    ['one that every object knows', { InputTemplate: '{"a": <constructor>}' }, /constructor/],
    ['an undefined one inside quotes', { InputTemplate: '{"a": "<nobody>"}' }, /nobody/],
    ['EventBridge’s own variables', { InputTemplate: '{"a": <aws.events.event.json>}' }, /aws\.events/],
    ['a path with a filter', { InputPathsMap: { a: '$.l[0]' }, InputTemplate: '<a>' }, /\$\.l\[0\]/],
    ['an object inside quotes', { InputPathsMap: { a: '$.o' }, InputTemplate: '{"a": "<a>"}' }, /JSON|<a>/],
    ['what is no JSON', { InputTemplate: '{"a": }' }, /JSON/],
  ])('refuses %s', (_, transformer, named) => {
    expect(() => targetInput({ l: [1], o: { b: 'x' } }, transformer)).toThrow(named);
  });
});
