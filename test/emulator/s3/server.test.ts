import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { S3Error } from '../../../emulator/s3/errors.ts';
import type { S3Event } from '../../../emulator/s3/events.ts';
import type { S3RequestInfo } from '../../../emulator/s3/server.ts';
import { send, startTestServer, type TestServer } from './harness.ts';

const events: S3Event[] = [];
let onRequest: (info: S3RequestInfo) => void | Promise<void> = () => undefined;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    memoryBytes: 0,
    onEvent: (event) => events.push(event),
    onRequest: (info) => onRequest(info),
    region: 'eu-central-1',
  });
  server.createBucket('bucket', { eventBridge: true });
});
afterAll(() => server.stop());

const bodyFiles = async () => {
  await server.idle();
  await server.bodies.settled();
  return readdir(join(server.root, (await readdir(server.root))[0] ?? ''));
};
const crc32Of = (text: string) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
};

describe('request targets', () => {
  it('are taken as they are: nothing is collapsed or decoded twice', async () => {
    await send(server, 'PUT', '/bucket/../x/./%2e%2e//y%252F', { body: 'dots' });
    expect(server.buckets.find('bucket', '../x/./..//y%2F')).toBeDefined();
    expect(await send(server, 'GET', '/bucket/../x/./../%2Fy%252F')).toMatchObject({ status: 200, body: 'dots' });
    expect((await send(server, 'GET', '/x/y')).status).toBe(404);
  });

  it('take a bare plus for a space, as S3 does', async () => {
    await send(server, 'PUT', '/bucket/a+b%2Bc', { body: 'x' });
    expect(server.buckets.find('bucket', 'a b+c')).toBeDefined();
  });

  it('that are not UTF-8 are refused', async () => {
    for (const path of ['/bucket/%ff', '/bucket/%zz', '/bucket/%c0%af']) {
      const response = await send(server, 'PUT', path, { body: 'x' });
      expect([response.status, response.body]).toEqual([400, expect.stringContaining('<Code>InvalidURI</Code>')]);
    }
  });

  it('that are not UTF-8 are refused wherever a key stands', async () => {
    const latin = Buffer.from('caf\xe9', 'latin1');
    const encoded = '/bucket/caf%e9';
    const xml = (text: Buffer) =>
      Buffer.concat([Buffer.from('<Delete><Object><Key>'), text, Buffer.from('</Key></Object></Delete>')]);
    const copied = await send(server, 'PUT', '/bucket/copy', { headers: { 'x-amz-copy-source': encoded } });
    const deleted = await send(server, 'POST', '/bucket?delete', {
      headers: { 'content-md5': createHash('md5').update(xml(latin)).digest('base64') },
      body: xml(latin),
    });
    const raw = await send(server, 'PUT', `/bucket/${latin.toString('latin1')}`, { body: 'x' });
    expect([copied.status, deleted.status, raw.status]).toEqual([400, 400, 400]);
  });

  it('may name the bucket in the host', async () => {
    await server.seed('bucket', 'hosted/key', 'by host');
    const headers = { host: `bucket.localhost:${server.port}` };
    expect(await send(server, 'GET', '/hosted/key', { headers })).toMatchObject({ status: 200, body: 'by host' });
  });
});

