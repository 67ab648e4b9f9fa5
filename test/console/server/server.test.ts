import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Console, startConsole } from '../../../console/server/server.ts';
import { startJsonApi } from '../../../emulator/http/json-api.ts';
import { type Listening, listenOnLoopback } from '../../../emulator/http/loopback.ts';

/* Raw HTTP, as no browser would send it, and a service that tells what it was asked. */
let service: Listening;
let s3: Listening;
let opened: Console;
let port: number;
const asked: string[] = [];
/** What came to S3, which answers nothing. */
let stored: (request: IncomingMessage) => void = () => undefined;
let pages = 0;

beforeAll(async () => {
  service = await startJsonApi({
    service: 'AWSStepFunctions',
    version: '1.0',
    authorize: async () => ({ allowed: true, reason: '', grants: [] }),
    async answer({ action, body, accessKeyId }) {
      asked.push(`${accessKeyId} ${action} ${body}`);
      return { executions: [] };
    },
  });
  s3 = await listenOnLoopback(createHttpServer((request) => stored(request)));
  const gone = await listenOnLoopback(createHttpServer());
  await gone.close();
  const credentials = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: 'anything' });
  opened = await startConsole({
    pipeline: {
      ...{ stack: 'S3Airlock', region: 'us-east-1', certificateAuthority: '', snsHost: '', pid: process.pid },
      endpoints: new Proxy(
        { SFN: service.endpoint, S3: s3.endpoint },
        { get: (all, name) => Reflect.get(all, name) ?? gone.endpoint },
      ),
      people: { uploader: credentials('uploader'), reader: credentials('reader'), operator: credentials('operator') },
    },
    page: async () => {
      pages += 1;
      if (pages === 1) throw new Error('cannot be bundled yet');
      return new Map([['/index.html', { type: 'text/html', content: Buffer.from('<title>page</title>') }]]);
    },
  });
  port = Number(new URL(opened.url).port);
});
afterAll(async () => {
  await opened.close();
  await service.close();
  await s3.close();
});

/** What comes back for these lines. */
async function send(...lines: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return text(socket);
}

const own = () => `127.0.0.1:${port}`;
const ours = () => [
  `Host: ${own()}`,
  `Origin: http://${own()}`,
  'Sec-Fetch-Site: same-origin',
  'X-Airlock-Console: 1',
  'Connection: close',
];

function call(path: string, body: string): Promise<string> {
  return send(`POST ${path} HTTP/1.1`, ...ours(), `Content-Length: ${Buffer.byteLength(body)}`, '', body);
}

describe('the page', () => {
  it('is asked for again when it could not be made', async () => {
    const get = () => send('GET / HTTP/1.1', `Host: ${own()}`, 'Connection: close');
    expect(await get()).toMatch(/^HTTP\/1.1 500 .*cannot be bundled yet/s);
    expect(await get()).toMatch(/^HTTP\/1.1 200 /);
    expect(await get()).toMatch(/^HTTP\/1.1 200 /);
    expect(pages).toBe(2);
  });

  it('comes with headers that let it do nothing but ask its own server', async () => {
    const answer = await send('GET / HTTP/1.1', `Host: ${own()}`, 'Connection: close');
    expect(answer).toContain('<title>page</title>');
    expect(answer).toMatch(/content-security-policy: default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/);
    expect(answer).toMatch(/x-content-type-options: nosniff/);
    expect(answer).toMatch(/cross-origin-resource-policy: same-origin/);
    expect(answer).not.toMatch(/access-control-allow/i);
    expect(answer).not.toMatch(/unsafe/);
  });

  it.each(['/etc/passwd', '/../package.json', '/%2e%2e/package.json', '/app.js/../../page-files.ts', '/constructor'])(
    'is all there is: not %s',
    async (path) => expect(await send(`GET ${path} HTTP/1.1`, `Host: ${own()}`, 'Connection: close')).toMatch(/ 404 /),
  );
});

