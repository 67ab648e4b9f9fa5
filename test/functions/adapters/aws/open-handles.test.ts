import { once } from 'node:events';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../../emulator/http/loopback.ts';
import { createObjectStore } from '../../../../functions/adapters/aws/object-store.ts';
import { createRescanResults } from '../../../../functions/adapters/aws/rescan-results.ts';
import { fileBytes } from '../../../../functions/adapters/content/file-bytes.ts';
import { headerOf } from '../../../../functions/adapters/definitions/header.ts';

/** Adapters close the files and connections they open, however they end. Linux only. */
const folder = mkdtempSync(join(tmpdir(), 'open-handles-'));
afterAll(() => rmSync(folder, { recursive: true }));

function openedBelow(path: string): string[] {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(path);
    } catch {
      return false; // closed meanwhile
    }
  });
}

describe('a file that is read', () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'ClamAV-VDB:x');
  const object = { bucket: 'b', key: 'k', size: 12, etag: 'e' };

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['for its bytes', (path) => fileBytes(path).readRange(object, 0, 3)],
    ['for its header', (path) => headerOf(path)],
  ])('is closed, also when it cannot be read: %s', async (_, read) => {
    await read(file);
    expect(openedBelow(folder)).toEqual([]);
    // A folder can be opened and not be read.
    await expect(read(folder)).rejects.toMatchObject({ code: 'EISDIR' });
    expect(openedBelow(folder)).toEqual([]);
  });
});

/** A server that starts every answer and finishes none, so that only the client can close the connection. */
async function withEndlessServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  use: (endpoint: string) => Promise<void>,
) {
  const closed: Promise<unknown>[] = [];
  const server = createServer((request, response) => {
    if (request.url?.includes('list-type') === false) closed.push(once(response, 'close'));
    answer(request, response);
  });
  const { endpoint, close } = await listenOnLoopback(server);
  try {
    await use(endpoint);
    await Promise.all(closed);
    return closed.length;
  } finally {
    server.closeAllConnections();
    await close();
  }
}
const environment = (endpoint: string) => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL_S3: endpoint,
  RESULTS_BUCKET: 'results',
});

describe('a body of an object', () => {
  const SIZE = 100_000;
  const object = { bucket: 'b', key: 'k', size: SIZE, etag: 'e' };
  const begun = (etag: string) => (_: IncomingMessage, response: ServerResponse) =>
    void response
      .writeHead(206, { 'content-length': SIZE, 'content-range': `bytes 0-${SIZE - 1}/${SIZE}`, etag })
      .write('x'.repeat(1000));

  it('is let go when its reader stops', async () => {
    const answers = await withEndlessServer(begun('"e"'), async (endpoint) => {
      for await (const _ of await createObjectStore(environment(endpoint)).openRange(object, 0, SIZE - 1)) break;
    });
    expect(answers).toBe(1);
  }, 5000);

  it('is let go when it is of other content', async () => {
    const answers = await withEndlessServer(begun('"other"'), async (endpoint) => {
      const opened = createObjectStore(environment(endpoint)).openRange(object, 0, SIZE - 1);
      await expect(opened).rejects.toMatchObject({ name: 'StorageUnavailable' });
    });
    expect(answers).toBe(1);
  }, 5000);
});

describe('the results of a rescan', () => {
  const LISTING = '<ListBucketResult><Contents><Key>runs/r/u/manifest.json</Key></Contents></ListBucketResult>';
  const MANIFEST = JSON.stringify({ ResultFiles: { SUCCEEDED: [{ Key: 'lines' }] } });
  const serving = (lines: string) => (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.includes('list-type')) return void response.end(LISTING);
    if (request.url?.includes('manifest')) return void response.end(MANIFEST);
    response.writeHead(200, { 'content-length': 100_000 }).write(lines);
  };

  it('are let go when their reader stops', async () => {
    await withEndlessServer(serving('{}\n{}\n'), async (endpoint) => {
      for await (const _ of createRescanResults(environment(endpoint)).lines('r')) break;
    });
  }, 5000);

  it('are let go when a line is no JSON', async () => {
    await withEndlessServer(serving('{}\n{\n{}\n'), async (endpoint) => {
      const lines = async () => {
        for await (const _ of createRescanResults(environment(endpoint)).lines('r'));
      };
      await expect(lines()).rejects.toMatchObject({ name: 'StorageUnavailable' });
    });
  }, 5000);
});
