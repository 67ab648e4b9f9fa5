import { describe, expect, it } from '@jest/globals';
import { isClosed, OnCleanConfig } from '../../../infra/config/on-clean.ts';
import { parseConfig } from '../../../infra/config/schema.ts';

const copy = (copyTo: object) => ({ onClean: { copyTo } });
const faultsOf = (...buckets: object[]): string => {
  try {
    parseConfig({ buckets });
    return '';
  } catch (fault) {
    return (fault as Error).message;
  }
};
const ROLE = 'arn:aws:iam::111122223333:role/janitor';

describe('a configuration of copies', () => {
  it.each([
    [{ name: 'uploads', ...copy({ bucket: 'clean' }) }],
    [{ name: 'uploads', ...copy({ bucket: 'clean', prefix: 'a/b=c/', existing: true, onlyPipelineWrites: true }) }],
    [
      { name: 'uploads', ...copy({ bucket: 'clean', prefix: 'uploads/', deleterRoleArns: [ROLE] }) },
      { name: 'others', ...copy({ bucket: 'clean', prefix: 'others/', deleterRoleArns: [ROLE] }) },
    ],
    [
      { name: 'uploads', ...copy({ bucket: 'clean' }) },
      { name: 'others', ...copy({ bucket: 'clean-too' }) },
    ],
  ])('like %j is one', (...buckets) => {
    expect(faultsOf(...buckets)).toBe('');
  });

  const uploads = { name: 'uploads', ...copy({ bucket: 'clean', prefix: 'a/' }) };
  it.each([
    ['bucket', 'is the watched bucket itself', [{ name: 'uploads', ...copy({ bucket: 'uploads' }) }]],
    ['bucket', 'is watched, as airlock.buckets[1]', [uploads, { name: 'clean' }]],
    ['bucket', 'is watched, as airlock.buckets[0]', [{ name: 'clean' }, uploads]],
    ['bucket', 'is not a bucket name', [{ name: 'uploads', ...copy({ bucket: 'Clean' }) }]],
    ['prefix', 'overlaps with that of airlock.buckets[0]', [uploads, { name: 'b', ...copy({ bucket: 'clean' }) }]],
    ['prefix', 'overlaps', [uploads, { name: 'b', ...copy({ bucket: 'clean', prefix: 'a/b/' }) }]],
    ['prefix', 'has other characters', [{ name: 'uploads', ...copy({ bucket: 'clean', prefix: '<key>*' }) }]],
    ['prefix', 'is longer than 256', [{ name: 'uploads', ...copy({ bucket: 'clean', prefix: 'x'.repeat(257) }) }]],
    [
      'existing',
      'is another one',
      [uploads, { name: 'b', ...copy({ bucket: 'clean', prefix: 'b/', existing: true }) }],
    ],
    [
      'deleterRoleArns',
      'has no meaning without onlyPipelineWrites',
      [{ name: 'b', ...copy({ bucket: 'clean', existing: true, deleterRoleArns: [ROLE] }) }],
    ],
  ])('is refused at %s, which %s', (key, what, buckets) => {
    const faults = faultsOf(...buckets);
    expect(faults).toContain(`.onClean.copyTo.${key}: `);
    expect(faults).toContain(what);
  });

  it('closes a bucket that the stack makes, and an existing one when asked to', () => {
    const closed = (copyTo: object) => isClosed(OnCleanConfig.parse({ copyTo }).copyTo);
    expect(closed({ bucket: 'clean' })).toBe(true);
    expect(closed({ bucket: 'clean', onlyPipelineWrites: false })).toBe(false);
    expect(closed({ bucket: 'clean', existing: true })).toBe(false);
    expect(closed({ bucket: 'clean', existing: true, onlyPipelineWrites: true })).toBe(true);
  });
});
