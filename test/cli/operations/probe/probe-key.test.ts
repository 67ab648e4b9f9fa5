import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planProbe } from '../../../../cli/operations/probe/probe-key.ts';
import { matchesPattern } from '../../../../emulator/event-bridge/event-pattern.ts';
import { keyFilter } from '../../../../infra/config/key-filter.ts';

const plan = (filters: { prefixes?: string[]; suffixes?: string[] }, allowed = ['*'], reason?: string[]) => {
  const key = keyFilter({ prefixes: [], suffixes: [], ...filters });
  return planProbe({ detail: { ...(key && { object: { key } }), ...(reason && { reason }) } }, allowed);
};
const keyOf = (...args: Parameters<typeof plan>) => {
  const planned = plan(...args);
  return 'impossible' in planned ? planned.impossible : planned.keyOf('NAME');
};

describe('the key of a probe', () => {
  it.each<[Parameters<typeof plan>, string | RegExp]>([
    [[{}], 'NAME.txt'],
    [[{}, ['application/pdf', 'image/png']], 'NAME.pdf'],
    [[{}, ['archives']], 'NAME.zip'],
    [[{ prefixes: ['in/', 'out/'] }], 'in/NAME.txt'],
    [[{ suffixes: ['.png', '.PDF'] }], 'NAME.PDF'],
    [[{ prefixes: ['a*b\\'], suffixes: ['-x.txt'] }], 'a*b\\NAME-x.txt'],
    [[{}, ['*'], ['PutObject', 'CopyObject']], 'NAME.txt'],
    [[{}, ['*'], ['CopyObject']], /only uploads by CopyObject/],
    [[{}, ['image/png']], /allows none of text\/plain/],
    [[{ suffixes: ['.png'] }], /no key through that ends in \.txt/],
    [[{ suffixes: ['.txt'] }, ['application/pdf']], /no key through that ends in \.pdf/],
  ])('%j: %s', (args, expected) => {
    expect(keyOf(...args)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it('gets through the filters that it was made for', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', '*', '\\', '/', ' ', '+', 'ü'),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 2 }), fc.array(text, { maxLength: 2 }), (prefixes, starts) => {
        const suffixes = starts.map((start) => `${start}.txt`);
        const pattern = keyFilter({ prefixes, suffixes });
        const key = keyOf({ prefixes, suffixes });
        expect(pattern === undefined || matchesPattern({ key: pattern }, { key })).toBe(true);
      }),
    );
  });
});
