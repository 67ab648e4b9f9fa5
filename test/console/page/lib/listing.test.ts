import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { objectsIn, versionsIn } from '../../../../console/page/lib/listing.ts';
import { HOSTILE_KEYS, ODD_KEYS } from '../../../support/odd-keys.ts';

/** As S3 writes a key in a listing with `EncodingType: 'url'`. */
const encoded = (key: string) => encodeURIComponent(key).replaceAll('%20', '+');
const KEYS = [...new Set([...ODD_KEYS, ...HOSTILE_KEYS, '\u{10FFFF}', '\uFFFD', '\uFF21'])];

const entry = (key: string, versionId: string, second: number, IsLatest = false) => ({
  ...{ Key: encoded(key), VersionId: versionId, IsLatest, ETag: `"${versionId}"`, Size: 1 },
  LastModified: new Date(second * 1000).toISOString(),
});

describe('a listing of versions', () => {
  it('has versions and delete markers of a key together, the current one first', () => {
    const versions = versionsIn({
      Versions: [entry('a', '1', 1), entry('a', '3', 3), entry('b', '4', 4, true)],
      DeleteMarkers: [entry('a', '5', 5, true), entry('a', '2', 2)],
    });
    expect(versions.map(({ key, versionId, size }) => [key, versionId, size])).toEqual([
      ['a', '5', undefined],
      ['a', '3', 1],
      ['a', '2', undefined],
      ['a', '1', 1],
      ['b', '4', 1],
    ]);
  });

  it('is one object for each key, also where its versions are on two pages', () => {
    const first = versionsIn({ Versions: [entry('a', '2', 2, true)] });
    const second = versionsIn({ Versions: [entry('a', '1', 1), entry('b', '3', 3, true)] });
    expect(objectsIn([...first, ...second])).toMatchObject([
      { key: 'a', versions: 2, latest: { versionId: '2' } },
      { key: 'b', versions: 1, latest: { versionId: '3' } },
    ]);
  });

  it('has every key as it is, in the order of S3', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(KEYS), (keys) => {
        const found = objectsIn(versionsIn({ Versions: keys.map((key) => entry(key, 'v', 1, true)) }));
        const inBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(found.map(({ key }) => key)).toEqual(inBytes);
      }),
    );
  });

  it('of content without a version ID names it null', () => {
    expect(
      versionsIn({ Versions: [{ Key: 'a', IsLatest: true, LastModified: '2026-11-27T00:00:00Z' }] }),
    ).toMatchObject([{ versionId: 'null', isLatest: true }]);
  });
});
