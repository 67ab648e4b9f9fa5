/* Long because it is the one table of all differences. */
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from './answers.ts';
import { type Operation, type S3Request, tagSet } from './requests.ts';

/**
 * Where Ceph 16 answers otherwise than S3 does. `corrected` gives Ceph's answer as S3 would have said it, or undefined
 * where the difference does not show; it may take over from the local server's answer what Ceph leaves out.
 */
export interface KnownDifference {
  readonly reason: string;
  readonly operations: readonly Operation[];
  readonly when?: (request: S3Request) => boolean;
  readonly corrected: (ceph: Answer, local: Answer) => Answer | undefined;
}

const READS = ['GetObject', 'HeadObject'] as const;
const TAGGING = ['GetObjectTagging', 'PutObjectTagging', 'DeleteObjectTagging'] as const;

const sentence = ({ status, code = 'OK' }: Answer) => `${status} ${code}`;

/** Another status or error code, and its consequences. */
const answers =
  (ceph: string, s3: string): KnownDifference['corrected'] =>
  (from, to) =>
    sentence(from) === ceph && sentence(to) === s3 ? to : undefined;

/** The headers are missing in Ceph's answer, where S3 sends them. */
const leavesOut =
  (...names: readonly string[]): KnownDifference['corrected'] =>
  (ceph, local) => {
    const missing = names.filter((name) => ceph.headers[name] === undefined && local.headers[name] !== undefined);
    if (missing.length === 0) return undefined;
    return {
      ...ceph,
      headers: { ...ceph.headers, ...Object.fromEntries(missing.map((name) => [name, local.headers[name] ?? ''])) },
    };
  };

/** The header is present, or has a value, that S3 does not send. */
const sends =
  (name: string, value: string): KnownDifference['corrected'] =>
  (ceph, local) => {
    if (ceph.headers[name] !== value || local.headers[name] === value) return undefined;
    const { [name]: _, ...others } = ceph.headers;
    return {
      ...ceph,
      headers: { ...others, ...(local.headers[name] !== undefined && { [name]: local.headers[name] }) },
    };
  };

const rewrites =
  (rewrite: (body: never) => unknown): KnownDifference['corrected'] =>
  (ceph) => {
    if (ceph.body === undefined) return undefined;
    const body = rewrite(ceph.body as never);
    return isDeepStrictEqual(body, ceph.body) ? undefined : { ...ceph, body };
  };

const quoted = (etag: string) => (etag.startsWith('"') ? etag : `"${etag}"`);

/** Ceph leaves only A-Z a-z 0-9 - . _ ~ and `!'()*` as they are. */
const encodedAsS3Does = (key: string) =>
  key.replaceAll('%2F', '/').replaceAll('%20', '+').replaceAll('(', '%28').replaceAll(')', '%29');

const tagSetOf = (request: S3Request) =>
  (request.input?.Tagging as { TagSet?: { Key: string; Value: string }[] } | undefined)?.TagSet ?? [];

interface Entry {
  readonly Key: string;
  readonly VersionId?: string;
  readonly ETag: string;
}

interface Page {
  readonly Contents?: readonly Entry[];
  readonly Versions?: readonly Entry[];
}

const entriesOf = ({ body }: Answer) =>
  ((body ?? []) as Page[]).flatMap(({ Contents = [], Versions = [] }) => [...Contents, ...Versions]);

