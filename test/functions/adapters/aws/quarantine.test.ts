import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:http';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../../emulator/http/loopback.ts';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { createQuarantine } from '../../../../functions/adapters/aws/quarantine.ts';
import { startTestServer, type TestServer } from '../../../emulator/s3/harness.ts';

/* In the pipeline: test/scenarios/quarantined.test.ts. */
const environment = (endpoint: string) => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'role',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_ENDPOINT_URL_S3: endpoint,
  QUARANTINE_BUCKET: 'quarantine',
});

let s3: TestServer;
let before: (operation: string) => unknown;
beforeAll(async () => {
  s3 = await startTestServer({ onRequest: async ({ operation }) => void (await before(operation)) });
  s3.createBucket('plain', { versioning: 'off' });
  s3.createBucket('versioned', { versioning: 'enabled' });
  s3.createBucket('quarantine', { versioning: 'enabled' });
});
afterAll(() => s3.stop());
beforeEach(() => {
  before = () => undefined;
});

const quarantine = () => createQuarantine(environment(s3.endpoint));

describe('a copy', () => {
  it('has the tags and the headers of the original, and metadata of ours beside its owner’s', async () => {
    const client = new S3Client({
      endpoint: s3.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'owner', secretAccessKey: 'any' },
    });
    const headers = {
      CacheControl: 'no-store',
      ContentDisposition: 'attachment',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      ContentType: 'text/odd',
    };
    const put = { Bucket: 'plain', Key: 'ö k.txt', Body: 'malware', Tagging: 'owner=me', Metadata: { theirs: 'yes' } };
    await client.send(new PutObjectCommand({ ...put, ...headers }));
    client.destroy();
    const { etag, size } = s3.buckets.get('plain', 'ö k.txt');
    await quarantine().copy({ bucket: 'plain', key: 'ö k.txt', etag, size }, 'kept', { 'airlock-status': 'INFECTED' });
    const copy = s3.buckets.get('quarantine', 'kept');
    expect(copy).toMatchObject({ etag, size, tags: { owner: 'me' } });
    expect(copy.attributes.headers).toMatchObject({
      'x-amz-meta-theirs': 'yes',
      'x-amz-meta-airlock-status': 'INFECTED',
      'cache-control': 'no-store',
      'content-disposition': 'attachment',
      'content-encoding': 'gzip',
      'content-language': 'de',
      'content-type': 'text/odd',
    });
  });

  it('is of the version it is about, whatever came after', async () => {
    const { etag, size, versionId } = await s3.seed('versioned', 'v.txt', 'malware');
    await s3.seed('versioned', 'v.txt', 'newer');
    await quarantine().copy({ bucket: 'versioned', key: 'v.txt', versionId, etag, size }, 'version', {});
    expect(s3.buckets.get('quarantine', 'version')).toMatchObject({ etag, size });
  });

  it.each(['HeadObject', 'CopyObject'])('is never of content that took its place before %s', async (operation) => {
    const { etag, size } = await s3.seed('plain', 'replaced.txt', 'malware');
    before = (asked) => (asked === operation ? s3.seed('plain', 'replaced.txt', 'other') : undefined);
    const copied = quarantine().copy({ bucket: 'plain', key: 'replaced.txt', etag, size }, 'replaced', {});
    await expect(copied).rejects.toMatchObject({ name: 'ObjectReplaced' });
    expect(s3.buckets.find('quarantine', 'replaced')).toBeUndefined();
  });

  it.each([
    // With annotations S3 would ask for a permission that nobody has; the local S3 knows none.
    [undefined, 'EXCLUDE'],
    ['true', 'EXCLUDE'],
    // Where S3 has none, nothing names them.
    ['false', undefined],
  ])('leaves annotations behind, where S3_ANNOTATIONS is %s: %s', async (annotations, directive) => {
    const copies: IncomingHttpHeaders[] = [];
    const server = createServer(({ method, headers }, response) => {
      if (method === 'PUT') copies.push(headers);
      response.end(method === 'PUT' ? '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>' : '');
    });
    const { endpoint, close } = await listenOnLoopback(server);
    const object = { bucket: 'uploads', key: 'key', versionId: 'v', size: 1, etag: 'e' };
    const env = { ...environment(endpoint), ...(annotations !== undefined && { S3_ANNOTATIONS: annotations }) };
    await createQuarantine(env).copy(object, 'kept', {});
    await close();
    expect(copies).toMatchObject([
      {
        'x-amz-copy-source': 'uploads/key?versionId=v',
        'x-amz-copy-source-if-match': '"e"',
        'x-amz-tagging-directive': 'COPY',
        'x-amz-metadata-directive': 'REPLACE',
      },
    ]);
    expect(copies[0]?.['x-amz-object-annotation-directive']).toBe(directive);
  });
});

it('holds what was copied there under exactly that key', async () => {
  expect(await quarantine().holds('a/b')).toBe(false);
  await s3.seed('quarantine', 'a/b/c', 'x');
  expect(await quarantine().holds('a/b')).toBe(false);
  expect(await quarantine().holds('a/b/c')).toBe(true);
});

it.each(['HeadObject', 'CopyObject', 'ListObjectsV2'])('says what was asked where it is refused: %s', async (asked) => {
  const { etag, size } = await s3.seed('plain', 'k.txt', 'malware');
  before = (operation) => {
    if (operation === asked) throw new S3Error(403, 'AccessDenied', 'Access Denied');
  };
  const refused =
    asked === 'ListObjectsV2'
      ? quarantine().holds('k')
      : quarantine().copy({ bucket: 'plain', key: 'k.txt', etag, size }, 'k', {});
  await expect(refused).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringMatching(new RegExp(`^${asked}: `)),
  });
});

it('needs to know its bucket', () => {
  expect(() => createQuarantine({ ...environment(s3.endpoint), QUARANTINE_BUCKET: '' })).toThrow('QUARANTINE_BUCKET');
});
