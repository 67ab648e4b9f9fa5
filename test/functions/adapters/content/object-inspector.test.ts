import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { ENCODED_LIMITS, inspectObject } from '../../../../functions/adapters/content/object-inspector.ts';
import { png, zip } from '../../../../local/samples.ts';
import { judged, storeOf } from '../../../support/file-types/judged.ts';

const gzipped = { contentEncoding: 'gzip' };

describe('content that is stored with Content-Encoding gzip', () => {
  it.each<[string, Uint8Array | string, string | null]>([
    ['data.json', '{}', 'application/json'],
    ['data.json.gz', '{}', 'application/json'],
    ['photo.png', png(), 'image/png'],
    ['notes.txt', '', 'text/plain'],
  ])('is judged as browsers decode it: %s', async (key, bytes, contentType) => {
    expect(await judged(key, gzipSync(bytes), { ...gzipped, contentType })).toMatchObject({ finding: null });
  });

  it('is judged with its last bytes too', async () => {
    const document = await zip({ mimetype: 'application/epub+zip', 'a.xhtml': '<a/>' });
    expect(await judged('book.epub', gzipSync(document), gzipped)).toMatchObject({
      type: 'application/epub+zip',
      finding: null,
    });
  });

  it.each<[string, Uint8Array | string, string]>([
    ['page.txt', '<!DOCTYPE html>', 'type:text/html'],
    ['run.txt', '#!/bin/sh', 'type:text/x-shellscript'],
    ['photo.jpg', 'plain words', 'extension-mismatch:jpg->text/plain'],
    ['image.txt', gzipSync('twice'), 'extension-mismatch:txt->application/gzip'],
  ])('is refused for what browsers would decode: %s', async (key, bytes, finding) => {
    expect(await judged(key, gzipSync(bytes), gzipped)).toMatchObject({ finding });
  });

  it.each<[string, Uint8Array]>([
    ['no gzip', Buffer.from('plain words')],
    ['broken', gzipSync('x'.repeat(1000)).subarray(0, 15)],
    ['a wrong checksum', Buffer.concat([gzipSync('x').subarray(0, -8), Buffer.alloc(8)])],
  ])('is refused when it is %s', async (_, bytes) => {
    expect(await judged('a.txt', bytes, gzipped)).toMatchObject({ finding: 'content-encoding:gzip-broken' });
  });

  it('is refused when it is too much to look at', async () => {
    const bomb = gzipSync(Buffer.alloc(ENCODED_LIMITS.decodedBytes + 1, 'a'));
    expect(await judged('a.txt', bomb, gzipped)).toMatchObject({ finding: 'content-encoding:gzip-too-large' });
    const head = gzipSync('x');
    const store = {
      readRange: async (_: unknown, start: number, end: number, onHeaders?: (headers: never) => void) => {
        onHeaders?.({ contentEncoding: 'gzip' } as never);
        const content = Buffer.alloc(end - start + 1);
        if (start === 0) head.copy(content);
        return content;
      },
    };
    const object = { bucket: 'b', key: 'k', etag: 'e', size: ENCODED_LIMITS.storedBytes + 1 };
    expect(await inspectObject(store, object)).toMatchObject({ encodingFault: 'gzip-too-large' });
  });

  it('does not leave a thread behind that still reads the bytes it was given', async () => {
    const content = gzipSync(randomBytes(1024 * 1024).toString('base64'));
    const { readRange } = storeOf(content, gzipped);
    const forgetful: ReturnType<typeof storeOf> = {
      async readRange(...range) {
        const bytes = await readRange(...range);
        if (bytes.length === content.length) setImmediate(() => bytes.fill(0));
        return bytes;
      },
    };
    const object = { bucket: 'b', key: 'k', etag: 'e', size: content.length };
    expect(await inspectObject(forgetful, object)).toMatchObject({ encoded: true, encodingFault: null });
  });

  it('takes one more request for small objects, and none without it', async () => {
    const requests = async (contentEncoding: string | null) => {
      let count = 0;
      const { readRange } = storeOf(gzipSync('{}'), { contentEncoding });
      const counting = {
        readRange(...range: Parameters<typeof readRange>) {
          count += 1;
          return readRange(...range);
        },
      };
      await inspectObject(counting, { bucket: 'b', key: 'k', etag: 'e', size: gzipSync('{}').length });
      return count;
    };
    expect(await requests(null)).toBe(1);
    expect(await requests('gzip')).toBe(2);
  });
});

it.each(['br', 'zstd', 'deflate', 'gzip, gzip', 'x'.repeat(200)])(
  'Content-Encoding %s is refused',
  async (contentEncoding) => {
    for (const allowedTypes of [['text'], ['*']]) {
      expect(await judged('a.txt', 'plain words', { contentEncoding }, { allowedTypes })).toMatchObject({
        finding: `content-encoding:${contentEncoding.slice(0, 60)}`,
      });
    }
  },
);

it.each(['', 'identity', 'aws-chunked', 'utf-8'])('Content-Encoding %j changes nothing', async (contentEncoding) => {
  expect(await judged('a.txt', 'plain words', { contentEncoding })).toMatchObject({ finding: null });
});
