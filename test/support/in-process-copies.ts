import type { Buckets, Conditions, StoredObject } from '../../emulator/s3/buckets.ts';
import { S3Error } from '../../emulator/s3/errors.ts';
import type { CopyDestination, CopySource, SourceContent } from '../../functions/domain/copies/ports.ts';
import { ObjectGone } from '../../functions/domain/errors.ts';
import { versionOf } from '../../functions/domain/object-reference.ts';
import { versionsOfKey } from '../../functions/domain/object-versions.ts';
import { NO_HEADERS } from '../../functions/domain/ports.ts';
import type { BeforeCall } from './in-process-store.ts';

/** What the adapters of copies do, call by call, on the local S3 server's own semantics. */
export function inProcessCopies(
  buckets: Buckets<string>,
  before: BeforeCall,
  after: BeforeCall,
): { source: CopySource; destination: CopyDestination } {
  async function atomically<T>(call: string, step: () => T): Promise<T> {
    await before(call);
    const result = translated(step);
    await after(call);
    return result;
  }
  const look = (bucket: string, key: string, version?: string): SourceContent => {
    const { size, etag, versionId, lastModified, attributes } = buckets.get(bucket, key, version);
    return {
      ...{ bucket, key, size, etag, ...versionOf(versionId) },
      lastModified: lastModified.toISOString(),
      headers: { ...NO_HEADERS, contentType: attributes.headers['content-type'] ?? null },
      metadata: metadataOf(attributes.headers),
      proofs: { md5: etag },
      cacheControl: undefined,
      contentLanguage: undefined,
      expires: undefined,
      storageClass: undefined,
    };
  };

  return {
    source: {
      head: ({ bucket, key }) => atomically('head', () => look(bucket, key)),
      headVersion: ({ bucket, key, versionId }) => atomically('head', () => look(bucket, key, versionId)),
      readTags: ({ bucket, key, versionId }) =>
        atomically('readTags', () => buckets.tagged(bucket, key, versionId, 'GET').tags),
      versions: ({ bucket, key }) =>
        versionsOfKey(key, () =>
          atomically('versions', () => {
            const entries = buckets.listVersions(bucket, { prefix: key }).entries;
            const listed = entries.map((version) => ({
              ...{ Key: version.key, VersionId: version.versionId, LastModified: version.lastModified },
              IsLatest: version.latest,
              ...(!version.deleteMarker && { ETag: version.etag, Size: version.size }),
            }));
            const isContent = ({ ETag }: { readonly ETag?: string }) => ETag !== undefined;
            return {
              Versions: listed.filter(isContent),
              DeleteMarkers: listed.filter((each) => !isContent(each)),
            };
          }),
        ),
    },
    destination: {
      look: ({ bucket, key }) =>
        atomically('look', () => {
          const held = buckets.find(bucket, key);
          return held === undefined || held.deleteMarker ? undefined : look(bucket, key);
        }),
      copy: async (content, { bucket, key }, metadata, over) => {
        await before('copy');
        try {
          const { body, size, etag, tags: current } = buckets.get(content.bucket, content.key, content.versionId);
          const tags = content.versionId === undefined ? content.tags : current;
          if (etag !== content.etag) return undefined;
          const headers = {
            ...(content.headers.contentType !== null && { 'content-type': content.headers.contentType }),
            ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
          };
          const stored = { body, size, etag, tags, attributes: { storageClass: 'STANDARD', headers } };
          const conditions: Conditions = over === undefined ? { ifNoneMatch: '*' } : { ifMatch: over.etag };
          const { versionId } = buckets.put(bucket, key, stored, conditions) as StoredObject<string>;
          return { etag, ...versionOf(versionId) };
        } catch (fault) {
          if (fault instanceof S3Error) return undefined;
          throw fault;
        } finally {
          await after('copy');
        }
      },
    },
  };
}

const metadataOf = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith('x-amz-meta-'))
      .map(([name, value]) => [name.slice('x-amz-meta-'.length), value]),
  );

function translated<T>(step: () => T): T {
  try {
    return step();
  } catch (fault) {
    if (fault instanceof S3Error) throw new ObjectGone(fault.message, { cause: fault });
    throw fault;
  }
}
