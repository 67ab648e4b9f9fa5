import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { downloadObject } from '../../../../functions/adapters/aws/object-download.ts';
import { limitTransfers } from '../../../support/short-transfers.ts';
import { memoryStore, referenceTo } from './memory-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'short-writes-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

it('a download writes what an earlier write has left', async () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
  const limit = fc.infiniteStream(fc.integer({ min: 1, max: 50 }));
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 100 }), limit, async (content, chunkBytes, limits) => {
      const path = join(folder, String(files++));
      const { restore } = await limitTransfers('write', limits);
      await downloadObject(memoryStore(content, chunkBytes), referenceTo(content), path).finally(restore);
      expect(readFileSync(path)).toEqual(Buffer.from(content));
    }),
    { numRuns: 50 },
  );
});
