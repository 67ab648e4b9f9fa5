import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  ChecksumAlgorithm,
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { S3Event } from '../../../emulator/s3/events.ts';
import { startTestServer, type TestServer } from './harness.ts';

let server: TestServer;
let s3: S3Client;
let events: S3Event[] = [];

beforeAll(async () => {
  server = await startTestServer({ memoryBytes: 0, onEvent: (event) => events.push(event) });
  server.createBucket('plain', { eventBridge: true });
  server.createBucket('versioned', { versioning: 'enabled', eventBridge: true });
  server.createBucket('silent');
  s3 = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  s3.destroy();
  await server.stop();
});
beforeEach(() => {
  events = [];
});

const put = (
  Key: string,
  Body: NonNullable<PutObjectCommandInput['Body']>,
  more: Partial<PutObjectCommandInput> = {},
) => s3.send(new PutObjectCommand({ Bucket: 'plain', Key, Body, ...more }));
const get = (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
  s3.send(new GetObjectCommand({ Bucket: 'plain', Key, ...more }));
const textOf = async (output: Awaited<ReturnType<typeof get>>) => output.Body?.transformToString() ?? '';
const tagsOf = async (Bucket: string, Key: string, VersionId?: string | undefined) => {
  const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key, VersionId }));
  return Object.fromEntries((TagSet ?? []).map((tag) => [tag.Key, tag.Value]));
};
const bodyFiles = async () => {
  await server.idle();
  await server.bodies.settled();
  return (await readdir(join(server.root, (await readdir(server.root))[0] ?? ''))).sort();
};
const failure = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) });

