import fc from 'fast-check';
import {
  copy,
  etagOf,
  get,
  head,
  list,
  listVersions,
  put,
  remove,
  type S3Request,
  setVersioning,
  tag,
  tags,
  untag,
  type VersionName,
} from './requests.ts';
import type { Sequence } from './sequences.ts';

/*
 * Sequences of what both servers understand alike: no request that known-differences.ts knows to leave another
 * state behind (conditions on copies, tags given with a copy, tags that S3 refuses).
 */
const key = fc.constantFrom('a', 'a/b', 'c d+ü');
const content = fc.constantFrom('', 'x', 'some content', 'other content');
const version: fc.Arbitrary<VersionName | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.nat(5) },
  { weight: 1, arbitrary: fc.constantFrom<VersionName>('null', 'absent') },
);
const tagSet = fc.dictionary(
  fc.constantFrom('project', 'scan-status', 'a b', 'ü'),
  fc.constantFrom('', 'CLEAN', 'x y+z'),
  {
    noNullPrototype: true,
  },
);
const encoded = (set: Record<string, string>) => new URLSearchParams(set).toString().replaceAll('+', '%20');
const range = fc.tuple(fc.nat(15), fc.nat(15)).map(([start, length]) => `bytes=${start}-${start + length}`);
const readInput = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: content.map((of) => ({ IfMatch: etagOf(of) })) },
  { weight: 1, arbitrary: content.map((of) => ({ IfNoneMatch: etagOf(of) })) },
  { weight: 1, arbitrary: range.map((Range) => ({ Range })) },
);

const request: fc.Arbitrary<S3Request> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(key, content).map(([of, body]) => put(of, body)) },
  {
    weight: 3,
    arbitrary: fc.tuple(key, content, tagSet).map(([of, body, set]) => put(of, body, { Tagging: encoded(set) })),
  },
  { weight: 5, arbitrary: fc.tuple(key, readInput, version).map(([of, input, name]) => get(of, input, name)) },
  { weight: 3, arbitrary: fc.tuple(key, readInput, version).map(([of, input, name]) => head(of, input, name)) },
  { weight: 4, arbitrary: fc.tuple(key, version).map(([of, name]) => remove(of, name)) },
  { weight: 3, arbitrary: fc.tuple(key, tagSet, version).map(([of, set, name]) => tag(of, set, name)) },
  { weight: 3, arbitrary: fc.tuple(key, version).map(([of, name]) => tags(of, name)) },
  { weight: 1, arbitrary: fc.tuple(key, version).map(([of, name]) => untag(of, name)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(key, key, version, fc.boolean())
      .map(([to, from, name, anew]) =>
        copy(
          to,
          { key: from, ...(name !== undefined && { version: name }) },
          anew ? { TaggingDirective: 'REPLACE', MetadataDirective: 'REPLACE' } : {},
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ MaxKeys: fc.integer({ min: 1, max: 3 }), Prefix: fc.constantFrom('', 'a', 'a/') }).map(list),
  },
  { weight: 2, arbitrary: fc.record({ MaxKeys: fc.constantFrom(1, 3, 1000) }).map(listVersions) },
  { weight: 1, arbitrary: fc.constantFrom('Enabled' as const, 'Suspended' as const).map(setVersioning) },
);

export const anySequence: fc.Arbitrary<Sequence> = fc.record({
  name: fc.constant('generated'),
  versioning: fc.constantFrom('off', 'enabled', 'suspended'),
  requests: fc
    .array(request, { minLength: 5, maxLength: 25, size: 'max' })
    .map((requests) => [...requests, list(), listVersions(), tags('a'), get('a'), get('a/b')]),
});
