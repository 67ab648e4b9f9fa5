import { once } from 'node:events';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { listenOnLoopback } from '../../../../emulator/http/loopback.ts';
import { createScratch } from '../../../../functions/adapters/aws/object-copy.ts';
import { createObjectStore } from '../../../../functions/adapters/aws/object-store.ts';
import { createRescanResults } from '../../../../functions/adapters/aws/rescan-results.ts';
import { fileBytes } from '../../../../functions/adapters/content/file-bytes.ts';
import { headerOf } from '../../../../functions/adapters/definitions/header.ts';
import { until } from '../../../support/processes.ts';

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

/** Bytes of all files below. */
const bytesBelow = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);

describe('a file that is read', () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'ClamAV-VDB:x');
  const object = { bucket: 'b', key: 'k', size: 12, etag: 'e' };

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['for its bytes', (path) => fileBytes({ path }).readRange(object, 0, 3)],
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
  /** Is written as it arrives. */
  const LARGE = 10_000_000;
  const object = { bucket: 'b', key: 'k', size: SIZE, etag: 'e' };
  const begun =
    (etag: string, size = SIZE) =>
    (_: IncomingMessage, response: ServerResponse) =>
      void response
        .writeHead(206, { 'content-length': size, 'content-range': `bytes 0-${size - 1}/${size}`, etag })
        .write('x'.repeat(1000));

  it('is let go when its reader stops', async () => {
    const answers = await withEndlessServer(begun('"e"'), async (endpoint) => {
      for await (const _ of await createObjectStore(environment(endpoint)).openRange(object, 0, SIZE - 1)) break;
    });
    expect(answers).toBe(1);
  }, 5000);

  it.each([
    ['before the answer', SIZE, 0],
    ['within the body', SIZE, 0],
    ['before the answer', LARGE, 1],
    ['within the body', LARGE, 1],
  ] as const)(
    'is let go when it is cut off: %s, of %d bytes',
    async (when, size, files) => {
      let asked = false;
      const answer = (request: IncomingMessage, response: ServerResponse) => {
        asked = true;
        if (when === 'within the body') begun('"e"', size)(request, response);
      };
      const parent = mkdtempSync(join(folder, 'scratch-'));
      const answers = await withEndlessServer(answer, async (endpoint) => {
        const scratch = createScratch(createObjectStore(environment(endpoint)), { parent });
        const cut = new AbortController();
        const copy = scratch
          .withCopy({ ...object, size }, async () => 'used', cut.signal)
          .catch((reason: Error) => reason.message);
        await until(() => asked && (when !== 'within the body' || files === 0 || bytesBelow(parent) > 0));
        expect(openedBelow(parent)).toHaveLength(files);
        cut.abort(new Error('cut off'));
        expect(await copy).toBe('cut off');
        expect([openedBelow(parent), bytesBelow(parent)]).toEqual([[], 0]);
        scratch.close();
      });
      expect(answers).toBe(1);
    },
    5000,
  );

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
