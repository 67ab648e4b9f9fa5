import { createServer, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createUploads,
  type Ticket,
  type Uploads,
  type UploadVerdict,
  uploadHandler,
} from '../../clients/upload/index.ts';
import { type Listening, listenOnLoopback } from '../../emulator/http/loopback.ts';
import type { Notification } from '../../functions/domain/notification.ts';
import { eicar } from '../../local/samples.ts';
import { OPERATOR, UPLOADER } from '../../local/stack/pipeline.ts';
import { Airlock, CONFIG, leftovers, UNVERSIONED, VERSIONED } from '../support/airlock.ts';

/** An application with node:http alone: tickets, uploads, verdicts, downloads, behind the gate. */
const SECRET = 'a secret of at least 32 characters';
let airlock: Airlock;
let uploads: Uploads;
let server: Listening;
const notifications: Notification[] = [];
const faults: unknown[] = [];
const open = new AbortController();

beforeAll(async () => {
  airlock = await Airlock.start({
    airlock: { ...CONFIG, onInfected: 'delete' },
    onEvent: ({ source, detail }) => source === 's3-airlock' && notifications.push(detail as Notification),
  });
  uploads = uploadsOf(VERSIONED);
  const userOf = ({ headers }: IncomingMessage) => headers.authorization;
  const onFault = (fault: unknown) => faults.push(fault);
  const handle = uploadHandler(uploads, { userOf, onFault, pollSeconds: 0.05, keepAliveSeconds: 0.01 });
  server = await listenOnLoopback(createServer(handle));
});
afterEach(() => expect(faults.splice(0)).toEqual([]));
afterAll(async () => {
  open.abort();
  await server.close();
  await airlock.close();
  expect(await leftovers()).toEqual([]);
});

const uploadsOf = (bucket: string, options: object = {}) =>
  createUploads({ s3: airlock.pipeline.client(UPLOADER), bucket, secret: SECRET, maxBytes: 10_000, ...options });

const ask = (path: string, init: RequestInit = {}, user = 'me') =>
  fetch(`${server.endpoint}${path}`, { ...init, headers: { authorization: user, ...init.headers } });

