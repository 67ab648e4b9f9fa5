import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { S3Error } from '../../../../emulator/s3/errors.ts';
import { type S3Server, startS3Server } from '../../../../emulator/s3/server.ts';
import { createObjectStore } from '../../../../functions/adapters/aws/object-store.ts';
import type { ObjectReference } from '../../../../functions/domain/object-reference.ts';
import { NO_HEADERS, type ObjectStore, type StoredHeaders } from '../../../../functions/domain/ports.ts';
import { ODD_KEYS } from '../../../support/odd-keys.ts';

const settings = (endpoint: string) => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL_S3: endpoint,
});

let root: string;
let s3: S3Server;
let store: ObjectStore;
/** Thrown instead of the next answers. */
let faults: S3Error[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'airlock-object-store-'));
  s3 = await startS3Server({
    root,
    onRequest: () => {
      const fault = faults.shift();
      if (fault) throw fault;
    },
  });
  s3.createBucket('plain', { versioning: 'off' });
  s3.createBucket('versioned', { versioning: 'enabled' });
  store = createObjectStore(settings(s3.endpoint));
});
afterAll(async () => {
  await s3.close();
  await rm(root, { recursive: true, force: true });
});

async function put(bucket: string, key: string, content: string, tags = {}): Promise<ObjectReference> {
  const { etag, size, versionId } = await s3.seed(bucket, key, content, { tags });
  return { bucket, key, size, etag, ...(versionId !== 'null' && { versionId }) };
}

const text = async (bytes: Promise<Uint8Array>) => Buffer.from(await bytes).toString();

describe('reading', () => {
  it('gives the bytes of a range, both ends included', async () => {
    const object = await put('plain', 'a.txt', '0123456789');
    expect(await text(store.readRange(object, 0, 9))).toBe('0123456789');
    expect(await text(store.readRange(object, 3, 5))).toBe('345');
    expect(await text(store.readRange(object, 9, 9))).toBe('9');
  });

  it('tells the headers that are stored with the content', async () => {
    const client = new S3Client({
      endpoint: s3.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    });
    const told = async (headers: object) => {
      const { ETag = '' } = await client.send(
        new PutObjectCommand({ Bucket: 'plain', Key: 'headers', Body: 'body', ...headers }),
      );
      const object = { bucket: 'plain', key: 'headers', size: 4, etag: ETag.replaceAll('"', '') };
      const seen: StoredHeaders[] = [];
      for (let at = 0; at < 2; at += 1) await store.readRange(object, at, at, (answered) => seen.push(answered));
      expect(seen[1]).toEqual(seen[0]);
      expect((await store.head(object)).headers).toEqual(seen[0]);
      return seen[0];
    };
    expect(
      await told({
        ContentType: 'Text/Plain; charset=x',
        ContentDisposition: 'attachment; filename="a.txt"',
        ContentEncoding: 'gzip',
        WebsiteRedirectLocation: '/other',
      }),
    ).toEqual({
      contentType: 'Text/Plain; charset=x',
      contentDisposition: 'attachment; filename="a.txt"',
      contentEncoding: 'gzip',
      websiteRedirect: '/other',
    });
    expect(await told({})).toMatchObject({ contentDisposition: null, contentEncoding: null, websiteRedirect: null });
    client.destroy();
  });

  it('reads the version it is about, whatever came after', async () => {
    const first = await put('versioned', 'v.txt', 'first');
    await put('versioned', 'v.txt', 'second');
    expect(await text(store.readRange(first, 0, 4))).toBe('first');
    s3.buckets.delete('versioned', 'v.txt');
    expect(await text(store.readRange(first, 0, 4))).toBe('first');
  });

  it.each([
    ['the beginning of it', -1],
    ['more than there is of it', +1],
    ['an object without content', +5],
  ])('takes %s for other content, since the size is wrong', async (_, more) => {
    const object = await put('plain', 'size.txt', more === 5 ? '' : '0123456789');
    const claimed = { ...object, size: object.size + more };
    await expect(store.readRange(claimed, 0, claimed.size - 1)).rejects.toMatchObject({ name: 'ObjectReplaced' });
  });

  it('never takes other content for that of the reference', async () => {
    const object = await put('plain', 'replaced.txt', 'before');
    await put('plain', 'replaced.txt', 'after!');
    await expect(store.readRange(object, 0, 5)).rejects.toMatchObject({ name: 'ObjectReplaced' });
  });

  it.each(['GetObject', 'HeadObject', 'GetObjectTagging'])('calls what is not there gone: %s', async (operation) => {
    const object = await put('plain', 'gone.txt', 'gone');
    s3.buckets.delete('plain', 'gone.txt');
    await expect(calling(operation, object)).rejects.toMatchObject({ name: 'ObjectGone' });
  });

  it.each(['GetObject', 'HeadObject', 'GetObjectTagging'])('calls a delete marker gone: %s', async (operation) => {
    const { versionId: _, ...object } = await put('versioned', 'marked.txt', 'marked');
    s3.buckets.delete('versioned', 'marked.txt');
    await expect(calling(operation, object)).rejects.toMatchObject({ name: 'ObjectGone' });
  });

  it.each(['GetObject', 'HeadObject', 'GetObjectTagging'])('calls a lost version gone: %s', async (operation) => {
    const object = await put('versioned', 'version.txt', 'version');
    s3.buckets.delete('versioned', 'version.txt', object.versionId);
    await expect(calling(operation, object)).rejects.toMatchObject({ name: 'ObjectGone' });
  });

  function calling(operation: string, object: ObjectReference): Promise<unknown> {
    if (operation === 'GetObject') return store.readRange(object, 0, 3);
    return operation === 'HeadObject' ? store.head(object) : store.readTags(object);
  }
});

