import { describe, expect, it } from '@jest/globals';
import { toEventObject, toObjectReference } from '../../../functions/domain/object-reference.ts';

const object = { key: 'a/b', size: 3, etag: 'e' };

describe('toObjectReference', () => {
  it.each([
    ['a version', { ...object, 'version-id': 'v1' }, { versionId: 'v1' }],
    ['the null version, which can be overwritten', { ...object, 'version-id': 'null' }, {}],
    ['a bucket without versions', object, {}],
    ['an ETag in quotes', { ...object, etag: '"e"' }, {}],
  ])('names exactly the content: %s', (_name, event, version) => {
    expect(toObjectReference('b', event)).toEqual({ bucket: 'b', ...object, ...version });
  });
});

it.each([{}, { 'version-id': 'v1' }])('goes back to the event it came from, with %j', (version) => {
  expect(toEventObject(toObjectReference('b', { ...object, ...version }))).toEqual({ ...object, ...version });
});
