import { listedKey } from '../../../functions/domain/listed-key.ts';

/** One version of an object, or a delete marker. */
export interface Version {
  readonly key: string;
  /** `null` for content that was written without versioning. */
  readonly versionId: string;
  readonly isLatest: boolean;
  /** ISO 8601. */
  readonly modified: string;
  /** undefined: a delete marker. */
  readonly size: number | undefined;
  readonly etag: string;
}

/** An object: its newest version, and how many there are. */
export interface Listed {
  readonly key: string;
  readonly latest: Version;
  readonly versions: number;
}

interface Entry {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly IsLatest?: boolean | undefined;
  readonly LastModified?: string | undefined;
  readonly Size?: number | undefined;
  readonly ETag?: string | undefined;
}

/** What is used of an answer to ListObjectVersions with `EncodingType: 'url'`. */
export interface VersionsPage {
  readonly Versions?: readonly Entry[] | undefined;
  readonly DeleteMarkers?: readonly Entry[] | undefined;
}

/** S3 lists versions and delete markers apart. Here those of one key stand together, newest first, keys as S3 lists them. */
export function versionsIn({ Versions = [], DeleteMarkers = [] }: VersionsPage): Version[] {
  const all = [...Versions.map(versionOf), ...DeleteMarkers.map((entry) => ({ ...versionOf(entry), size: undefined }))];
  const byKey = new Map<string, Version[]>();
  for (const version of all) {
    const others = byKey.get(version.key);
    if (others === undefined) byKey.set(version.key, [version]);
    else others.push(version);
  }
  return [...byKey.values()].flatMap((versions) => versions.sort(newestFirst));
}

/** Objects in the order of their keys. The versions of one key may be on two pages. */
export function objectsIn(versions: readonly Version[]): Listed[] {
  const objects = new Map<string, Listed>();
  for (const version of versions) {
    const known = objects.get(version.key);
    if (known === undefined) objects.set(version.key, { key: version.key, latest: version, versions: 1 });
    else {
      const latest = version.isLatest ? version : known.latest;
      objects.set(version.key, { ...known, latest, versions: known.versions + 1 });
    }
  }
  return [...objects.values()].sort((a, b) => inUtf8(a.key, b.key));
}

const versionOf = ({ Key, VersionId = 'null', IsLatest = false, LastModified = '', Size, ETag = '' }: Entry) => ({
  key: listedKey(Key),
  versionId: VersionId,
  isLatest: IsLatest,
  modified: LastModified,
  size: Size ?? 0,
  etag: ETag,
});

const newestFirst = (a: Version, b: Version) =>
  Number(b.isLatest) - Number(a.isLatest) || Date.parse(b.modified) - Date.parse(a.modified);

/** S3's order: that of the bytes, which is that of the code points. */
function inUtf8(a: string, b: string): number {
  const [left, right] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  for (;;) {
    const [one, other] = [left.next(), right.next()];
    if (one.done || other.done) return Number(other.done ?? false) - Number(one.done ?? false);
    const difference = (one.value.codePointAt(0) ?? 0) - (other.value.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
}