describe('errors', () => {
  it('have the form S3 gives them', async () => {
    const response = await send(server, 'GET', '/bucket/a%26b');
    expect(response.status).toBe(404);
    expect(response.headers['content-type']).toBe('application/xml');
    expect(response.headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
    expect(response.body).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a&amp;b</Key><Resource>/bucket/a%26b</Resource><RequestId>${response.headers['x-amz-request-id']}</RequestId></Error>`,
    );
  });

  it.each([
    ['GET', '/bucket?acl', 'GET Bucket ?acl'],
    ['PUT', '/bucket?lifecycle', 'PUT Bucket ?lifecycle'],
    ['POST', '/bucket/key?restore', 'POST Object ?restore'],
    ['PATCH', '/bucket/key', 'PATCH Object'],
    ['PUT', '/bucket/key?annotation&annotationName=note', 'PUT Object ?annotation'],
    ['PUT', '/bucket?metadataAnnotationTable', 'PUT Bucket ?metadataAnnotationTable'],
    ['PUT', '/bucket?metadataInventoryTable', 'PUT Bucket ?metadataInventoryTable'],
    ['PUT', '/bucket?metadataJournalTable', 'PUT Bucket ?metadataJournalTable'],
  ])('name what is not supported: %s %s', async (method, path, operation) => {
    const response = await send(server, method, path);
    expect(response.status).toBe(501);
    expect(response.body).toContain(`<Operation>${operation}</Operation>`);
  });

  it('answer bad XML, a DOCTYPE and an oversized document', async () => {
    await server.seed('bucket', 'xml', 'x');
    const doctype = '<!DOCTYPE t [<!ENTITY e "boom">]><Tagging><TagSet></TagSet></Tagging>';
    for (const body of ['', '<Tagging>', doctype, '<Other/>', `<Tagging>${' '.repeat(2_200_000)}</Tagging>`]) {
      const response = await send(server, 'PUT', '/bucket/xml?tagging', { body });
      expect([response.status, response.body]).toEqual([400, expect.stringContaining('<Code>MalformedXML</Code>')]);
    }
  });

  it('can be put in by a test, and a request can be held', async () => {
    onRequest = ({ operation, accessKeyId }) => {
      expect(accessKeyId).toBeUndefined();
      if (operation === 'GetObject') throw new S3Error(503, 'SlowDown', 'Please reduce your request rate.');
    };
    expect(await send(server, 'GET', '/bucket/xml')).toMatchObject({ status: 503 });
    onRequest = () => undefined;
  });

  it('leave the connection in order for the next request', async () => {
    const received: string[] = [];
    const socket = connect(server.port, '127.0.0.1');
    const done = new Promise((resolve, reject) => socket.on('close', resolve).on('error', reject));
    socket.on('data', (data) => received.push(data.toString()));
    const body = 'x'.repeat(300_000);
    socket.write(`PUT /no-such-bucket/key HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    socket.write('HEAD /bucket HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await done;
    expect(received.join('').match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
  });
});

describe('bodies', () => {
  const chunked = (frames: string, sha256: string, more = {}) =>
    send(server, 'PUT', '/bucket/chunked', {
      body: frames,
      headers: {
        'content-encoding': 'aws-chunked,gzip',
        'x-amz-content-sha256': sha256,
        'x-amz-decoded-content-length': 11,
        ...more,
      },
    });
  const signature = `chunk-signature=${'0'.repeat(64)}`;

  it('in signed chunks lose their framing', async () => {
    const frames = `5;${signature}\r\nhello\r\n6;${signature}\r\n world\r\n0;${signature}\r\n\r\n`;
    expect((await chunked(frames, 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD')).status).toBe(200);
    const response = await send(server, 'GET', '/bucket/chunked');
    expect(response.body).toBe('hello world');
    expect(response.headers['content-encoding']).toBe('gzip');
  });

  it.each(['STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'])(
    'with a trailer are held against it: %s',
    async (sha256) => {
      const frames = (checksum: string) =>
        `b;${signature}\r\nhello world\r\n0;${signature}\r\nx-amz-checksum-crc32:${checksum}\r\nx-amz-trailer-signature:00\r\n\r\n`;
      const trailer = { 'x-amz-trailer': 'x-amz-checksum-crc32' };
      expect((await chunked(frames(crc32Of('hello world')), sha256, trailer)).status).toBe(200);
      const wrong = await chunked(frames(crc32Of('other')), sha256, trailer);
      expect(wrong.body).toContain('<Code>BadDigest</Code>');
      const missing = await chunked('b\r\nhello world\r\n0\r\n\r\n', sha256, trailer);
      expect(missing.body).toContain('<Code>MalformedTrailerError</Code>');
    },
  );

  it('that are shorter than they say, or not framed as they say, are refused', async () => {
    const sha256 = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
    expect((await chunked('5\r\nhello\r\n0\r\n\r\n', sha256)).body).toContain('<Code>IncompleteBody</Code>');
    expect((await chunked('5\r\nhel', sha256)).body).toContain('<Code>IncompleteBody</Code>');
    expect((await chunked('nonsense\r\n', sha256)).body).toContain('<Code>InvalidRequest</Code>');
    expect((await chunked('f\r\nhello world ...\r\n0\r\n\r\n', sha256)).status).toBe(400);
  });

  it('are held against the SHA-256 they were signed with', async () => {
    const headers = { 'x-amz-content-sha256': createHash('sha256').update('other').digest('hex') };
    const response = await send(server, 'PUT', '/bucket/sha', { body: 'x', headers });
    expect(response.body).toContain('<Code>XAmzContentSHA256Mismatch</Code>');
  });

  it('need a length, and at most 5 GiB of it', async () => {
    const endless = await send(server, 'PUT', '/bucket/x', { headers: { 'transfer-encoding': 'chunked' }, body: 'x' });
    expect(endless.status).toBe(411);
    const headers = { 'content-length': 5 * 1024 ** 3 + 1, expect: '100-continue' };
    const large = await new Promise((resolve) => {
      const options = { port: server.port, method: 'PUT', path: '/bucket/x', headers, agent: false };
      const outgoing = request({ ...options, host: '127.0.0.1' }, (response) => {
        resolve(response.statusCode);
        outgoing.destroy();
      });
      outgoing.on('error', () => undefined).flushHeaders();
    });
    expect(large).toBe(400);
  });

  it('are asked for only when they are wanted (Expect: 100-continue)', async () => {
    const attempt = (path: string) =>
      new Promise<[number | undefined, boolean]>((resolve, reject) => {
        let continued = false;
        const headers = { 'content-length': 5, expect: '100-continue' };
        const options = { host: '127.0.0.1', port: server.port, method: 'PUT', path, headers, agent: false };
        const outgoing = request(options, (response) => {
          response.resume();
          resolve([response.statusCode, continued]);
          if (!continued) outgoing.destroy();
        });
        outgoing.on('continue', () => {
          continued = true;
          outgoing.end('hello');
        });
        outgoing.on('error', reject).flushHeaders();
      });
    expect(await attempt('/bucket/continued')).toEqual([200, true]);
    expect(await attempt('/no-such-bucket/continued')).toEqual([404, false]);
  });

  it('that break off leave nothing behind', async () => {
    const before = await bodyFiles();
    const seen = events.length;
    const socket = connect(server.port, '127.0.0.1');
    await new Promise<void>((resolve) => {
      onRequest = () => void setImmediate(resolve);
      socket.write('PUT /bucket/interrupted HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\npartial');
    });
    onRequest = () => undefined;
    await new Promise((resolve) => socket.on('close', resolve).destroy());
    await server.idle();
    expect(await bodyFiles()).toEqual(before);
    expect(server.buckets.find('bucket', 'interrupted')).toBeUndefined();
    expect(events).toHaveLength(seen);
  });
});

describe('a form upload', () => {
  const post = (
    fields: Record<string, string>,
    file: { name?: string; content: string } | undefined,
    path = '/bucket',
  ) => {
    const boundary = 'form-boundary';
    const parts = Object.entries(fields).map(
      ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    if (file !== undefined) {
      parts.push(
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${file.name ?? 'x'}"\r\nContent-Type: text/plain\r\n\r\n${file.content}\r\n`,
        `--${boundary}\r\nContent-Disposition: form-data; name="ignored"\r\n\r\nafter\r\n`,
      );
    }
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    return send(server, 'POST', path, { headers, body: `${parts.join('')}--${boundary}--\r\n` });
  };
  const Tagging = '<Tagging><TagSet><Tag><Key>scan-status</Key><Value>CLEAN</Value></Tag></TagSet></Tagging>';

  it('stores the file with its tags and says so in an event of its own', async () => {
    events.length = 0;
    const fields = { key: `forms/$\{filename}`, tagging: Tagging, 'Content-Type': 'text/csv', 'x-amz-meta-a': 'ü' };
    const response = await post(fields, { name: 'naïve file.txt', content: 'hello' });
    expect(response.status).toBe(204);
    const object = server.buckets.get('bucket', 'forms/naïve file.txt');
    expect(object).toMatchObject({
      size: 5,
      etag: '5d41402abc4b2a76b9719d911017c592',
      tags: { 'scan-status': 'CLEAN' },
    });
    expect(object.attributes.headers['content-type']).toBe('text/csv');
    expect(events.map(({ detail }) => detail.reason)).toEqual(['POST Object']);
  });

  it('answers 201 with XML, or redirects', async () => {
    const created = await post({ key: 'k', success_action_status: '201' }, { content: 'x' });
    expect(created).toMatchObject({ status: 201, body: expect.stringContaining('<Key>k</Key>') });
    const redirect = await post({ key: 'k', success_action_redirect: 'http://localhost/done?a=1' }, { content: 'x' });
    expect(redirect.status).toBe(303);
    expect(redirect.headers.location).toMatch(/^http:\/\/localhost\/done\?a=1&bucket=bucket&key=k&etag=/);
  });

  it('is held against its policy', async () => {
    const policy = (expiration: string) =>
      Buffer.from(
        JSON.stringify({
          expiration,
          conditions: [{ bucket: 'bucket' }, ['starts-with', '$key', 'in/'], ['content-length-range', 1, 3]],
        }),
      ).toString('base64');
    const valid = policy('2999-01-01T00:00:00Z');
    expect((await post({ key: 'in/k', policy: valid }, { content: 'abc' })).status).toBe(204);
    expect((await post({ key: 'out', policy: valid }, { content: 'abc' })).status).toBe(403);
    expect((await post({ key: 'in/k', policy: policy('2000-01-01T00:00:00Z') }, { content: 'abc' })).status).toBe(403);
    const extra = await post({ key: 'in/k', policy: valid, tagging: Tagging }, { content: 'abc' });
    expect(extra.body).toContain('Extra input fields: tagging');
    const large = await post({ key: 'in/large', policy: valid }, { content: 'abcd' });
    expect(large.body).toContain('<Code>EntityTooLarge</Code>');
    expect(server.buckets.find('bucket', 'in/large')).toBeUndefined();
  });

  it('is refused with an ACL, as with the header', async () => {
    const refused = await post({ key: 'public', acl: 'public-read' }, { content: 'x' });
    expect([refused.status, refused.body]).toEqual([400, expect.stringContaining('AccessControlListNotSupported')]);
    expect((await post({ key: 'own', acl: 'private' }, { content: 'x' })).status).toBe(204);
  });

  it('is refused under a key that is not UTF-8', async () => {
    const start = '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n';
    const end = '\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n--b--\r\n';
    const body = Buffer.concat([Buffer.from(start), Buffer.from('caf\xe9', 'latin1'), Buffer.from(end)]);
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    expect((await send(server, 'POST', '/bucket', { headers, body })).status).toBe(400);
  });

  it('signed with Signature Version 2 is refused by that name', async () => {
    const response = await post({ key: 'k', AWSAccessKeyId: 'uploader', signature: 'x' }, { content: 'x' });
    expect([response.status, response.body]).toEqual([400, expect.stringContaining('signature_version=')]);
  });

  it('needs a key and a file', async () => {
    expect((await post({}, { content: 'x' })).body).toContain("field named 'key'");
    expect((await post({ key: 'k' }, undefined)).body).toContain('exactly one file');
  });
});

describe('bucket operations', () => {
  it('tell location, versioning, policy and notification', async () => {
    expect((await send(server, 'PUT', '/new-bucket')).status).toBe(200);
    expect((await send(server, 'PUT', '/new-bucket')).body).toContain('BucketAlreadyOwnedByYou');
    expect((await send(server, 'GET', '/')).body).toContain('<Name>new-bucket</Name>');
    expect((await send(server, 'HEAD', '/new-bucket')).headers['x-amz-bucket-region']).toBe('eu-central-1');
    expect((await send(server, 'GET', '/new-bucket?location')).body).toContain('>eu-central-1<');
    expect((await send(server, 'GET', '/new-bucket?versioning')).body).not.toContain('Status');
    expect((await send(server, 'GET', '/new-bucket?policy')).body).toContain('NoSuchBucketPolicy');
    expect((await send(server, 'PUT', '/new-bucket?policy', { body: 'x' })).body).toContain('MalformedPolicy');
    const on =
      '<NotificationConfiguration><EventBridgeConfiguration></EventBridgeConfiguration></NotificationConfiguration>';
    expect((await send(server, 'PUT', '/new-bucket?notification', { body: on })).status).toBe(200);
    expect((await send(server, 'GET', '/new-bucket?notification')).body).toContain('EventBridgeConfiguration');
    await server.seed('new-bucket', 'key', 'x');
    expect((await send(server, 'DELETE', '/new-bucket')).body).toContain('BucketNotEmpty');
    await send(server, 'DELETE', '/new-bucket/key');
    expect((await send(server, 'DELETE', '/new-bucket')).status).toBe(204);
    expect((await send(server, 'HEAD', '/new-bucket')).status).toBe(404);
  });
});

it('a bucket of one’s own can be created again in us-east-1, where it keeps its objects', async () => {
  const legacy = await startTestServer({ region: 'us-east-1' });
  try {
    expect((await send(legacy, 'PUT', '/bucket')).status).toBe(200);
    await legacy.seed('bucket', 'key', 'x');
    expect((await send(legacy, 'PUT', '/bucket')).status).toBe(200);
    expect(legacy.buckets.get('bucket', 'key').size).toBe(1);
  } finally {
    await legacy.stop();
  }
});

describe('closing', () => {
  it('breaks off what is under way and takes the contents away', async () => {
    const short = await startTestServer();
    short.createBucket('bucket');
    await short.seed('bucket', 'key', Buffer.alloc(20_000_000));
    await new Promise<void>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: short.port, path: '/bucket/key', agent: false };
      const outgoing = request(options, (response) => {
        response.once('data', async () => {
          response.pause();
          response.on('error', () => undefined);
          await short.close();
          resolve();
        });
      });
      outgoing.on('error', reject).end();
    });
    expect(await readdir(short.root)).toEqual([]);
    await rm(short.root, { recursive: true });
  });
});