describe('an object', () => {
  it('comes back with its bytes, headers and metadata', async () => {
    const written = await put('file.txt', 'hello', {
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      Metadata: { Owner: 'me' },
    });
    const output = await get('file.txt');
    expect(written.VersionId).toBeUndefined();
    expect(output).toMatchObject({
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      ContentLength: 5,
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      Metadata: { owner: 'me' },
      ChecksumCRC32: 'NhCmhg==',
    });
    expect(output.LastModified?.getMilliseconds()).toBe(0);
    expect(await textOf(output)).toBe('hello');
  });

  it('keeps where a website is to redirect to, which no copy takes along', async () => {
    for (const WebsiteRedirectLocation of ['/other', 'https://example.com/']) {
      await put('redirect', 'x', { WebsiteRedirectLocation });
      const output = await get('redirect');
      expect(output.WebsiteRedirectLocation).toBe(WebsiteRedirectLocation);
      await textOf(output);
    }
    const wrong = put('redirect', 'x', { WebsiteRedirectLocation: 'javascript:alert(1)' });
    await expect(wrong).rejects.toEqual(failure(400, 'InvalidRedirectLocation'));
    const copy = { Bucket: 'plain', Key: 'copy', CopySource: 'plain/redirect' };
    await s3.send(new CopyObjectCommand(copy));
    expect((await get('copy')).WebsiteRedirectLocation).toBeUndefined();
    await s3.send(new CopyObjectCommand({ ...copy, WebsiteRedirectLocation: '/new' }));
    expect((await get('copy')).WebsiteRedirectLocation).toBe('/new');
  });

  it('is streamed in with a trailing checksum and out again', async () => {
    const bytes = randomBytes(700_001);
    const stream = Readable.from([bytes.subarray(0, 5), bytes.subarray(5, 300_000), bytes.subarray(300_000)]);
    const written = await put('stream', stream, { ContentLength: bytes.length });
    expect(written.ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
    const output = await get('stream');
    expect(Buffer.from((await output.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)('is checked against %s', async (algorithm) => {
    await put('checked', 'content', { ChecksumAlgorithm: ChecksumAlgorithm[algorithm] });
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'checked', ChecksumMode: 'ENABLED' }));
    expect(head[`Checksum${algorithm}`]).toBeDefined();
    const [name, wrong] = [`Checksum${algorithm}`, createHash('sha256').update('other').digest('base64')];
    await expect(put('checked', 'content', { [name]: wrong })).rejects.toEqual(failure(400, 'BadDigest'));
  });

  it('is checked against Content-MD5', async () => {
    const ContentMD5 = createHash('md5').update('other').digest('base64');
    await expect(put('md5', 'content', { ContentMD5 })).rejects.toEqual(failure(400, 'BadDigest'));
    await expect(get('md5')).rejects.toEqual(failure(404, 'NoSuchKey'));
  });

  it('is read in ranges', async () => {
    await put('ranges', '0123456789');
    const read = async (Range: string) => textOf(await get('ranges', { Range }));
    expect(await read('bytes=2-4')).toBe('234');
    expect(await read('bytes=7-')).toBe('789');
    expect(await read('bytes=-3')).toBe('789');
    expect(await read('bytes=8-100')).toBe('89');
    expect(await read('bytes=-100')).toBe('0123456789');
    expect(await read('bytes=0-1,3-4')).toBe('0123456789');
    const output = await get('ranges', { Range: 'bytes=2-4' });
    expect(output).toMatchObject({
      ContentRange: 'bytes 2-4/10',
      ContentLength: 3,
      $metadata: { httpStatusCode: 206 },
    });
    await textOf(output);
    await expect(get('ranges', { Range: 'bytes=10-' })).rejects.toEqual(failure(416, 'InvalidRange'));
    await put('empty', Buffer.alloc(0));
    await expect(get('empty', { Range: 'bytes=0-0' })).rejects.toEqual(failure(416, 'InvalidRange'));
    expect(await textOf(await get('empty'))).toBe('');
  });

  it('is read under conditions', async () => {
    const { ETag = '' } = await put('conditions', 'one');
    const later = new Date(Date.now() + 60_000);
    const earlier = new Date(Date.now() - 60_000);
    expect(await textOf(await get('conditions', { IfMatch: ETag, IfUnmodifiedSince: earlier }))).toBe('one');
    await expect(get('conditions', { IfMatch: '"other"' })).rejects.toEqual(failure(412, 'PreconditionFailed'));
    await expect(get('conditions', { IfUnmodifiedSince: earlier })).rejects.toEqual(failure(412, 'PreconditionFailed'));
    const notModified = expect.objectContaining({ $metadata: expect.objectContaining({ httpStatusCode: 304 }) });
    await expect(get('conditions', { IfNoneMatch: ETag })).rejects.toEqual(notModified);
    await expect(get('conditions', { IfModifiedSince: later })).rejects.toEqual(notModified);
    const head = new HeadObjectCommand({ Bucket: 'plain', Key: 'conditions', IfMatch: '"other"' });
    await expect(s3.send(head)).rejects.toEqual(
      expect.objectContaining({ $metadata: expect.objectContaining({ httpStatusCode: 412 }) }),
    );
  });

  it('is written under conditions', async () => {
    const { ETag } = await put('once', 'one', { IfNoneMatch: '*' });
    await expect(put('once', 'two', { IfNoneMatch: '*' })).rejects.toEqual(failure(412, 'PreconditionFailed'));
    await put('once', 'two', { IfMatch: ETag });
    await expect(put('once', 'three', { IfMatch: ETag })).rejects.toEqual(failure(412, 'PreconditionFailed'));
    await expect(put('nowhere', 'x', { IfMatch: ETag })).rejects.toEqual(failure(404, 'NoSuchKey'));
  });

  it('keeps being read as it was while it is replaced and deleted', async () => {
    const bytes = randomBytes(4_000_000);
    await put('busy', bytes);
    const output = await get('busy');
    await put('busy', 'new');
    await s3.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'busy' }));
    expect(Buffer.from((await output.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });

  it('takes its file with it', async () => {
    const before = await bodyFiles();
    await put('short-lived', 'one');
    await put('short-lived', 'two');
    expect((await bodyFiles()).length).toBe(before.length + 1);
    await s3.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'short-lived' }));
    expect(await bodyFiles()).toEqual(before);
  });

  it('in an archive can be looked at but not read', async () => {
    await put('cold', 'x', { StorageClass: 'DEEP_ARCHIVE' });
    await expect(get('cold')).rejects.toEqual(failure(403, 'InvalidObjectState'));
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'cold' }));
    expect(head.StorageClass).toBe('DEEP_ARCHIVE');
    const copy = new CopyObjectCommand({ Bucket: 'plain', Key: 'copy', CopySource: 'plain/cold' });
    await expect(s3.send(copy)).rejects.toEqual(failure(403, 'ObjectNotInActiveTierError'));
  });

  it("under the client's own key is read with that key only", async () => {
    const encryption = (key: Buffer) => ({
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: key.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
    });
    const key = randomBytes(32);
    const { ETag } = await put('sealed', 'secret', encryption(key));
    expect(ETag).not.toContain(createHash('md5').update('secret').digest('hex'));
    expect(await textOf(await get('sealed', encryption(key)))).toBe('secret');
    await expect(get('sealed')).rejects.toEqual(failure(400, 'InvalidRequest'));
    await expect(get('sealed', encryption(randomBytes(32)))).rejects.toEqual(failure(403, 'AccessDenied'));
    const head = s3.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'sealed' }));
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it('tells its attributes', async () => {
    await put('attributes', 'hello');
    const ObjectAttributes = ['ETag', 'ObjectSize', 'StorageClass', 'Checksum'] as const;
    const output = await s3.send(
      new GetObjectAttributesCommand({ Bucket: 'plain', Key: 'attributes', ObjectAttributes: [...ObjectAttributes] }),
    );
    expect(output).toMatchObject({ ETag: '5d41402abc4b2a76b9719d911017c592', ObjectSize: 5, StorageClass: 'STANDARD' });
    expect(output.Checksum?.ChecksumCRC32).toBe('NhCmhg==');
  });

  it('is missing in the way each operation says it', async () => {
    await expect(get('missing')).rejects.toEqual(failure(404, 'NoSuchKey'));
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'missing' }))).rejects.toEqual(
      failure(404, 'NotFound'),
    );
    await expect(tagsOf('plain', 'missing')).rejects.toEqual(failure(404, 'NoSuchKey'));
    await expect(get('missing', { VersionId: 'x'.repeat(32) })).rejects.toEqual(failure(404, 'NoSuchVersion'));
    await expect(get('missing', { VersionId: 'nonsense' })).rejects.toEqual(failure(400, 'InvalidArgument'));
    await expect(get('missing', { Bucket: 'no-such-bucket' })).rejects.toEqual(failure(404, 'NoSuchBucket'));
  });
});

