import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { downloadObject } from '../../../../functions/adapters/aws/object-download.ts';
import { memoryStore, referenceTo } from './memory-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'short-writes-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

type Write = (bytes: Uint8Array, offset: number, length: number, position: number) => Promise<unknown>;

/** Each write to a file takes no more bytes than the next limit. @returns what ends that */
async function limitWrites(limits: Iterator<number>): Promise<() => void> {
  const file = await open(folder);
  const handles: { write: Write } = Object.getPrototypeOf(file);
  await file.close();
  const { write } = handles;
  const short = jest.spyOn(handles, 'write').mockImplementation(function (this: unknown, bytes, offset, length, at) {
    return write.call(this, bytes, offset, Math.min(length, limits.next().value), at);
  });
  return () => short.mockRestore();
}

it('a download writes what an earlier write has left', async () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
  const limit = fc.infiniteStream(fc.integer({ min: 1, max: 50 }));
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 100 }), limit, async (content, chunkBytes, limits) => {
      const path = join(folder, String(files++));
      const restore = await limitWrites(limits);
      await downloadObject(memoryStore(content, chunkBytes), referenceTo(content), path).finally(restore);
      expect(readFileSync(path)).toEqual(Buffer.from(content));
    }),
    { numRuns: 50 },
  );
});