describe('refuses, and asks no service,', () => {
  it.each([
    ['a name that was pointed here', () => ['POST /services/states/ListExecutions HTTP/1.1', 'Host: evil.example']],
    ['two Hosts', () => ['GET / HTTP/1.1', `Host: ${own()}`, 'Host: evil.example']],
    ['a Host in the target', () => [`GET http://evil.example/ HTTP/1.1`, `Host: ${own()}`]],
    ['HTTP/1.0 without Host', () => ['GET / HTTP/1.0']],
    [
      'a form of another site',
      () => [
        'POST /services/states/ListExecutions HTTP/1.1',
        ...[`Host: ${own()}`, 'Origin: http://evil.example', 'Sec-Fetch-Site: cross-site'],
        ...['Content-Type: text/plain', 'Content-Length: 2', '', '{}'],
      ],
    ],
    [
      'a preflight',
      () => [
        'OPTIONS /services/states/ListExecutions HTTP/1.1',
        ...[`Host: ${own()}`, 'Origin: http://evil.example', 'Access-Control-Request-Headers: x-airlock-console'],
      ],
    ],
    ['a page of another port', () => ['GET / HTTP/1.1', `Host: ${own()}`, 'Origin: http://127.0.0.1:1']],
    ['an upgrade', () => ['GET / HTTP/1.1', 'Host: evil.example', 'Connection: Upgrade', 'Upgrade: websocket']],
  ])('%s', async (_, lines) => {
    asked.length = 0;
    const answer = await send(...lines(), 'Connection: close');
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain('<title>');
    expect(answer).not.toMatch(/access-control-allow/i);
    expect(asked).toEqual([]);
  });
});

describe('a call', () => {
  it('is made in the name that the table says', async () => {
    asked.length = 0;
    const answer = await call('/services/states/ListExecutions', '{"stateMachineArn":"arn"}');
    expect(answer).toContain('{"value":{"executions":[]}}');
    expect(asked).toEqual(['operator ListExecutions {"stateMachineArn":"arn"}']);
  });

  it('for a list of inputs gets a list of answers', async () => {
    const answer = await call('/services/states/ListExecutions', '[{"stateMachineArn":"a"},{"stateMachineArn":"b"}]');
    expect(answer).toContain('[{"value":{"executions":[]}},{"value":{"executions":[]}}]');
  });

  it.each(['/services/states/DeleteStateMachine', '/services/states/constructor', '/services/s3', '/services//'])(
    'that is not in the table is not forwarded: %s',
    async (path) => {
      asked.length = 0;
      expect(await call(path, '{}')).toMatch(/ 404 /);
      expect(asked).toEqual([]);
    },
  );

  it.each(['', 'null', '"text"', '{', '7'])('needs an object for its input: %j', async (body) => {
    expect(await call('/services/states/ListExecutions', body)).toMatch(/ 400 .*\r\n[\s\S]*BadRequest/);
  });

  it('has an input of limited size', async () => {
    const answer = await send('POST /services/states/ListExecutions HTTP/1.1', ...ours(), 'Content-Length: 2000000');
    expect(answer).toMatch(/ 400 /);
  });

  it('says when nobody answers', async () => {
    expect(await call('/services/sns/ListTopics', '{}')).toMatch(/ 502 .*\r\n[\s\S]*Unreachable/);
  });
});

describe('whoever does not wait for the answer any more', () => {
  const put = () => `/services/s3/PutObject?input=${encodeURIComponent('{"Bucket":"uploads","Key":"a.txt"}')}`;

  it.each([
    ['an upload that was canceled', () => [`PUT ${put()} HTTP/1.1`, ...ours(), 'Content-Length: 1000', '', 'begun']],
    ['a question that a page has left', () => questionOf('{"Bucket":"uploads","Key":"a.txt"}')],
    ['many of them', () => questionOf('[{"Bucket":"uploads","Key":"a.txt"},{"Bucket":"uploads","Key":"b.txt"}]')],
  ])('ends the call of the service: %s', async (_, lines) => {
    const begun = Promise.withResolvers<IncomingMessage>();
    stored = begun.resolve;
    const socket = connect(port, '127.0.0.1');
    socket.write(`${lines().join('\r\n')}\r\n`);
    const { socket: ofService } = await begun.promise;
    // Its server calls half a request an error.
    const ended = new Promise((resolve) => ofService.once('close', resolve));
    socket.destroy();
    await ended;
  });

  function questionOf(body: string): string[] {
    return ['POST /services/s3/HeadObject HTTP/1.1', ...ours(), `Content-Length: ${body.length}`, '', body];
  }
});
