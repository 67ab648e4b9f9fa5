import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { prettyJson, tokensOf } from '../../../../console/page/lib/json-text.ts';

it('cuts JSON into tokens that are the JSON again', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = prettyJson(JSON.stringify(value));
      expect(
        tokensOf(json)
          .map(({ text }) => text)
          .join(''),
      ).toBe(json);
    }),
  );
});

it('tells names, strings and words apart', () => {
  expect(tokensOf('{"a": "b\\"c", "n": -1.5e3, "t": true}')).toEqual([
    { text: '{', kind: 'plain' },
    { text: '"a"', kind: 'name' },
    { text: ':', kind: 'plain' },
    { text: ' ', kind: 'plain' },
    { text: '"b\\"c"', kind: 'string' },
    { text: ', ', kind: 'plain' },
    { text: '"n"', kind: 'name' },
    { text: ':', kind: 'plain' },
    { text: ' ', kind: 'plain' },
    { text: '-1.5e3', kind: 'word' },
    { text: ', ', kind: 'plain' },
    { text: '"t"', kind: 'name' },
    { text: ':', kind: 'plain' },
    { text: ' ', kind: 'plain' },
    { text: 'true', kind: 'word' },
    { text: '}', kind: 'plain' },
  ]);
});

it('shows what is no JSON as it is', () => expect(prettyJson('Task timed out\u202e')).toBe('Task timed out\\u202e'));
