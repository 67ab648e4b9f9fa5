import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type Listening, listenOnLoopback } from '../../emulator/http/loopback.ts';
import { type Fault, type FaultProxy, type Request, startFaultProxy } from './fault-proxy.ts';

const BODY = 'a body of some length';
let service: Listening;
let proxy: FaultProxy;
let fault: Fault | undefined;
/** What the service saw, and what the proxy called done. */
let seen: string[] = [];
let done: string[] = [];

beforeAll(async () => {
  const server: Server = createServer(async (request, response) => {
    seen.push(`${request.method} ${request.url} ${await text(request)}`);
    response.writeHead(request.url === '/refused' ? 403 : 200, { 'content-length': BODY.length, etag: '"e"' });
    response.end(BODY);
  });
  service = await listenOnLoopback(server);
  const named = ({ method, url, body }: Request) => `${method} ${url} ${body}`;
  proxy = await startFaultProxy({ choose: () => fault, onDone: (request) => done.push(named(request)) });
  proxy.forwardTo(service.endpoint);
});
afterEach(() => {
  fault = undefined;
  seen = [];
  done = [];
});
afterAll(async () => {
  await proxy.close();
  await service.close();
});

const put = (path = '/a?b=c', signal = AbortSignal.timeout(10_000)) =>
  fetch(proxy.endpoint + path, { method: 'PUT', body: 'content', signal });
const PUT = 'PUT /a?b=c content';

it('lets pass what no fault is chosen for', async () => {
  const answer = await put();
  expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([200, '"e"', BODY]);
  expect([seen, done]).toEqual([[PUT], [PUT]]);
});

it('calls nothing done that the service refused', async () => {
  expect((await put('/refused')).status).toBe(403);
  expect([seen.length, done]).toEqual([1, []]);
});

it.each([
  ['reset', 0],
  ['lostAnswer', 1],
  ['resetMidBody', 1],
] as const)('%s breaks the connection; the service saw %i requests', async (chosen, requests) => {
  fault = chosen;
  await expect(put().then((answer) => answer.text())).rejects.toThrow();
  expect(seen).toHaveLength(requests);
  expect(done).toHaveLength(requests);
});

it('truncated hands over half, whole to the looks of it', async () => {
  fault = 'truncated';
  expect(await (await put()).text()).toBe(BODY.slice(0, BODY.length / 2));
});

it('slow hands over everything', async () => {
  fault = 'slow';
  expect(await (await put()).text()).toBe(BODY);
});

it('stalled hands over half and never ends', async () => {
  fault = 'stalled';
  const abort = new AbortController();
  const answer = await put('/', abort.signal);
  const reader = answer.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(Buffer.from(value ?? '').toString()).toBe(BODY.slice(0, BODY.length / 2));
  const more = reader?.read();
  abort.abort();
  await expect(more).rejects.toThrow('abort');
});

it('answers instead of the service', async () => {
  fault = { instead: { status: 503, headers: {}, body: Buffer.from('no') } };
  const answer = await put();
  expect([answer.status, await answer.text()]).toEqual([503, 'no']);
  expect([seen, done]).toEqual([[], []]);
});

it('alters what the service answers', async () => {
  fault = { altered: (answer) => ({ ...answer, headers: { ...answer.headers, etag: undefined } }) };
  const answer = await put();
  expect([answer.headers.get('etag'), await answer.text()]).toEqual([null, BODY]);
  expect(done).toEqual([PUT]);
});

it('breaks off what hangs when it closes', async () => {
  const closing = await startFaultProxy({ choose: () => 'stalled' });
  closing.forwardTo(service.endpoint);
  const answer = await fetch(closing.endpoint);
  await closing.close();
  await expect(answer.text()).rejects.toThrow();
});
