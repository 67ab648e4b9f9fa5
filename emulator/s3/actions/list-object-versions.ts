import type { XmlElement } from '../../http/xml.ts';
import type { Body } from '../bodies.ts';
import type { Version } from '../buckets.ts';
import { invalidArgument } from '../errors.ts';
import type { Action } from './action.ts';
import { listContext, readListOptions } from './list-objects-v2.ts';

export const listObjectVersions: Action = async (call) => {
  const { buckets, account } = call.state;
  buckets.bucket(call.bucket);
  const { prefix, delimiter, maxKeys, encode } = readListOptions(call);
  const keyMarker = call.query.get('key-marker') || undefined;
  const versionIdMarker = call.query.get('version-id-marker') || undefined;
  if (versionIdMarker !== undefined && keyMarker === undefined) {
    throw invalidArgument('A version-id marker cannot be specified without a key marker.', 'version-id-marker');
  }
  await call.authorize('s3:ListBucketVersions', call.bucket, '', listContext(call));
  const page = buckets.listVersions(call.bucket, { prefix, delimiter, maxKeys, keyMarker, versionIdMarker });
  const Owner = { ID: account, DisplayName: account };
  const toElement = (version: Version<Body> & { latest: boolean }): XmlElement => ({
    Key: encode(version.key),
    VersionId: version.versionId,
    IsLatest: version.latest,
    LastModified: version.lastModified.toISOString(),
    ...(!version.deleteMarker && {
      ETag: `"${version.etag}"`,
      Size: version.size,
      StorageClass: version.attributes.storageClass,
    }),
    Owner,
  });
  const last = page.truncated ? page.last : undefined;
  const content = {
    Name: call.bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    KeyMarker: encode(keyMarker ?? ''),
    VersionIdMarker: versionIdMarker ?? '',
    NextKeyMarker: last && encode('entry' in last ? last.entry.key : last.prefix),
    NextVersionIdMarker: last && 'entry' in last ? last.entry.versionId : undefined,
    MaxKeys: maxKeys,
    EncodingType: call.query.get('encoding-type'),
    IsTruncated: page.truncated,
    Version: page.entries.filter((version) => !version.deleteMarker).map(toElement),
    DeleteMarker: page.entries.filter((version) => version.deleteMarker).map(toElement),
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
  };
  call.respond(200, {}, { root: 'ListVersionsResult', content });
};