describe('head', () => {
  it('says what the key holds now', async () => {
    const { versionId: _, ...unversioned } = await put('versioned', 'now.txt', 'old');
    const newer = await put('versioned', 'now.txt', 'newer');
    const current = await store.head(unversioned);
    expect(current).toEqual({
      ...newer,
      lastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.000Z$/),
      headers: { ...NO_HEADERS, contentType: expect.any(String) },
    });
  });

  it('names no version where content can be overwritten in place', async () => {
    const object = await put('plain', 'plain.txt', 'x');
    expect(await store.head(object)).not.toHaveProperty('versionId');
  });
});

describe('tags', () => {
  it('replaces the set, and takes the empty one too', async () => {
    const object = await put('plain', 'tags.txt', 'x', { project: 'a', 'scan-status': 'CLEAN' });
    expect(await store.readTags(object)).toEqual({ project: 'a', 'scan-status': 'CLEAN' });
    await store.writeTags(object, { project: 'ü + =@', empty: '' });
    expect(await store.readTags(object)).toEqual({ project: 'ü + =@', empty: '' });
    await store.writeTags(object, {});
    expect(await store.readTags(object)).toEqual({});
  });

  it('tags the version it is about', async () => {
    const first = await put('versioned', 'tagged.txt', 'first');
    const second = await put('versioned', 'tagged.txt', 'second');
    await store.writeTags(first, { which: 'first' });
    expect(await store.readTags(first)).toEqual({ which: 'first' });
    expect(await store.readTags(second)).toEqual({});
  });

  it('names what S3 does not take InvalidInput, which nobody retries', async () => {
    const object = await put('plain', 'illegal.txt', 'x');
    await expect(store.writeTags(object, { k: '<' })).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});

describe.each(ODD_KEYS)('the key %j', (key) => {
  it.each(['plain', 'versioned'])('is its own object in a bucket that is %s', async (bucket) => {
    const object = await put(bucket, key, `content of ${key}`);
    expect(await text(store.readRange(object, 0, object.size - 1))).toBe(`content of ${key}`);
    expect(await store.head(object)).toMatchObject({ key, size: object.size });
    await store.writeTags(object, { mine: 'yes' });
    expect(s3.buckets.tagged(bucket, key, object.versionId, 'GET').tags).toEqual({ mine: 'yes' });
  });
});

describe('faults', () => {
  it('come through the SDK’s own attempts first', async () => {
    const object = await put('plain', 'flaky.txt', 'flaky');
    faults = [new S3Error(500, 'InternalError', 'We encountered an internal error. Please try again.')];
    expect(await text(store.readRange(object, 0, 4))).toBe('flaky');
  });

  it('are StorageUnavailable when S3 keeps failing', async () => {
    const object = await put('plain', 'down.txt', 'down');
    faults = Array.from({ length: 3 }, () => new S3Error(500, 'InternalError', 'again'));
    await expect(store.readTags(object)).rejects.toMatchObject({ name: 'StorageUnavailable' });
    expect(faults).toEqual([]);
  });

  it.each(['GetObject', 'HeadObject', 'GetObjectTagging', 'PutObjectTagging'])(
    'are asked about again when they say gone, since nobody would be told of an object passed over: %s',
    async (operation) => {
      const object = await put('plain', 'contradiction.txt', 'here');
      const gone = new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
      const ask = () => {
        if (operation === 'GetObject') return store.readRange(object, 0, 3);
        if (operation === 'PutObjectTagging') return store.writeTags(object, { mine: 'yes' });
        return operation === 'HeadObject' ? store.head(object) : store.readTags(object);
      };
      faults = [gone];
      await ask();
      faults = [gone, gone];
      await expect(ask()).rejects.toMatchObject({ name: 'ObjectGone' });
      expect(faults).toEqual([]);
    },
  );

  it.each<[operation: string, call: (object: ObjectReference) => Promise<unknown>, words: RegExp]>([
    ['HeadObject', (object) => store.head(object), /^HeadObject: /],
    ['GetObject', (object) => store.readRange(object, 0, 3), /^GetObject: AccessDenied: Access Denied$/],
    ['GetObjectTagging', (object) => store.readTags(object), /^GetObjectTagging: AccessDenied: /],
    ['PutObjectTagging', (object) => store.writeTags(object, { mine: 'yes' }), /^PutObjectTagging: AccessDenied: /],
    ['DeleteObjectTagging', (object) => store.writeTags(object, {}), /^DeleteObjectTagging: AccessDenied: /],
  ])('are AccessDenied when a policy refuses, and say what was asked: %s', async (_, call, message) => {
    const object = await put('plain', 'denied.txt', 'denied');
    faults = [new S3Error(403, 'AccessDenied', 'Access Denied')];
    await expect(call(object)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(message),
    });
  });
});

describe('half an answer', () => {
  const object = { bucket: 'b', key: 'k', size: 100, etag: 'e' };

  it('to GetObjectTagging is not taken for an object without tags, whose owner would lose his', async () => {
    const nothing = (response: ServerResponse) => response.writeHead(200, { 'content-length': 0 }).end();
    await expect(withAnswer(nothing, (odd) => odd.readTags(object))).rejects.toMatchObject({
      name: 'StorageUnavailable',
      message: 'GetObjectTagging: no tag set',
    });
  });

  it.each([
    ['length', { etag: '"e"', 'transfer-encoding': 'chunked' }],
    ['ETag', { 'content-length': 100 }],
  ])('to HeadObject is not taken for an empty object: no %s', async (_, headers) => {
    const half = (response: ServerResponse) => response.writeHead(200, headers).end();
    await expect(withAnswer(half, (odd) => odd.head(object))).rejects.toMatchObject({
      name: 'StorageUnavailable',
      message: 'HeadObject: no length or no ETag',
    });
  });

  it('to HeadObject that tells no time is of an object older than all others', async () => {
    const timeless = (response: ServerResponse) =>
      response.writeHead(200, { 'content-length': 100, etag: '"e"' }).end();
    await expect(withAnswer(timeless, (odd) => odd.head(object))).resolves.toEqual({
      ...object,
      lastModified: '1970-01-01T00:00:00.000Z',
      headers: { ...NO_HEADERS, contentType: null },
    });
  });

  it('of a tag is a tag, whose other half is empty', async () => {
    const halves = '<Tag><Key>name</Key></Tag><Tag><Value>value</Value></Tag>';
    const tagging = (response: ServerResponse) => response.end(`<Tagging><TagSet>${halves}</TagSet></Tagging>`);
    await expect(withAnswer(tagging, (odd) => odd.readTags(object))).resolves.toEqual({ name: '', '': 'value' });
  });
});

/** A store before a server that gives every request the same answer. */
async function withAnswer<T>(
  answer: (response: ServerResponse) => void,
  use: (store: ObjectStore) => Promise<T>,
  environment = {},
): Promise<T> {
  const server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return await use(createObjectStore({ ...settings(endpoint), ...environment }));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('a body', () => {
  const object = { bucket: 'b', key: 'k', size: 100, etag: 'e' };
  const RANGE = { 'content-range': 'bytes 0-99/100' };

  /** Answers every GET with `body` under a header that promises `promised` bytes, then breaks the connection off. */
  const withServer = <T>(
    promised: number,
    body: string,
    use: (store: ObjectStore) => Promise<T>,
    etag = '"e"',
    range: object = RANGE,
  ) =>
    withAnswer((response) => {
      response.writeHead(206, { 'content-length': promised, etag, ...range });
      response.write(body, () => (body.length < promised ? response.destroy() : response.end()));
    }, use);

  it('that breaks off is StorageUnavailable', async () => {
    await withServer(100, 'too little', async (broken) => {
      await expect(broken.readRange(object, 0, 99)).rejects.toMatchObject({
        name: 'StorageUnavailable',
        message: expect.stringMatching(/^GetObject body: ./),
      });
    });
  });

  it('that stalls is StorageUnavailable', async () => {
    const stalled = (response: ServerResponse) =>
      response.writeHead(206, { 'content-length': 100, etag: '"e"', ...RANGE }).write('x');
    const environment = { SOCKET_TIMEOUT_MILLISECONDS: '50' };
    await expect(withAnswer(stalled, (slow) => slow.readRange(object, 0, 99), environment)).rejects.toMatchObject({
      name: 'StorageUnavailable',
      message: expect.stringContaining('timed out after 50 ms of inactivity'),
    });
  });

  it.each([
    [10, 'shorter than asked for'],
    [110, 'longer than asked for'],
  ])('of %i bytes where 100 were asked for is StorageUnavailable: %s', async (length) => {
    await withServer(length, 'x'.repeat(length), async (odd) => {
      await expect(odd.readRange(object, 0, 99)).rejects.toMatchObject({
        name: 'StorageUnavailable',
        message: `GetObject body: ${length} of 100 bytes`,
      });
    });
  });

  it.each([
    ['ObjectReplaced', 'that is longer', { 'content-range': 'bytes 0-99/101' }],
    ['ObjectReplaced', 'that is shorter', { 'content-range': 'bytes 0-98/99' }],
    ['StorageUnavailable', 'of which another range was sent', { 'content-range': 'bytes 1-99/100' }],
    ['StorageUnavailable', 'of a size that the answer does not tell', { 'content-range': 'bytes 0-99/*' }],
    ['StorageUnavailable', 'of which no range was sent', {}],
  ])('is %s where the object is one %s', async (name, _, range) => {
    const use = (odd: ObjectStore) => odd.readRange(object, 0, 99);
    await expect(withServer(100, 'x'.repeat(100), use, '"e"', range)).rejects.toMatchObject({ name });
  });

  it('of other content than was asked for is StorageUnavailable, should a store overlook If-Match', async () => {
    const use = (odd: ObjectStore) => odd.readRange(object, 0, 99);
    await expect(withServer(100, 'x'.repeat(100), use, '"other"')).rejects.toMatchObject({
      name: 'StorageUnavailable',
      message: 'GetObject: ETag "other" where e was asked for',
    });
  });

  it('that nobody reads to its end is let go', async () => {
    await withServer(100, 'x'.repeat(100), async (whole) => {
      for await (const chunk of await whole.openRange(object, 0, 99)) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
    });
  });
});