const post = (body: unknown, headers = { 'content-type': 'application/json' }) =>
  ask('/uploads', { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

async function ticketFor(name: string, content: string, type = 'text/plain'): Promise<Ticket> {
  const answer = await post({ name, size: Buffer.byteLength(content), type });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Ticket;
}

const put = ({ url, headers }: Ticket, content: string) => fetch(url, { method: 'PUT', headers, body: content });

/** Uploads, and waits until the pipeline is done. */
async function uploaded(name: string, content: string, type?: string): Promise<Ticket> {
  const ticket = await ticketFor(name, content, type);
  const answer = await put(ticket, content);
  expect([answer.status, await answer.text()]).toEqual([200, '']);
  await airlock.pipeline.idle();
  return ticket;
}

async function polled({ ticket }: Ticket): Promise<UploadVerdict | number> {
  const answer = await ask(`/uploads/verdict?${new URLSearchParams({ ticket })}`);
  return answer.status === 200 ? ((await answer.json()) as UploadVerdict) : answer.status;
}

const keyOf = ({ url }: Ticket) => decodeURIComponent(new URL(url).pathname.split('/').slice(2).join('/'));

describe('the verdict', () => {
  it('is CLEAN with a download of what was uploaded, under its name', async () => {
    const ticket = await uploaded('Über uns.txt', 'all is well');
    const verdict = await polled(ticket);
    expect(verdict).toMatchObject({ status: 'CLEAN', finding: null, meaning: null, remedy: null });
    const download = await fetch((verdict as UploadVerdict).download?.url ?? '');
    expect(await download.text()).toBe('all is well');
    expect(download.headers.get('content-disposition')).toContain("filename*=UTF-8''%C3%9Cber%20uns.txt");
  });

  it('has the meaning and the remedy where the file is refused, and no download', async () => {
    const verdict = await polled(await uploaded('page.txt', '<!DOCTYPE html><script>1</script>'));
    expect(verdict).toMatchObject({ status: 'REJECTED', download: null, remedy: expect.stringMatching(/^\w.*\.$/) });
    expect((verdict as UploadVerdict).remedy).not.toMatch(/[`[]/);
  });

  it('comes as a stream when it is there', async () => {
    const ticket = await ticketFor('late.txt', 'late');
    const path = `/uploads/events?${new URLSearchParams({ ticket: ticket.ticket })}`;
    const answer = await ask(path, { signal: open.signal });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect((await put(ticket, 'late')).status).toBe(200);
    await airlock.pipeline.idle();
    await uploads.verdict({ bucket: VERSIONED, key: keyOf(ticket), status: 'CLEAN', finding: null });
    const events = await answer.text();
    expect(JSON.parse(/^event: verdict\ndata: (.*)\n\n$/m.exec(events)?.[1] ?? '')).toMatchObject({ status: 'CLEAN' });
  });

  it('is waited for while there is none', async () => {
    expect(await polled(await ticketFor('never.txt', 'never'))).toBe(204);
  });

  it('is found by the tags when the notification is lost', async () => {
    const looking = uploadsOf(VERSIONED, { lookEverySeconds: 0.01 });
    const ticket = await ticketFor('lost.txt', 'lost');
    const waiting = looking.wait(ticket.ticket, 'me', open.signal);
    await put(ticket, 'lost');
    expect(await waiting).toMatchObject({ status: 'CLEAN' });
  });

  it('is known by the notification alone when the object was deleted', async () => {
    const ticket = await uploaded('eicar.txt', String(eicar()));
    expect(await polled(ticket)).toBe(204);
    const [notification] = notifications.filter(({ key }) => key === keyOf(ticket));
    expect(notification).toMatchObject({ status: 'INFECTED', action: 'delete' });
    expect(await uploads.verdict(notification)).toBe(true);
    expect(await polled(ticket)).toMatchObject({ status: 'INFECTED', finding: expect.any(String), download: null });
  });

  it('is not CLEAN by a notification alone', async () => {
    const ticket = await ticketFor('forged.txt', 'forged');
    await uploads.verdict({ bucket: VERSIONED, key: keyOf(ticket), status: 'CLEAN', finding: null });
    expect(await polled(ticket)).toBe(204);
  });

  it.each([
    ['of another bucket', { bucket: 'other', key: 'a', status: 'CLEAN', finding: null }],
    ['of another kind', { type: 'rescan', counts: {} }],
    ['that is nothing', null],
  ])('is not in a message %s', async (_, message) => {
    expect(await uploads.verdict(message)).toBe(false);
  });
});

describe('the download', () => {
  it('is of the version that was scanned, whatever came after', async () => {
    const ticket = await uploaded('kept.txt', 'scanned');
    const verdict = (await polled(ticket)) as UploadVerdict;
    const operator = airlock.pipeline.client(OPERATOR);
    await operator.send(new PutObjectCommand({ Bucket: VERSIONED, Key: keyOf(ticket), Body: 'replaced' }));
    await airlock.pipeline.idle();
    expect(await (await fetch(verdict.download?.url ?? '')).text()).toBe('scanned');
    await operator.send(new DeleteObjectCommand({ Bucket: VERSIONED, Key: keyOf(ticket) }));
    expect(await (await fetch(verdict.download?.url ?? '')).text()).toBe('scanned');
    expect(await polled(ticket)).toBe(204);
  });

  it('works without versions too', async () => {
    const unversioned = uploadsOf(UNVERSIONED);
    const ticket = await unversioned.issue({ name: 'a.txt', size: 1, type: 'text/plain' }, 'me');
    await put(ticket, 'a');
    await airlock.pipeline.idle();
    const verdict = await unversioned.ask(ticket.ticket, 'me');
    expect(await (await fetch(verdict?.download?.url ?? '')).text()).toBe('a');
  });
});

describe('what is refused', () => {
  it('a second upload by the same ticket', async () => {
    const ticket = await uploaded('once.txt', 'once');
    expect((await put(ticket, 'evil')).status).toBe(412);
  });

  it('content with another SHA-256', async () => {
    const sha256 = await crypto.subtle.digest('SHA-256', Buffer.from('this')).then((sum) => Buffer.from(sum));
    const hashing = uploadsOf(VERSIONED, { checksum: 'sha256' });
    const file = { name: 'a.txt', size: 4, type: 'text/plain', sha256: sha256.toString('base64') };
    const ticket = await hashing.issue(file, 'me');
    const answer = await put(ticket, 'that');
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('BadDigest')]);
    expect((await put(ticket, 'this')).status).toBe(200);
    await airlock.pipeline.idle();
  });

  it("somebody else's ticket, by each way to ask", async () => {
    const { ticket } = await ticketFor('mine.txt', 'mine');
    for (const way of ['events', 'verdict']) {
      const answer = await ask(`/uploads/${way}?${new URLSearchParams({ ticket })}`, {}, 'somebody');
      expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ code: 'ticket-invalid' })]);
    }
  });

  it.each([
    ['too large a file', { name: 'a', size: 10_001, type: '' }, 413, 'too-large'],
    ['no JSON', '{', 400, 'invalid-request'],
    ['too much JSON', JSON.stringify('a'.repeat(20_000)), 400, 'invalid-request'],
  ])('%s', async (_, body, status, code) => {
    const answer = await post(body);
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { code, message: expect.any(String), remedy: expect.any(String) },
    ]);
  });

  it('what a form of another site could send', async () => {
    const answer = await post({ name: 'a', size: 1, type: '' }, { 'content-type': 'text/plain' });
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ code: 'invalid-request' })]);
  });

  it('who is not signed in, and other methods', async () => {
    expect((await fetch(`${server.endpoint}/uploads`, { method: 'POST' })).status).toBe(401);
    expect((await ask('/uploads', { method: 'DELETE' })).status).toBe(404);
  });
});

it('a fault of the server is told to the server, not to the uploader', async () => {
  airlock.beforeRequest(() => {
    throw new Error('a secret of the server');
  });
  const { ticket } = await ticketFor('a.txt', 'a');
  const answer = await ask(`/uploads/verdict?${new URLSearchParams({ ticket })}`);
  airlock.beforeRequest(undefined);
  expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining('secret')]);
  expect(faults.splice(0)).toHaveLength(1);
});

it('a browser that goes away is not waited for', async () => {
  const { ticket } = await ticketFor('gone.txt', 'gone');
  const path = `${server.endpoint}/uploads/events?${new URLSearchParams({ ticket })}`;
  await new Promise<void>((resolve) => {
    const asking = request(path, { headers: { authorization: 'me' } }, (response) => {
      text(response).catch(() => resolve());
      asking.destroy();
    });
    asking.end();
  });
});

it.each([0, -1, 5 * 1024 ** 3 + 1, Number.NaN])('maxBytes of %d is a fault of the configuration', (maxBytes) => {
  expect(() => uploadsOf(VERSIONED, { maxBytes })).toThrow(/maxBytes/);
});
