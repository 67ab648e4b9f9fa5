import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createUploads, type Ticket, type Uploads } from '../../clients/upload/index.ts';
import { clientOf, createBucket } from './gateway.ts';
import { setTags } from './objects.ts';

/** Ceph verifies signatures, which the local S3 does not: what a ticket signs nobody can change. */
const CONTENT = 'all is well';
const FILE = { name: 'Über uns.txt', size: CONTENT.length, type: 'text/plain' };
const s3 = clientOf();
let bucket: string;
let uploads: Uploads;

beforeAll(async () => {
  bucket = await createBucket(s3, 'enabled');
  uploads = createUploads({ s3, bucket, secret: 'a secret of at least 32 characters', maxBytes: 1000 });
});
afterAll(() => s3.destroy());

async function put({ url, headers }: Ticket, content = CONTENT, changed: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(url, { method: 'PUT', headers: { ...headers, ...changed }, body: content });
  await answer.text();
  return answer.status;
}

it('takes the file as it was signed', async () => {
  expect(await put(await uploads.issue(FILE, 'me'))).toBe(200);
});

it.each([
  ['a larger file', `${CONTENT}!`, {}],
  ['a smaller file', 'all', {}],
  ['another type', CONTENT, { 'content-type': 'text/html' }],
  ['another name', CONTENT, { 'content-disposition': 'inline' }],
  ['permission to overwrite', CONTENT, { 'if-none-match': '"x"' }],
])('refuses %s', async (_, content, changed) => {
  expect(await put(await uploads.issue(FILE, 'me'), content, changed)).toBe(403);
});

// Ceph 16 does not say whose tags it returns, so that this URL names no version.
it('the URL of a download is good, and not for longer than it says', async () => {
  const ticket = await uploads.issue(FILE, 'me');
  await put(ticket);
  const key = new URL(ticket.url).pathname.split('/').slice(2).join('/');
  await setTags(s3, { bucket, key }, { 'scan-status': 'CLEAN' });
  const { download } = (await uploads.ask(ticket.ticket, 'me')) ?? {};
  const answer = await fetch(download?.url ?? '');
  expect([answer.status, await answer.text()]).toEqual([200, CONTENT]);
  const other = await fetch(download?.url.replace('X-Amz-Expires=900', 'X-Amz-Expires=9000') ?? '');
  await other.text();
  expect(other.status).toBe(403);
});
