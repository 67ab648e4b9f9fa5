import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { sha256 } from '../../../functions/adapters/process/digest.ts';
import { digestOfHeaders } from '../../../functions/domain/confirmed-verdict.ts';
import { dialectNamed } from '../../../functions/domain/dialects/index.ts';
import { AccessDenied, EngineUnavailable } from '../../../functions/domain/errors.ts';
import { NO_HEADERS, type Unpacking } from '../../../functions/domain/ports.ts';
import type { ScanPorts } from '../../../functions/domain/scan-content.ts';
import { scanBatch } from '../../../functions/handlers/scan-batch.ts';
import { logger } from '../../../functions/handlers/task.ts';
import { NOTHING_INSIDE } from '../../support/nothing-inside.ts';

/** What the handler adds to a batch: when it needs an engine, what it logs, what its time costs. */
const MAX = 100;
const folder = mkdtempSync(join(tmpdir(), 'scan-batch-'));
const copy = join(folder, 'copy');
writeFileSync(copy, 'x'.repeat(MAX));
afterAll(() => rmSync(folder, { recursive: true }));

let started: number;
let scanned: string[];
let engineFault: Error | undefined;

beforeEach(() => {
  started = 0;
  scanned = [];
  engineFault = undefined;
});
afterEach(() => {
  jest.restoreAllMocks();
});

const ports: ScanPorts = {
  ...NOTHING_INSIDE,
  engine: {
    async definitionsVersion() {
      started += 1;
      if (engineFault !== undefined) throw engineFault;
      return '100';
    },
    async scan() {
      return { infected: false, signatures: [], unscanned: [], definitions: '100' };
    },
  },
  scratch: {
    async withCopy({ key }, use) {
      scanned.push(key);
      return use({ path: copy }, NO_HEADERS);
    },
  },
  clock: () => new Date('2026-11-26T00:00:00.000Z'),
};

const item = (Key: string, Size: number) => ({ Key, Etag: '"e"', Size, LastModified: 0 });
const settings = (strategy: string) => ({
  bucket: 'b',
  strategy,
  window: { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' },
  policy: { maxObjectBytes: MAX, allowedTypes: ['*'], onInfected: 'tag' },
  filters: { prefixes: [], suffixes: [] },
});

function run(
  items: object[],
  { strategy = 'all', tags = {}, over = {}, remaining = (): number => 600_000, unpacking = ports.unpacking } = {},
) {
  const store = {
    head: async ({ key }: { key: string }) => ({
      bucket: 'b',
      key,
      size: key === 'large' ? MAX + 1 : 0,
      etag: 'e',
      lastModified: '',
      headers: NO_HEADERS,
    }),
    currentTags: async ({ key }: { key: string }) => {
      if (key === 'denied') throw new AccessDenied('GetObjectTagging: no');
      return { tags };
    },
  };
  const context = { memoryLimitInMB: '2048', getRemainingTimeInMillis: remaining } as unknown as Context;
  const payload = { BatchInput: settings(strategy), Items: items, ...over };
  return scanBatch({ ...ports, unpacking }, store, dialectNamed('airlock'))(payload, context);
}

describe('Scan Batch', () => {
  it('waits for an engine once, for all that need one', async () => {
    const { totals } = await run([item('a', 1), item('b', MAX), item('c', 5)]);
    expect(totals).toMatchObject({ listed: 3, scanned: 3, changed: 3 });
    expect(scanned.sort()).toEqual(['a', 'b', 'c']);
    expect(started).toBe(1);
  });

  it('says with which headers the content was judged', async () => {
    const { changed } = await run([item('a', 1), item('empty', 0)]);
    const headers = digestOfHeaders(NO_HEADERS, sha256);
    const judged = changed.map(({ object, verdict }) => [object.key, verdict.headers]);
    expect(Object.fromEntries(judged)).toEqual({ a: headers, empty: undefined });
  });

  it('starts none for what is empty or too large', async () => {
    const { totals } = await run([item('empty', 0), item('large', MAX + 1)]);
    expect(totals).toMatchObject({ listed: 2, scanned: 2, changed: 2 });
    expect({ started, scanned }).toEqual({ started: 0, scanned: [] });
  });

  it('asks for the definitions in use where `stale` compares with them', async () => {
    await run([item('a', 1)], { strategy: 'stale', tags: { 'scan-status': 'CLEAN', 'scan-definitions': '100' } });
    expect({ started, scanned }).toEqual({ started: 1, scanned: [] });
  });

  it('fails as a whole when there is no engine', async () => {
    engineFault = new EngineUnavailable('down');
    await expect(run([item('a', 1), item('empty', 0)])).rejects.toBe(engineFault);
  });

  it('logs each object that failed, by bucket, key and fault', async () => {
    const logged = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
    const { totals } = await run([item('a', 1), item('denied', 1)]);
    expect(totals).toMatchObject({ scanned: 1, failed: 1 });
    expect(logged.mock.calls).toEqual([
      ['ObjectFailed', { bucket: 'b', key: 'denied', error: 'AccessDenied', cause: 'GetObjectTagging: no' }],
    ]);
  });

  it('adds its time, in GB-seconds, to what the batch took before', async () => {
    const left = [600_000, 595_000];
    const remaining = () => (left.length > 1 ? (left.shift() ?? 0) : (left[0] ?? 0));
    expect(await run([], { over: { gbSeconds: 7 }, remaining })).toMatchObject({ gbSeconds: 7 + 10 });
  });

  it('goes on from the totals so far, less what could not be applied', async () => {
    const totals = { listed: 5, due: 5, scanned: 5, skipped: {}, failed: 0, changed: 2, infected: 1, bytes: 50 };
    const applied = [{ problem: 'gone', infected: true, size: 10 }];
    const result = await run([item('a', 1)], { over: { totals, applied, changed: ['whatever'] } });
    expect(result.totals).toEqual({
      listed: 6,
      due: 6,
      scanned: 5,
      skipped: { gone: 1 },
      failed: 0,
      changed: 2,
      infected: 0,
      bytes: 41,
    });
    expect(result).toMatchObject({ BatchInput: settings('all'), Items: [], applied: [] });
    expect(result.changed.map(({ object }) => object.key)).toEqual(['a']);
  });

  it('names what is active in a changed verdict, and refuses it where the policy says so', async () => {
    const active = ['office-dde', 'pdf-launch'] as const;
    const unpacking: Unpacking = {
      withContents: (_path, _remaining, use) =>
        use({ whole: true, parts: [], unaccounted: [], opened: new Set(), active, macroType: null }),
    };
    const told = async (activeContent: string, tags = {}) => {
      const { policy, ...rest } = settings('all');
      const over = { BatchInput: { ...rest, policy: { ...policy, activeContent } } };
      const { changed } = await run([item('a', 1)], { over, tags, unpacking });
      return changed.map(({ verdict: { status, finding, activeContent } }) => ({ status, finding, activeContent }));
    };
    expect(await told('allow')).toEqual([{ status: 'CLEAN', finding: null, activeContent: active }]);
    expect(await told('reject')).toEqual([
      { status: 'REJECTED', finding: 'active-content:office-dde', activeContent: active },
    ]);
    // A verdict that is confirmed is not written again, and nobody is told.
    expect(await told('allow', { 'scan-status': 'CLEAN' })).toEqual([]);
  });

  it('leaves what it has no time for', async () => {
    const items = Array.from({ length: 200 }, (_, index) => item(String(index), 1));
    const { Items, totals } = await run(items, { remaining: () => 20_000 });
    expect(Items.length).toBeGreaterThan(0);
    expect(Items.length + totals.listed).toBe(200);
  });
});