describe('keys', () => {
  const difficult = [
    '../../local',
    '.',
    '../../etc/passwd',
    '/leading',
    'a//b',
    'trailing/',
    'with space',
    'a+b',
    'a%2Bb',
    '%00',
    '%',
    'quote\'"`$(id)',
    'line\nbreak',
    'tab\tand\rreturn',
    '\u00e9',
    'e\u0301',
    '😀',
    '?versionId=x',
    'a&b=c#d',
    '{"json":true}',
    '<xml>&amp;</xml>',
    'main.cvd',
    '\u{feff}bom',
    'k'.repeat(1024),
    'ü'.repeat(512),
  ];

  it.each(difficult.map((key) => [key.slice(0, 40), key]))(
    '%j names one object of its own in every operation',
    async (_, Key) => {
      const body = `content of ${Key.slice(0, 20)}`;
      await put(Key, body, { Tagging: 'a=b' });
      expect(await textOf(await get(Key))).toBe(body);
      expect(await tagsOf('plain', Key)).toEqual({ a: 'b' });
      expect(events.map(({ detail }) => detail.object.key)).toEqual([Key]);
      const CopySource = `plain/${encodeURIComponent(Key)}`;
      await s3.send(new CopyObjectCommand({ Bucket: 'silent', Key, CopySource }));
      const listing = await s3.send(new ListObjectsV2Command({ Bucket: 'silent', Prefix: Key }));
      expect(listing.Contents?.map((object) => object.Key)).toContain(Key);
      const Delete = { Objects: [{ Key }] };
      const deleted = await s3.send(new DeleteObjectsCommand({ Bucket: 'silent', Delete }));
      expect(deleted.Deleted).toEqual([{ Key }]);
      expect(server.buckets.find('silent', Key)).toBeUndefined();
    },
  );

  it('of any characters come back the same', async () => {
    const anyKey = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .filter((key) => Buffer.byteLength(key) <= 1024);
    await fc.assert(
      fc.asyncProperty(anyKey, async (Key) => {
        await put(Key, Key);
        expect(await textOf(await get(Key))).toBe(Key);
        expect(server.buckets.find('plain', Key)?.key).toBe(Key);
      }),
      { numRuns: 50 },
    );
  });

  it('of more than 1,024 bytes are refused', async () => {
    await expect(put('k'.repeat(1025), 'x')).rejects.toEqual(failure(400, 'KeyTooLongError'));
    await expect(put(`${'ü'.repeat(512)}x`, 'x')).rejects.toEqual(failure(400, 'KeyTooLongError'));
  });

  it('are encoded in a listing under encoding-type=url as S3 does it', async () => {
    await put('url/a b+c(1)/ü*', 'x');
    const listing = await s3.send(new ListObjectsV2Command({ Bucket: 'plain', Prefix: 'url/', EncodingType: 'url' }));
    expect(listing.Contents?.map(({ Key }) => Key)).toEqual(['url/a+b%2Bc%281%29/%C3%BC*']);
  });

  it('with control characters survive a listing under encoding-type=url', async () => {
    await put('control\u0001\u0000', 'x');
    const listing = await s3.send(
      new ListObjectsV2Command({ Bucket: 'plain', Prefix: 'control', EncodingType: 'url' }),
    );
    expect(listing.Contents?.map((object) => decodeURIComponent(object.Key ?? ''))).toEqual(['control\u0001\u0000']);
  });
});

