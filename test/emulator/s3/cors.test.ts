import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { accessDenied } from '../../../emulator/s3/errors.ts';
import { send, startTestServer, type TestServer } from './harness.ts';

const PAGE = 'https://app.example.com';
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    onRequest: ({ key }) => {
      if (key === 'denied') throw accessDenied();
    },
  });
  server.createBucket('closed');
  server.createBucket('open', {
    cors: [
      {
        AllowedOrigins: [PAGE, 'https://*.example.org'],
        AllowedMethods: ['PUT'],
        AllowedHeaders: ['Content-Type', 'x-amz-*'],
        ExposedHeaders: ['ETag'],
        MaxAge: 3600,
      },
      { AllowedOrigins: ['*'], AllowedMethods: ['GET'] },
    ],
  });
});
afterAll(() => server.stop());

const preflight = (origin: string, method: string, headers = '', bucket = 'open') =>
  send(server, 'OPTIONS', `/${bucket}/key?X-Amz-Signature=any`, {
    headers: {
      origin,
      'access-control-request-method': method,
      ...(headers !== '' && { 'access-control-request-headers': headers }),
    },
  });

const corsHeaders = (headers: object) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

describe('a preflight request', () => {
  it('is answered as the rule that lets it in says, and counts as no operation', async () => {
    const before = server.requests.writes;
    const { status, headers } = await preflight(PAGE, 'PUT', 'content-type,X-Amz-Meta-Author');
    expect(status).toBe(200);
    expect(corsHeaders(headers)).toEqual({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'content-type, x-amz-meta-author',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '3600',
      'access-control-allow-credentials': 'true',
    });
    expect(headers.vary).toContain('Origin');
    expect(server.requests.writes).toBe(before);
  });

  it('may come from a subdomain, where the rule says so', async () => {
    expect((await preflight('https://a.b.example.org', 'PUT')).headers).toMatchObject({
      'access-control-allow-origin': 'https://a.b.example.org',
    });
  });

  it('is told * where everybody may', async () => {
    const { status, headers } = await preflight('https://elsewhere.example', 'GET');
    expect([status, corsHeaders(headers)]).toEqual([
      200,
      { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET' },
    ]);
  });

  test.each([
    ['another site', 'https://elsewhere.example', 'PUT', ''],
    ['the domain itself, where subdomains may', 'https://example.org', 'PUT', ''],
    ['another scheme', 'http://app.example.com', 'PUT', ''],
    ['another method', PAGE, 'DELETE', ''],
    ['a header that is not allowed', PAGE, 'PUT', 'content-type,authorization'],
    ['any header under a rule that allows none', 'https://elsewhere.example', 'GET', 'range'],
  ])('is refused from or for %s', async (_, origin, method, requested) => {
    const { status, headers, body } = await preflight(origin, method, requested);
    expect([status, corsHeaders(headers)]).toEqual([403, {}]);
    expect(body).toContain('<Code>AccessForbidden</Code><Message>CORSResponse: This CORS request is not allowed.');
  });

  it('is refused where CORS is off, and where it asks for nothing', async () => {
    const closed = await preflight(PAGE, 'PUT', '', 'closed');
    expect([closed.status, closed.body]).toEqual([
      403,
      expect.stringContaining('CORS is not enabled for this bucket.'),
    ]);
    for (const headers of [{}, { origin: PAGE }]) {
      const { status, body } = await send(server, 'OPTIONS', '/open/key', { headers });
      expect([status, body]).toEqual([400, expect.stringContaining('<Code>BadRequest</Code>')]);
    }
  });

  it('for a bucket that is not there is a 404', async () => {
    expect((await preflight(PAGE, 'PUT', '', 'absent')).status).toBe(404);
  });
});

describe('a request from a page', () => {
  const put = (key: string, origin: string, bucket = 'open') =>
    send(server, 'PUT', `/${bucket}/${key}`, { headers: { origin }, body: 'x' });

  it('has an answer that the page may read', async () => {
    const { status, headers } = await put('key', PAGE);
    expect(status).toBe(200);
    expect(headers.etag).toBeDefined();
    expect(corsHeaders(headers)).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-expose-headers': 'ETag',
    });
  });

  it('shows the page its refusal too', async () => {
    const { status, headers } = await put('denied', PAGE);
    expect([status, headers['access-control-allow-origin']]).toEqual([403, PAGE]);
  });

  it('of a site that is not allowed is carried out all the same, and shows it nothing', async () => {
    for (const [bucket, origin] of [
      ['open', 'https://elsewhere.example'],
      ['closed', PAGE],
    ] as const) {
      const { status, headers } = await put('other', origin, bucket);
      expect([status, corsHeaders(headers)]).toEqual([200, {}]);
    }
  });

  it('from no page is answered as ever', async () => {
    const { headers } = await send(server, 'PUT', '/open/key', { body: 'x' });
    expect([corsHeaders(headers), headers.vary]).toEqual([{}, undefined]);
  });
});