const remember = (entry: Entry, etags: ReadonlyMap<string, string>): Entry =>
  entry.ETag === '""' ? { ...entry, ETag: etags.get(`${entry.Key} ${entry.VersionId}`) ?? entry.ETag } : entry;

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    reason: 'names a missing version as it does a missing key',
    operations: [...READS, ...TAGGING, 'CopyObject'],
    when: ({ version, copySource }) => version !== undefined || copySource?.version !== undefined,
    corrected: answers('404 NoSuchKey', '404 NoSuchVersion'),
  },
  {
    reason: 'takes a delete marker, asked for by its version id, for something missing; S3 documents 405',
    operations: READS,
    when: ({ version }) => version !== undefined,
    corrected: (ceph, local) =>
      answers('404 NoSuchKey', '405 MethodNotAllowed')(ceph, local) ??
      answers('404 NotFound', '405 Unknown')(ceph, local),
  },
  {
    reason: 'takes a delete marker for something missing where its tags are asked for; S3 says 405',
    operations: TAGGING,
    corrected: answers('404 NoSuchKey', '405 MethodNotAllowed'),
  },
  {
    reason: 'takes a delete marker as the source of a copy for something missing; S3 says that it may not be one',
    operations: ['CopyObject'],
    when: ({ copySource }) => copySource?.version !== undefined,
    corrected: answers('404 NoSuchKey', '400 InvalidRequest'),
  },
  {
    reason: 'does not say in a 404 that it is a delete marker',
    operations: READS,
    corrected: leavesOut('x-amz-delete-marker', 'x-amz-version-id'),
  },
  {
    reason: 'names the null version of a bucket that never had versions, when asked for it',
    operations: READS,
    when: ({ version }) => version === 'null',
    corrected: sends('x-amz-version-id', 'null'),
  },
  {
    reason: 'says nothing of versions in answers about tags',
    operations: TAGGING,
    corrected: leavesOut('x-amz-version-id'),
  },
  {
    reason: 'says nothing of versions in answers to copies and to the end of a multipart upload',
    operations: ['CopyObject', 'UploadPartCopy', 'CompleteMultipartUpload'],
    corrected: leavesOut('x-amz-version-id', 'x-amz-copy-source-version-id'),
  },
  {
    reason: 'does not echo the version of a deletion that deleted nothing, nor tell that it was a marker',
    operations: ['DeleteObject'],
    when: ({ version }) => version !== undefined,
    corrected: leavesOut('x-amz-version-id', 'x-amz-delete-marker'),
  },
  {
    reason: 'sends no Content-Range with a 416',
    operations: READS,
    corrected: (ceph, local) => (ceph.status === 416 ? leavesOut('content-range')(ceph, local) : undefined),
  },
  {
    reason: 'sends a 304 without ETag, Last-Modified and version (RFC 9110 asks for the ETag)',
    operations: READS,
    corrected: (ceph, local) =>
      ceph.status === 304 ? leavesOut('etag', 'last-modified', 'x-amz-version-id')(ceph, local) : undefined,
  },
  {
    reason: 'sends everything for the last 0 bytes, which S3 cannot satisfy',
    operations: ['GetObject'],
    when: ({ input }) => input?.Range === 'bytes=-0',
    corrected: answers('206 OK', '416 InvalidRange'),
  },
  {
    reason: 'refuses a range that ends before it begins; RFC 9110 calls it invalid and lets it be ignored',
    operations: ['GetObject'],
    when: ({ input }) => input?.Range === 'bytes=5-3',
    corrected: answers('416 InvalidRange', '200 OK'),
  },
  {
    reason: 'compares the ETag with a literal * in If-Match',
    operations: ['GetObject'],
    when: ({ input }) => input?.IfMatch === '*',
    corrected: answers('412 PreconditionFailed', '200 OK'),
  },
  {
    reason: 'ignores the ETag conditions of a copy (marked fails_on_rgw in ceph/s3-tests)',
    operations: ['CopyObject'],
    when: ({ input }) => input?.CopySourceIfMatch !== undefined || input?.CopySourceIfNoneMatch !== undefined,
    corrected: answers('200 OK', '412 PreconditionFailed'),
  },
  {
    reason: 'takes no tags with a copy: the source’s stay, or go where its metadata is replaced',
    operations: ['HeadObject', 'GetObjectTagging'],
    when: ({ key = '' }) => ['replaced', 'shed', 'anew', 'both', 's'].includes(key),
    corrected: (ceph, local) =>
      leavesOut('x-amz-tagging-count')(ceph, local) ??
      sends('x-amz-tagging-count', '0')(ceph, local) ??
      ([{}, { TagSet: [] }, { TagSet: tagSet({ 'scan-status': 'CLEAN' }) }].some((body) =>
        isDeepStrictEqual(ceph.body, body),
      )
        ? { ...ceph, body: local.body }
        : undefined),
  },
  {
    reason: 'keeps a + of x-amz-tagging as it is, where a query string means a space',
    operations: ['GetObjectTagging'],
    when: ({ key }) => key === 'plus',
    corrected: rewrites(({ TagSet }: { TagSet: { Key: string; Value: string }[] }) => ({
      TagSet: TagSet.map(({ Key, Value }) => ({ Key: Key.replaceAll('+', ' '), Value })),
    })),
  },
  {
    reason: 'leaves the ETag of a completed upload empty',
    operations: ['CompleteMultipartUpload'],
    corrected: (ceph, local) =>
      (ceph.body as { ETag?: string } | undefined)?.ETag === '' ? { ...ceph, body: local.body } : undefined,
  },
  {
    reason: 'leaves the quotes off the ETag in these XML answers',
    operations: ['CopyObject', 'UploadPartCopy'],
    corrected: rewrites((body: Record<string, { ETag: string }>) =>
      Object.fromEntries(Object.entries(body).map(([name, part]) => [name, { ...part, ETag: quoted(part.ETag) }])),
    ),
  },
  {
    reason: 'keeps the multipart ETag on a copy made in one piece',
    operations: ['CopyObject', 'HeadObject'],
    when: ({ key }) => key === 'single',
    corrected: (ceph, local) => {
      const said = ceph.headers.etag ?? (ceph.body as { CopyObjectResult?: { ETag: string } }).CopyObjectResult?.ETag;
      if (said === undefined || !/-2"?$/.test(said)) return undefined;
      const etag = local.headers.etag;
      return { ...ceph, body: local.body, headers: { ...ceph.headers, ...(etag !== undefined && { etag }) } };
    },
  },
  {
    reason: 'takes no tags with a multipart upload',
    operations: [...READS, 'GetObjectTagging'],
    when: ({ key }) => key === 'multi' || key === 'single',
    corrected: (ceph, local) =>
      sends('x-amz-tagging-count', '0')(ceph, local) ??
      (isDeepStrictEqual(ceph.body, {}) ? { ...ceph, body: local.body } : undefined),
  },
  {
    reason: 'counts no tags as 0, where S3 leaves the header out',
    operations: READS,
    corrected: (ceph, local) =>
      local.headers['x-amz-tagging-count'] === undefined ? sends('x-amz-tagging-count', '0')(ceph, local) : undefined,
  },
  {
    reason: 'calls an eleventh tag InvalidTag',
    operations: ['PutObjectTagging'],
    when: (request) => tagSetOf(request).length > 10,
    corrected: answers('400 InvalidTag', '400 BadRequest'),
  },
  {
    reason: 'takes any character in a tag, and keys that are empty, reserved or said twice',
    operations: ['PutObjectTagging'],
    when: (request) =>
      tagSetOf(request).some(({ Key, Value }) => /^$|^aws:|[<?]/.test(Key) || /[<?]/.test(Value)) ||
      new Set(tagSetOf(request).map(({ Key }) => Key)).size < tagSetOf(request).length,
    corrected: answers('200 OK', '400 InvalidTag'),
  },
  {
    reason: 'has InvalidArgument for every tag set in a header that it refuses',
    operations: ['PutObject'],
    when: ({ input }) => input?.Tagging !== undefined,
    corrected: (ceph, local) =>
      answers('400 InvalidArgument', '400 BadRequest')(ceph, local) ??
      answers('400 InvalidArgument', '400 InvalidTag')(ceph, local),
  },
  {
    reason: 'takes a key said twice, and any character, in a header',
    operations: ['PutObject'],
    when: ({ input }) => ['a=1&a=2', 'a=%26'].includes(String(input?.Tagging)),
    corrected: (ceph, local) =>
      answers('200 OK', '400 InvalidArgument')(ceph, local) ?? answers('200 OK', '400 InvalidTag')(ceph, local),
  },
  {
    reason: 'puts the parts in order itself',
    operations: ['CompleteMultipartUpload'],
    corrected: answers('200 OK', '400 InvalidPartOrder'),
  },
  {
    reason: 'names an upload that has ended as it does a missing key',
    operations: ['ListParts'],
    corrected: answers('404 NoSuchKey', '404 NoSuchUpload'),
  },
  {
    reason: 'takes part numbers outside of 1 to 10,000',
    operations: ['UploadPart'],
    when: ({ input }) => input?.PartNumber === 0 || input?.PartNumber === 10_001,
    corrected: answers('200 OK', '400 InvalidArgument'),
  },
  {
    reason: 'ignores partNumber',
    operations: ['GetObject'],
    when: ({ input }) => input?.PartNumber !== undefined,
    corrected: answers('200 OK', '206 OK'),
  },
  {
    reason: 'adds no second delete marker to a key that has one on top; S3 adds one each time',
    operations: ['DeleteObject'],
    when: ({ key }) => key === 'twice',
    corrected: leavesOut('x-amz-version-id', 'x-amz-delete-marker'),
  },
  {
    reason: 'encodes slashes but not parentheses in a listing, and spaces as %20',
    operations: ['ListObjectsV2'],
    when: ({ input }) => input?.EncodingType === 'url',
    corrected: rewrites((pages: { Contents: { Key: string }[] }[]) =>
      pages.map((page) => ({
        ...page,
        Contents: page.Contents.map((object) => ({ ...object, Key: encodedAsS3Does(object.Key) })),
      })),
    ),
  },
  {
    reason: 'begins a version listing with the key marker itself when no version goes with it',
    operations: ['ListObjectVersions'],
    when: ({ input }) => input?.KeyMarker !== undefined,
    corrected: rewrites((pages: { Versions: { Key: string }[] }[]) =>
      pages.map((page) => ({ ...page, Versions: page.Versions.filter(({ Key }) => Key !== 'a/b') })),
    ),
  },
  {
    reason: 'forgets the ETag for listings when the tags are deleted',
    operations: ['ListObjectsV2', 'ListObjectVersions'],
    corrected: (ceph, local) => {
      const etags = new Map(entriesOf(local).map((entry) => [`${entry.Key} ${entry.VersionId}`, entry.ETag]));
      const remembered = rewrites((pages: Page[]) =>
        pages.map((page) => ({
          ...page,
          ...(page.Contents && { Contents: page.Contents.map((entry) => remember(entry, etags)) }),
          ...(page.Versions && { Versions: page.Versions.map((entry) => remember(entry, etags)) }),
        })),
      );
      return remembered(ceph, local);
    },
  },
  {
    reason: 'names a key that is too long in its own way',
    operations: ['PutObject'],
    corrected: answers('400 InvalidObjectName', '400 KeyTooLongError'),
  },
];
