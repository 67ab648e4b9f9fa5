import { describe, expect, it } from '@jest/globals';
import { parseTaggingHeader, toTagSet } from '../../../emulator/s3/tag-rules.ts';

const pairs = (count: number) =>
  Array.from({ length: count }, (_, index): [string, string] => [`key-${index}`, 'value']);

describe('tag sets', () => {
  it('takes ten tags and no more', () => {
    expect(Object.keys(toTagSet(pairs(10)))).toHaveLength(10);
    expect(() => toTagSet(pairs(11))).toThrow(expect.objectContaining({ code: 'BadRequest' }));
  });

  it.each([
    ['a key of 129 characters', 'k'.repeat(129), ''],
    ['an empty key', '', 'v'],
    ['a value of 257 characters', 'k', 'v'.repeat(257)],
    ['a forbidden character', 'k', 'a;b'],
    ['a newline', 'k', 'a\nb'],
    ['a system tag', 'aws:x', 'v'],
  ])('refuses %s', (_, key, value) => {
    expect(() => toTagSet([[key, value]])).toThrow(expect.objectContaining({ code: 'InvalidTag' }));
  });

  it('takes the longest allowed, letters of any script and the allowed signs', () => {
    const key = 'ключ'.padEnd(128, 'k');
    const value = '+-=._:/@ ü'.padEnd(256, 'v');
    expect(toTagSet([[key, value]])).toEqual({ [key]: value });
  });

  it('refuses the same key twice', () => {
    const twice: [string, string][] = [
      ['k', '1'],
      ['k', '2'],
    ];
    expect(() => toTagSet(twice)).toThrow(expect.objectContaining({ code: 'InvalidTag' }));
    expect(() => parseTaggingHeader('k=1&k=2')).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });

  it('decodes the x-amz-tagging header', () => {
    expect(parseTaggingHeader('scan-status=CLEAN&a%20b=c%2Bd+e&empty=')).toEqual({
      'scan-status': 'CLEAN',
      'a b': 'c+d e',
      empty: '',
    });
    expect(() => parseTaggingHeader('a=%zz')).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });

  it('treats __proto__ as any other key', () => {
    expect(Object.entries(parseTaggingHeader('__proto__=x'))).toEqual([['__proto__', 'x']]);
  });
});
