import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationRequest, Decision } from '../../../emulator/s3/authorization.ts';
import { send, startTestServer, type TestServer } from './harness.ts';

const Bucket = 'bucket';
let server: TestServer;
let s3: S3Client;
let asked: AuthorizationRequest[] = [];
let decide: (request: AuthorizationRequest) => Decision;

const deny = (...actions: string[]) => {
  decide = ({ action }) =>
    actions.includes(action) ? { allowed: false, reason: 'the test says so' } : { allowed: true };
};

beforeAll(async () => {
  server = await startTestServer({
    authorize: async (request) => {
      asked.push(request);
      return decide(request);
    },
  });
  server.createBucket(Bucket, { versioning: 'enabled' });
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  s3 = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  s3.destroy();
  await server.stop();
});
beforeEach(() => {
  asked = [];
  deny();
});

const actions = () => asked.map(({ action, resource }) => `${action} ${resource.replace('arn:aws:s3:::', '')}`);
const failure = (status: number, name: string) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) });

describe('authorization', () => {
  it('asks for each action on its resource, for the caller, with the version’s own tags', async () => {
    const { versionId } = await server.seed(Bucket, 'key', 'x', { tags: { 'scan-status': 'CLEAN' } });
    await server.seed(Bucket, 'key', 'y', { tags: { 'scan-status': 'INFECTED' } });
    await s3.send(new GetObjectCommand({ Bucket, Key: 'key', VersionId: versionId }));
    expect(asked[0]).toMatchObject({
      accessKeyId: 'AKIDTEST',
      action: 's3:GetObjectVersion',
      resource: 'arn:aws:s3:::bucket/key',
      context: {
        's3:ExistingObjectTag/scan-status': 'CLEAN',
        's3:VersionId': versionId,
        'aws:SecureTransport': 'true',
        'aws:SourceIp': '127.0.0.1',
        's3:authType': 'REST-HEADER',
      },
    });
    await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'key' }));
    const last = asked.at(-1);
    expect(last).toMatchObject({ action: 's3:GetObjectTagging' });
    expect(last?.context).toMatchObject({ 's3:ExistingObjectTag/scan-status': 'INFECTED' });
    expect(last?.context).not.toHaveProperty('s3:VersionId');
  });

  it('asks for tags at put under both actions, with the tags as request context', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'tagged', Body: 'x', Tagging: 'scan-status=CLEAN&o=me' }));
    expect(actions()).toEqual(['s3:PutObject bucket/tagged', 's3:PutObjectTagging bucket/tagged']);
    for (const { context } of asked) {
      expect(context).toMatchObject({
        's3:RequestObjectTag/scan-status': 'CLEAN',
        's3:RequestObjectTagKeys': ['scan-status', 'o'],
      });
    }
    asked = [];
    await s3.send(new PutObjectCommand({ Bucket, Key: 'untagged', Body: 'x' }));
    expect(actions()).toEqual(['s3:PutObject bucket/untagged']);
    expect(asked[0]?.context).not.toHaveProperty('s3:RequestObjectTagKeys');
  });

  it('asks for the source, its tags and the target of a copy', async () => {
    const { versionId } = await server.seed(Bucket, 'from', 'x', { tags: { a: 'b' } });
    const CopySource = `${Bucket}/from?versionId=${versionId}`;
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    expect(actions()).toEqual([
      's3:GetObjectVersion bucket/from',
      's3:PutObject bucket/to',
      's3:PutObjectTagging bucket/to',
      's3:GetObjectVersionTagging bucket/from',
    ]);
    expect(asked[0]?.context).toMatchObject({ 's3:ExistingObjectTag/a': 'b', 's3:x-amz-copy-source': CopySource });
    expect(asked[2]?.context).not.toHaveProperty('s3:RequestObjectTag/a');
  });

  it('asks for listings of the bucket, with what is listed', async () => {
    await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'p/', Delimiter: '/' }));
    await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(actions()).toEqual(['s3:ListBucket bucket', 's3:ListBucketVersions bucket']);
    expect(asked[0]?.context).toMatchObject({ 's3:prefix': 'p/', 's3:delimiter': '/' });
  });

  it('asks for a deletion by what it deletes, key by key', async () => {
    const { versionId } = await server.seed(Bucket, 'gone', 'x');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    decide = ({ action }) => (action === 's3:DeleteObject' ? { allowed: false, reason: 'no' } : { allowed: true });
    const Objects = [{ Key: 'gone', VersionId: versionId }, { Key: 'kept' }];
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(actions()).toEqual([
      's3:DeleteObject bucket/gone',
      's3:DeleteObjectVersion bucket/gone',
      's3:DeleteObject bucket/kept',
    ]);
    expect(Deleted).toEqual([{ Key: 'gone', VersionId: versionId }]);
    expect(Errors).toEqual([expect.objectContaining({ Key: 'kept', Code: 'AccessDenied' })]);
  });

  it('refuses with the reason, and changes nothing', async () => {
    deny('s3:PutObject', 's3:PutObjectTagging');
    const write = s3.send(new PutObjectCommand({ Bucket, Key: 'refused', Body: 'x'.repeat(100_000) }));
    await expect(write).rejects.toEqual(failure(403, 'AccessDenied'));
    await expect(write).rejects.toThrow('the test says so');
    expect(server.buckets.find(Bucket, 'refused')).toBeUndefined();
    await server.seed(Bucket, 'kept-tags', 'x', { tags: { a: 'b' } });
    const Tagging = { TagSet: [] };
    const untag = s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'kept-tags', Tagging }));
    await expect(untag).rejects.toEqual(failure(403, 'AccessDenied'));
    expect(server.buckets.get(Bucket, 'kept-tags')).toMatchObject({ tags: { a: 'b' } });
  });

  it('tells only those who may list the bucket that a key is missing', async () => {
    const read = () => s3.send(new GetObjectCommand({ Bucket, Key: 'missing' }));
    await expect(read()).rejects.toEqual(failure(404, 'NoSuchKey'));
    expect(actions()).toEqual(['s3:GetObject bucket/missing', 's3:ListBucket bucket']);
    deny('s3:ListBucket');
    await expect(read()).rejects.toEqual(failure(403, 'AccessDenied'));
  });

  it('counts tags only for those who may read them', async () => {
    await server.seed(Bucket, 'counted', 'x', { tags: { a: 'b' } });
    deny('s3:GetObjectTagging');
    const output = await s3.send(new GetObjectCommand({ Bucket, Key: 'counted' }));
    expect(output.TagCount).toBeUndefined();
  });

  it('sends what it asked about, though the object is replaced meanwhile', async () => {
    await server.seed(Bucket, 'raced', 'clean', { tags: { 'scan-status': 'CLEAN' } });
    server.buckets.bucket(Bucket).versioning = 'suspended';
    await server.seed(Bucket, 'raced', 'clean', { tags: { 'scan-status': 'CLEAN' } });
    const replacement = server.buckets.get(Bucket, 'raced');
    decide = () => {
      server.buckets.put(Bucket, 'raced', { body: replacement.body, size: 5, etag: 'other' });
      return { allowed: true };
    };
    server.bodies.retain(replacement.body);
    server.bodies.retain(replacement.body);
    const output = await s3.send(new GetObjectCommand({ Bucket, Key: 'raced' }));
    expect(output.ETag).toBe(`"${replacement.etag}"`);
    server.buckets.bucket(Bucket).versioning = 'enabled';
  });

  it('hands over the bucket policy', async () => {
    const policy = { Version: '2012-10-17', Statement: [] };
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
    await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(asked.at(-1)?.bucketPolicy).toEqual(policy);
    expect(asked[0]?.bucketPolicy).toBeUndefined();
  });

  it('takes a request without a signature as anonymous, and one behind plain HTTP as insecure', async () => {
    await server.seed(Bucket, 'public', 'hello');
    const response = await send(server, 'GET', '/bucket/public', { headers: { 'x-forwarded-proto': 'http' } });
    expect(response).toMatchObject({ status: 200, body: 'hello' });
    expect(asked[0]?.accessKeyId).toBeUndefined();
    expect(asked[0]?.context).toMatchObject({ 'aws:SecureTransport': 'false' });
  });

  it('honours the time of presigned URLs, and the headers in them', async () => {
    const url = (date: string) =>
      `/bucket/presigned?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDURL%2F20300101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=${date}&X-Amz-Expires=60&X-Amz-Signature=0&x-amz-tagging=a%3Db`;
    const expired = await send(server, 'PUT', url('20000101T000000Z'), { body: 'x' });
    expect(expired).toMatchObject({ status: 403, body: expect.stringContaining('Request has expired') });
    const response = await send(server, 'PUT', url('20990101T000000Z'), { body: 'x' });
    expect(response.status).toBe(200);
    expect(asked[0]).toMatchObject({ accessKeyId: 'AKIDURL', context: { 's3:RequestObjectTag/a': 'b' } });
    expect(server.buckets.get(Bucket, 'presigned').tags).toEqual({ a: 'b' });
  });
});
