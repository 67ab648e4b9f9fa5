import { describe, expect, it } from '@jest/globals';
import { keyFilter } from '../../../infra/config/key-filter.ts';

describe('keyFilter', () => {
  it('matches every key without prefixes and suffixes', () => {
    expect(keyFilter({ prefixes: [], suffixes: [] })).toBeUndefined();
  });

  it('matches prefixes or suffixes alone as such', () => {
    expect(keyFilter({ prefixes: ['a/', 'b/'], suffixes: [] })).toEqual([{ prefix: 'a/' }, { prefix: 'b/' }]);
    expect(keyFilter({ prefixes: [], suffixes: ['.pdf'] })).toEqual([{ suffix: '.pdf' }]);
  });

  it('matches every prefix with every suffix', () => {
    expect(keyFilter({ prefixes: ['a/', 'b/'], suffixes: ['.pdf', '.zip'] })).toEqual([
      { wildcard: 'a/*.pdf' },
      { wildcard: 'a/*.zip' },
      { wildcard: 'b/*.pdf' },
      { wildcard: 'b/*.zip' },
    ]);
  });

  it('takes stars and backslashes in them for what they are', () => {
    expect(keyFilter({ prefixes: ['a*\\'], suffixes: ['*'] })).toEqual([{ wildcard: 'a\\*\\\\*\\*' }]);
  });

  it('leaves out what is trusted, unless prefixes do already', () => {
    const trusted = [{ prefix: 'a/' }, { prefix: 'b/' }];
    const all = [{ 'anything-but': { prefix: ['a/', 'b/'] } }];
    expect(keyFilter({ prefixes: [], suffixes: [], trusted })).toEqual(all);
    expect(keyFilter({ prefixes: ['in/'], suffixes: [], trusted })).toEqual([{ prefix: 'in/' }]);
    expect(keyFilter({ prefixes: [], suffixes: [], trusted: [] })).toBeUndefined();
    const long = Array.from({ length: 40 }, (_, n) => ({ prefix: `${'x'.repeat(40)}-${n}/` }));
    expect(() => keyFilter({ prefixes: [], suffixes: [], trusted: long })).toThrow('40 trusted prefixes make an event');
  });

  it('refuses what EventBridge would refuse', () => {
    const many = Array.from({ length: 50 }, (_, n) => `folder-${n}/`);
    expect(() => keyFilter({ prefixes: many, suffixes: ['.pdf', '.zip'] })).toThrow(
      /^airlock\.buckets: 50 prefixes and 2 suffixes make an event pattern of \d+ characters, EventBridge accepts 2048$/,
    );
  });
});