describe('tags', () => {
  it('come with the put, are counted, replaced, deleted, and gone after the next put', async () => {
    await put('tagged', 'one', { Tagging: 'owner=me&status=new' });
    const first = await get('tagged');
    expect(first.TagCount).toBe(2);
    await textOf(first);
    const TagSet = [{ Key: 'status', Value: 'done' }];
    await s3.send(new PutObjectTaggingCommand({ Bucket: 'plain', Key: 'tagged', Tagging: { TagSet } }));
    expect(await tagsOf('plain', 'tagged')).toEqual({ status: 'done' });
    await s3.send(new DeleteObjectTaggingCommand({ Bucket: 'plain', Key: 'tagged' }));
    expect(await tagsOf('plain', 'tagged')).toEqual({});
    await put('tagged', 'two', { Tagging: 'a=b' });
    await put('tagged', 'three');
    expect(await tagsOf('plain', 'tagged')).toEqual({});
  });

  it('are refused when they break the rules, and the object is not written', async () => {
    const eleven = Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&');
    await expect(put('badly-tagged', 'x', { Tagging: eleven })).rejects.toEqual(failure(400, 'BadRequest'));
    await expect(put('badly-tagged', 'x', { Tagging: 'a=%3B' })).rejects.toEqual(failure(400, 'InvalidTag'));
    expect(server.buckets.find('plain', 'badly-tagged')).toBeUndefined();
  });

  it('belong to a version', async () => {
    const Bucket = 'versioned';
    const one = await put('key', 'one', { Bucket });
    const two = await put('key', 'two', { Bucket, Tagging: 'n=2' });
    const Tagging = { TagSet: [{ Key: 'n', Value: '1' }] };
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'key', VersionId: one.VersionId, Tagging }));
    expect(await tagsOf(Bucket, 'key', one.VersionId)).toEqual({ n: '1' });
    expect(await tagsOf(Bucket, 'key', two.VersionId)).toEqual({ n: '2' });
    const { DeleteMarker, VersionId } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'key' }));
    expect(DeleteMarker).toBe(true);
    for (const marker of [undefined, VersionId]) {
      await expect(tagsOf(Bucket, 'key', marker)).rejects.toEqual(failure(405, 'MethodNotAllowed'));
    }
  });
});

describe('versions', () => {
  it('are read by id, hidden by a marker and listed', async () => {
    const Bucket = 'versioned';
    const Key = 'history';
    const one = await put(Key, 'one', { Bucket });
    const two = await put(Key, 'two', { Bucket });
    expect(await textOf(await get(Key, { Bucket, VersionId: one.VersionId }))).toBe('one');
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    const hidden = await get(Key, { Bucket }).catch((error) => error);
    expect(hidden).toEqual(failure(404, 'NoSuchKey'));
    expect(hidden.$response.headers).toMatchObject({
      'x-amz-delete-marker': 'true',
      'x-amz-version-id': marker.VersionId,
    });
    const refused = await get(Key, { Bucket, VersionId: marker.VersionId }).catch((error) => error);
    expect(refused).toEqual(failure(405, 'MethodNotAllowed'));
    expect(refused.$response.headers).toMatchObject({ allow: 'DELETE', 'x-amz-delete-marker': 'true' });
    const listing = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
    expect(listing.Versions?.map(({ VersionId }) => VersionId)).toEqual([two.VersionId, one.VersionId]);
    expect(listing.DeleteMarkers).toEqual([expect.objectContaining({ VersionId: marker.VersionId, IsLatest: true })]);
    const undeleted = await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: marker.VersionId }));
    expect(undeleted).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
    expect(await textOf(await get(Key, { Bucket }))).toBe('two');
  });

  it('are named null while versioning is suspended, in reads though not in the answer to the put', async () => {
    const Bucket = 'suspended';
    server.createBucket(Bucket);
    await put('key', 'before', { Bucket });
    for (const Status of ['Enabled', 'Suspended'] as const) {
      const VersioningConfiguration = { Status };
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      const { VersionId } = await put('key', Status, { Bucket });
      expect(VersionId).toEqual(Status === 'Enabled' ? expect.stringMatching(/^[\w.]{32}$/) : undefined);
    }
    const output = await get('key', { Bucket, VersionId: 'null' });
    expect(output.VersionId).toBe('null');
    expect(await textOf(output)).toBe('Suspended');
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.map(({ VersionId }) => VersionId === 'null')).toEqual([true, false]);
  });
});

