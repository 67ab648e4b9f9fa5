import { describe, expect, it } from '@jest/globals';
import { matchesPattern } from '../../../emulator/event-bridge/event-pattern.ts';

/** Whether `{ field: alternatives }` matches an event whose field is `value`; undefined: an event without it. */
const matches = (alternatives: unknown[], value: unknown) =>
  matchesPattern({ field: alternatives }, value === undefined ? {} : { field: value });

describe('an Object Created rule', () => {
  const pattern = {
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: {
      bucket: { name: ['uploads', 'inbox'] },
      object: { key: [{ prefix: 'in/' }, { suffix: '.pdf' }] },
      reason: [{ 'anything-but': ['CopyObject'] }],
    },
  };
  const event = (bucket: string, key: string, reason = 'PutObject') => ({
    version: '0',
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: bucket }, object: { key, size: 1, etag: 'e' }, reason },
  });

  it.each([
    ['uploads', 'in/a.txt', 'PutObject', true],
    ['inbox', 'out/a.pdf', 'CompleteMultipartUpload', true],
    ['uploads', 'out/a.txt', 'PutObject', false],
    ['uploads', 'in/a.txt', 'CopyObject', false],
    ['other', 'in/a.txt', 'PutObject', false],
    ['uploads', 'IN/A.PDF', 'PutObject', false],
  ])('for %s/%s by %s: %s', (bucket, key, reason, expected) => {
    expect(matchesPattern(pattern, event(bucket, key, reason))).toBe(expected);
  });

  it('needs every field of the pattern, and none that it does not name', () => {
    expect(matchesPattern(pattern, { ...event('uploads', 'in/a'), 'detail-type': 'Object Deleted' })).toBe(false);
    expect(matchesPattern(pattern, { source: 'aws.s3' })).toBe(false);
    expect(matchesPattern({}, event('uploads', 'in/a'))).toBe(true);
  });
});

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
describe('operators', () => {
  it.each([
    [['a'], 'a', true],
    [['a', 'b'], 'b', true],
    [['a'], 'A', false],
    [['1'], 1, false],
    [[1], 1.0, true],
    [[true], true, true],
    [[true], 'true', false],
    [[null], null, true],
    [[null], undefined, false],
    [[null], '', false],
    [[''], '', true],
    [[''], null, false],
    [['a'], undefined, false],
    [['b'], ['a', 'b'], true],
    [['c'], ['a', 'b'], false],

    [[{ prefix: 'in/' }], 'in/a', true],
    [[{ prefix: 'in/' }], 'a/in/', false],
    [[{ prefix: '' }], 'anything', true],
    [[{ prefix: '1' }], 12, false],
    [[{ prefix: { 'equals-ignore-case': 'IN/' } }], 'in/a', true],
    [[{ suffix: '.pdf' }], 'a.pdf', true],
    [[{ suffix: '.pdf' }], 'a.PDF', false],
    [[{ suffix: { 'equals-ignore-case': '.Pdf' } }], 'a.pDF', true],
    [[{ suffix: '.pdf' }], ['a.txt', 'b.pdf'], true],

    [[{ 'equals-ignore-case': 'Alice' }], 'aLICE', true],
    [[{ 'equals-ignore-case': 'Alice' }], 'alicex', false],

    [[{ wildcard: 'in/*/a.*' }], 'in/x/y/a.txt', true],
    [[{ wildcard: 'in/*/a.*' }], 'in/a.txt', false],
    [[{ wildcard: '*.p(f' }], 'a.p(f', true],
    [[{ wildcard: 'a*c' }], 'a\nc', true],
    [[{ wildcard: '😀*.[x]' }], '😀é.[x]', true],
    [[{ wildcard: 'a\\*c' }], 'a*c', true],
    [[{ wildcard: 'a\\*c' }], 'abc', false],
    [[{ wildcard: 'a\\\\*c' }], 'a\\bc', true],
    [[{ wildcard: 'a\\\\*c' }], 'abc', false],

    [[{ exists: true }], 'a', true],
    [[{ exists: true }], '', true],
    [[{ exists: true }], null, true],
    [[{ exists: true }], undefined, false],
    [[{ exists: false }], undefined, true],
    [[{ exists: false }], 'a', false],
    [[{ exists: false }], null, false],
    [[{ exists: false }], [], true],
    [[{ exists: true }], [], false],
    // Exists looks at leaves: an object is none.
    [[{ exists: true }], { inner: 1 }, false],
    [[{ exists: false }, 'a'], 'a', true],

    [[{ 'anything-but': 'a' }], 'b', true],
    [[{ 'anything-but': 'a' }], 'a', false],
    [[{ 'anything-but': 'a' }], undefined, false],
    [[{ 'anything-but': ['a', 'b'] }], 'b', false],
    [[{ 'anything-but': ['a', 'b'] }], 'c', true],
    [[{ 'anything-but': [1, 2] }], 3, true],
    [[{ 'anything-but': [1, 2] }], 2, false],
    [[{ 'anything-but': { prefix: 'in/' } }], 'in/a', false],
    [[{ 'anything-but': { prefix: 'in/' } }], 'out/a', true],
    [[{ 'anything-but': { prefix: ['in/', 'tmp/'] } }], 'tmp/a', false],
    [[{ 'anything-but': { suffix: '.txt' } }], 'a.txt', false],
    [[{ 'anything-but': { suffix: ['.txt', '.csv'] } }], 'a.pdf', true],
    [[{ 'anything-but': { 'equals-ignore-case': ['ALICE'] } }], 'alice', false],
    [[{ 'anything-but': { wildcard: '*/tmp/*' } }], 'a/tmp/b', false],
    [[{ 'anything-but': { wildcard: ['*/tmp/*', '*.bak'] } }], 'a/b', true],
    [[{ 'anything-but': ['a'] }], ['a', 'b'], true],

    [[{ numeric: ['=', 5] }], 5, true],
    [[{ numeric: ['>', 0, '<=', 5] }], 5, true],
    [[{ numeric: ['>', 0, '<=', 5] }], 0, false],
    [[{ numeric: ['<', 10] }], '5', false],
    [[{ numeric: ['>=', 1.5] }], 1.5, true],
  ])('%j on %j: %s', (alternatives, value, expected) => {
    expect(matches(alternatives, value)).toBe(expected);
  });

  it('finds a field absent whose parent is', () => {
    const pattern = { detail: { object: { 'version-id': [{ exists: false }] } } };
    expect(matchesPattern(pattern, { detail: { object: {} } })).toBe(true);
    expect(matchesPattern(pattern, { detail: {} })).toBe(true);
    expect(matchesPattern(pattern, { detail: { object: { 'version-id': 'v' } } })).toBe(false);
    expect(matchesPattern({ detail: { object: { key: ['a'] } } }, { detail: {} })).toBe(false);
  });

  it('takes any branch of $or, beside what else is asked for', () => {
    const pattern = { source: ['aws.s3'], $or: [{ size: [{ numeric: ['>', 10] }] }, { key: [{ prefix: 'in/' }] }] };
    expect(matchesPattern(pattern, { source: 'aws.s3', size: 11, key: 'x' })).toBe(true);
    expect(matchesPattern(pattern, { source: 'aws.s3', size: 1, key: 'in/x' })).toBe(true);
    expect(matchesPattern(pattern, { source: 'aws.s3', size: 1, key: 'x' })).toBe(false);
    expect(matchesPattern(pattern, { source: 'other', size: 11 })).toBe(false);
  });

  it('does not mistake what every JavaScript object has for a field', () => {
    expect(matchesPattern({ constructor: [{ exists: true }] }, {})).toBe(false);
  });
});

