import { expect, it } from '@jest/globals';
import { inspectObject } from '../../functions/adapters/content/object-inspector.ts';
import { judgeFileType } from '../../functions/domain/file-type/file-type-verdict.ts';
import { NO_HEADERS } from '../../functions/domain/ports.ts';
import { INERT_TYPES, XML_STYLESHEETS } from '../../functions/domain/scan-policy.ts';
import { BODIES, STORED_TYPES } from './bodies.ts';
import { cellsThatRun } from './browser.ts';

/** What a browser runs under the Content-Type that S3 serves must not pass under any name. */
const NAMES = ['notes.txt', 'table.csv', 'README.md', 'data.xml', 'data.json', 'calendar.ics', 'photo.png', 'plain'];
const ALLOWED = ['documents', 'images', 'audio', 'video', 'archives', 'text'];
const POLICIES = INERT_TYPES.flatMap((inertTypes) =>
  XML_STYLESHEETS.map((xmlStylesheets) => ({ allowedTypes: ALLOWED, inertTypes, xmlStylesheets })),
);
const CELLS = STORED_TYPES.flatMap((contentType) =>
  Object.entries(BODIES).map(([name, body]) => ({ name, contentType, body })),
);

async function namesThatPass(bytes: Buffer, contentType: string | null): Promise<string[]> {
  const store = {
    async readRange(_object: unknown, start: number, end: number, onHeaders?: (headers: typeof NO_HEADERS) => void) {
      onHeaders?.({ ...NO_HEADERS, contentType });
      return bytes.subarray(start, end + 1);
    },
  };
  const content = (key: string) => inspectObject(store, { bucket: 'uploads', key, size: bytes.length, etag: 'e' });
  const passed: string[] = [];
  for (const key of NAMES) {
    const inspected = await content(key);
    if (POLICIES.some((policy) => judgeFileType(inspected, key, policy).finding === null)) passed.push(key);
  }
  return passed;
}

it('nothing that Chromium runs is allowed under any name', async () => {
  const ran = await cellsThatRun(CELLS);
  const passed = await Promise.all(CELLS.map(({ body, contentType }) => namesThatPass(body('void 0'), contentType)));
  const wrong = CELLS.flatMap(({ name, contentType }, index) =>
    ran[index] && passed[index]?.length ? [{ name, contentType, names: passed[index] }] : [],
  );
  expect(wrong).toEqual([]);
  // Neither half may be empty.
  const running = ran.filter(Boolean).length;
  const allowed = passed.filter((names) => names.length > 0).length;
  process.stdout.write(`${CELLS.length} cells: ${running} run in Chromium, ${allowed} are allowed under some name\n`);
  expect(running).toBeGreaterThan(100);
  expect(allowed).toBeGreaterThan(100);
});