describe('a copy', () => {
  const copy = (Key: string, CopySource: string, more = {}) =>
    s3.send(new CopyObjectCommand({ Bucket: 'plain', Key, CopySource, ...more }));

  it('carries content, metadata and tags along, or replaces them', async () => {
    await put('source', 'content', { Metadata: { a: 'b' }, ContentType: 'text/csv', Tagging: 'x=y' });
    await copy('copied', 'plain/source');
    const copied = await get('copied');
    expect(copied).toMatchObject({ Metadata: { a: 'b' }, ContentType: 'text/csv', TagCount: 1 });
    expect(await textOf(copied)).toBe('content');
    await copy('replaced', '/plain/source', {
      MetadataDirective: 'REPLACE',
      Metadata: { c: 'd' },
      TaggingDirective: 'REPLACE',
      Tagging: 'z=1',
    });
    const replaced = await get('replaced');
    expect(replaced.Metadata).toEqual({ c: 'd' });
    await textOf(replaced);
    expect(await tagsOf('plain', 'replaced')).toEqual({ z: '1' });
    await s3.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'source' }));
    expect(await textOf(await get('copied'))).toBe('content');
  });

  it('is of one exact version, under conditions', async () => {
    const one = await put('v', 'one', { Bucket: 'versioned' });
    await put('v', 'two', { Bucket: 'versioned' });
    const source = `versioned/v?versionId=${one.VersionId}`;
    const { CopySourceVersionId } = await copy('of-one', source, { CopySourceIfMatch: one.ETag });
    expect(CopySourceVersionId).toBe(one.VersionId);
    expect(await textOf(await get('of-one'))).toBe('one');
    const mismatch = copy('x', 'versioned/v', { CopySourceIfMatch: one.ETag });
    await expect(mismatch).rejects.toEqual(failure(412, 'PreconditionFailed'));
    const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'v' }));
    await expect(copy('x', 'versioned/v')).rejects.toEqual(failure(404, 'NoSuchKey'));
    const ofMarker = copy('x', `versioned/v?versionId=${VersionId}`);
    await expect(ofMarker).rejects.toEqual(failure(400, 'InvalidRequest'));
  });

  it('onto itself has to change something', async () => {
    await put('self', 'content');
    await expect(copy('self', 'plain/self')).rejects.toEqual(failure(400, 'InvalidRequest'));
    await copy('self', 'plain/self', { MetadataDirective: 'REPLACE' });
    expect(await textOf(await get('self'))).toBe('content');
  });
});