describe('what EventBridge would not take or is unknown here', () => {
  it.each([
    [{ field: [{ cidr: '10.0.0.0/33' }] }, /cidr/],
    [{ field: [{ sounds: 'like' }] }, /sounds/],
    [{ field: [{}] }, /field/],
    [{ field: [{ prefix: 'a', suffix: 'b' }] }, /prefix/],
    [{ field: [{ 'anything-but': { sounds: 'like' } }] }, /sounds/],
    [{ field: [{ prefix: { sounds: 'like' } }] }, /sounds/],
    [{ field: [{ prefix: 5 }] }, /prefix/],
    [{ field: [{ exists: 'yes' }] }, /exists/],
    [{ field: [{ numeric: ['~', 5] }] }, /~/],
    [{ field: [{ numeric: ['>'] }] }, /numeric/],
    [{ field: [{ wildcard: 'a**b' }] }, /a\*\*b/],
    [{ field: [{ wildcard: 'a\\b' }] }, /wildcard/],
    [{ field: [['nested']] }, /field/],
    [{ field: [] }, /field/],
    [{ field: 'bare' }, /field/],
    [{ field: null }, /field/],
    [{ $or: { not: ['a list'] } }, /\$or/],
  ])('refuses %j, even where another field decides', (pattern, named) => {
    expect(() => matchesPattern({ other: ['x'], ...pattern }, { other: 'y', field: 'z' })).toThrow(named);
  });
});