describe('listings', () => {
  it('page through thousands of keys', async () => {
    server.createBucket('many', { versioning: 'enabled' });
    const keys = Array.from({ length: 2_345 }, (_, index) => `key-${String(index).padStart(5, '0')}`);
    await Promise.all(keys.map((key) => server.seed('many', key, '')));
    const listed: (string | undefined)[] = [];
    const pages: number[] = [];
    for (let ContinuationToken: string | undefined, more = true; more; ) {
      const output = await s3.send(new ListObjectsV2Command({ Bucket: 'many', MaxKeys: 5000, ContinuationToken }));
      pages.push(output.KeyCount ?? 0);
      listed.push(...(output.Contents ?? []).map(({ Key }) => Key));
      ContinuationToken = output.NextContinuationToken;
      more = output.IsTruncated ?? false;
    }
    expect(pages).toEqual([1000, 1000, 345]);
    expect(listed).toEqual(keys);
    const rest = await s3.send(new ListObjectsV2Command({ Bucket: 'many', StartAfter: 'key-02342' }));
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['key-02343', 'key-02344']);
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: 'many', KeyMarker: 'key-02300', MaxKeys: 10 }));
    expect(page).toMatchObject({ IsTruncated: true, NextKeyMarker: 'key-02310' });
  });

  it('leave out what rolls up into a prefix that is not after StartAfter', async () => {
    server.createBucket('after');
    for (const key of ['a/1', 'a/2', 'b/1', 'c']) await server.seed('after', key, 'x');
    const prefixesAfter = async (StartAfter: string) => {
      const output = await s3.send(new ListObjectsV2Command({ Bucket: 'after', Delimiter: '/', StartAfter }));
      return output.CommonPrefixes?.map(({ Prefix }) => Prefix);
    };
    expect(await prefixesAfter('a')).toEqual(['a/', 'b/']);
    expect(await prefixesAfter('a/')).toEqual(['b/']);
    expect(await prefixesAfter('a/1')).toEqual(['b/']);
  });

  it('roll up under a delimiter', async () => {
    server.createBucket('tree');
    for (const key of ['a/1', 'a/2', 'b', 'c/d/e']) await server.seed('tree', key, 'x', { storageClass: 'GLACIER' });
    const output = await s3.send(new ListObjectsV2Command({ Bucket: 'tree', Delimiter: '/' }));
    expect(output.CommonPrefixes).toEqual([{ Prefix: 'a/' }, { Prefix: 'c/' }]);
    expect(output.Contents).toEqual([
      expect.objectContaining({ Key: 'b', Size: 1, StorageClass: 'GLACIER', ETag: expect.stringMatching(/^".{32}"$/) }),
    ]);
    expect(output.KeyCount).toBe(3);
    const none = await s3.send(new ListObjectsV2Command({ Bucket: 'tree', MaxKeys: 0 }));
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });
});

describe('events', () => {
  it('tell of everything that is created, with the content they are about', async () => {
    const { VersionId } = await put('event key+ü', 'hello', { Bucket: 'versioned' });
    const [event] = events;
    expect(event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '000000000000',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'us-east-1',
      resources: ['arn:aws:s3:::versioned'],
      detail: {
        version: '0',
        bucket: { name: 'versioned' },
        object: {
          key: 'event key+ü',
          size: 5,
          etag: '5d41402abc4b2a76b9719d911017c592',
          'version-id': VersionId,
          sequencer: expect.stringMatching(/^[0-9a-f]{16}$/),
        },
        'request-id': expect.any(String),
        requester: '000000000000',
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    });
  });

  it('have a rising sequencer, and no version-id without versioning', async () => {
    await put('sequence', '1');
    await s3.send(new CopyObjectCommand({ Bucket: 'plain', Key: 'copied-event', CopySource: 'plain/sequence' }));
    await s3.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'sequence' }));
    const sequencers = events.map(({ detail }) => detail.object.sequencer ?? '');
    expect(sequencers).toEqual([...new Set(sequencers)].sort());
    expect(events.map(({ detail }) => detail.reason)).toEqual(['PutObject', 'CopyObject', 'DeleteObject']);
    expect(events.every(({ detail }) => !('version-id' in detail.object))).toBe(true);
    expect(events[2]?.detail['deletion-type']).toBe('Permanently Deleted');
  });

  it('tell of tags under other names, and are not sent where EventBridge is off', async () => {
    await put('quiet', 'x', { Bucket: 'silent' });
    expect(events).toEqual([]);
    await put('t', 'x');
    const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] };
    await s3.send(new PutObjectTaggingCommand({ Bucket: 'plain', Key: 't', Tagging }));
    await s3.send(new DeleteObjectTaggingCommand({ Bucket: 'plain', Key: 't' }));
    expect(events.map((event) => event['detail-type'])).toEqual([
      'Object Created',
      'Object Tags Added',
      'Object Tags Deleted',
    ]);
  });
});

describe('request counters', () => {
  it('tell reads from writes', async () => {
    server.requests.reset();
    await put('counted', '12345');
    await textOf(await get('counted'));
    await s3.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'counted' }));
    expect(server.requests.all()).toEqual({ PutObject: 1, GetObject: 1, HeadObject: 1 });
    expect([server.requests.reads, server.requests.writes, server.requests.bytesRead]).toEqual([2, 1, 5]);
  });
});
