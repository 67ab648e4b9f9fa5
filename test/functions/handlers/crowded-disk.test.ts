import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context, SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { createScratch } from '../../../functions/adapters/aws/object-copy.ts';
import { createScanEngine, scanBudget } from '../../../functions/adapters/clamav/scan-engine.ts';
import type { WarmEngine } from '../../../functions/adapters/clamav/warm-engine.ts';
import { createUnpacking } from '../../../functions/adapters/unpacking/unpacking.ts';
import { dialectNamed } from '../../../functions/domain/dialects/index.ts';
import { ScratchFull } from '../../../functions/domain/errors.ts';
import type { ScanEngine } from '../../../functions/domain/ports.ts';
import type { RescanPorts } from '../../../functions/domain/rescan/rescan-object.ts';
import type { ScanPorts } from '../../../functions/domain/scan-content.ts';
import type { Verdict } from '../../../functions/domain/verdict.ts';
import { scanBatch } from '../../../functions/handlers/scan-batch.ts';
import { scanObject, scanWorker } from '../../../functions/handlers/scan-worker.ts';
import { eicarInZip, text } from '../../../local/samples.ts';
import { writeEicarDefinitions } from '../../../local/stack/definitions.ts';
import { pack } from '../../support/containers/seven-zip.ts';
import { canMountSmallDisk, mountSmallDisk } from '../../support/small-disk.ts';
import { readOnlyStore } from '../adapters/aws/memory-store.ts';

/* Objects that are scanned at once on one real small disk, with what the engine unpacks to it. */
const MB = 1024 ** 2;
const DISK_BYTES = 24 * MB;
const SHARE_BYTES = 2 * MB;
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:Scans';
const folder = mkdtempSync(join(tmpdir(), 'crowded-'));
const disk = join(folder, 'd');
mkdirSync(disk);
const unmount = canMountSmallDisk() ? mountSmallDisk(disk, DISK_BYTES) : undefined;
const system = process.env.TMPDIR;
const env = {
  AWS_REGION: 'eu-central-1',
  DEFINITIONS_DIRECTORY: join(folder, 'definitions'),
  MAX_OBJECT_BYTES: String(100 * MB),
  CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf',
  TEST_SIGNATURES: 'allowed',
};
const policy = { maxObjectBytes: 100 * MB, allowedTypes: ['*'], onInfected: 'tag' };
const engine: WarmEngine = createScanEngine(env);
let objects: Record<string, Buffer>;

beforeAll(async () => {
  await writeEicarDefinitions(env.DEFINITIONS_DIRECTORY);
  // clamd unpacks to the same disk.
  process.env.TMPDIR = disk;
  if (unmount) await engine.start();
  const manyTexts = Object.fromEntries(Array.from({ length: 3 }, (_, at) => [`${at}`, Buffer.alloc(300_000, 'text ')]));
  objects = {
    'fills-the-disk.gz': gzipSync(Buffer.alloc(40 * MB)),
    'needs-more-than-its-share.gz': gzipSync(Buffer.alloc(6 * MB)),
    'infected.zip': await eicarInZip(),
    'honest.7z': await pack('7z', manyTexts),
    'honest.txt': text(),
    'fills-the-disk.7z': await pack('7z', { a: Buffer.alloc(30 * MB) }),
    'honest.gz': gzipSync(Buffer.alloc(MB, 'text ')),
  };
});
afterAll(async () => {
  await engine.stop();
  if (system === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = system;
  unmount?.();
  rmSync(folder, { recursive: true });
});

const ALONE = {
  'fills-the-disk.gz': 'ScratchFull',
  'needs-more-than-its-share.gz': 'CLEAN',
  'infected.zip': 'INFECTED',
  'honest.7z': 'CLEAN',
  'honest.txt': 'CLEAN',
  'fills-the-disk.7z': 'ScratchFull',
  'honest.gz': 'CLEAN',
};

const find = (key: string): Buffer => objects[key] ?? Buffer.alloc(0);
const store = readOnlyStore({
  async openRange({ key }, start, end) {
    return (async function* () {
      yield Buffer.from(find(key).subarray(start, end + 1));
    })();
  },
});

/** What is told about each object, with real ports; and what is left on the disk. */
async function told(
  run: (ports: ScanPorts, keys: readonly string[]) => Promise<Record<string, string>>,
  { keys = Object.keys(objects), scanner = engine as ScanEngine } = {},
) {
  const before = readdirSync(disk, { recursive: true }).length;
  const scratch = createScratch(store, { parent: disk, share: () => SHARE_BYTES });
  const unpacking = createUnpacking({ parent: disk, maxBytes: 200 * MB });
  try {
    return await run({ engine: scanner, scratch, unpacking, budget: scanBudget(env), clock: () => new Date() }, keys);
  } finally {
    await unpacking.close();
    scratch.close();
    expect(readdirSync(disk, { recursive: true })).toHaveLength(before);
  }
}

const context = (milliseconds: number) =>
  ({ awsRequestId: 'r', memoryLimitInMB: '3008', getRemainingTimeInMillis: () => milliseconds }) as Context;

async function inWorker(ports: ScanPorts, keys: readonly string[]) {
  const given: Record<string, string> = {};
  const note = (key: string, result: string) => {
    given[key] = result;
  };
  const answers = {
    succeed: async (key: string, verdict: unknown) => note(key, (verdict as Verdict).status),
    fail: async (key: string, error: string) => note(key, error),
  };
  const Records = keys.map((key) => {
    const input = { bucket: 'b', object: { key, size: find(key).length, etag: 'e' }, policy, type: 'text/plain' };
    return {
      messageId: key,
      body: JSON.stringify({ taskToken: key, input }),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
      eventSource: 'aws:sqs',
      eventSourceARN: QUEUE,
    } as SQSRecord;
  });
  const worker = scanWorker(scanObject(ports), {
    answers,
    clock: ports.clock,
    metrics: { record: () => undefined },
    queueArn: QUEUE,
  });
  const left = (await worker({ Records }, context(300_000))) as SQSBatchResponse;
  expect(left.batchItemFailures).toEqual([]);
  return given;
}

async function inRescan(ports: ScanPorts, keys: readonly string[]) {
  const tags = { currentTags: async () => ({ tags: {} }) } as unknown as RescanPorts['store'];
  const window = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };
  const BatchInput = { bucket: 'b', strategy: 'all', window, policy, filters: { prefixes: [], suffixes: [] } };
  const Items = keys.map((Key) => ({ Key, Etag: '"e"', Size: find(Key).length, LastModified: 0 }));
  const batch = await scanBatch(ports, tags, dialectNamed('airlock'))({ BatchInput, Items }, context(300_000));
  const given = Object.fromEntries(batch.changed.map(({ object, verdict }) => [object.key, verdict.status]));
  expect(batch.Items).toEqual([]);
  const failed = keys.filter((key) => !(key in given));
  expect(batch.totals.failed).toBe(failed.length);
  return { ...given, ...Object.fromEntries(failed.map((key) => [key, 'ScratchFull'])) };
}

(unmount ? describe : describe.skip).each([
  ['the worker of a queue', inWorker],
  ['a rescan', inRescan],
] as const)('a disk that several objects share, in %s', (_, run) => {
  it('has for each the answer that it has alone', async () => {
    expect(await told(run)).toEqual(ALONE);
  }, 30_000);

  it('harms nobody when the engine fills it over one object', async () => {
    let together = 0;
    let most = 0;
    let files = 0;
    const keys = ['hostile.txt', 'a.txt', 'b.txt', 'c.txt'];
    for (const key of keys) objects[key] = Buffer.from(`${key} `.repeat(10));
    const begun = Promise.withResolvers<void>();
    const full = Promise.withResolvers<void>();
    let victims = 0;
    // Over the hostile object it writes until the disk is full, and not much over any other.
    const scanner: ScanEngine = {
      definitionsVersion: async () => '1',
      async scan(path) {
        const hostile = readFileSync(path, 'utf8').startsWith('hostile');
        const mine: string[] = [];
        together += 1;
        most = Math.max(most, together);
        if (together === keys.length) begun.resolve();
        await (hostile ? begun : full).promise;
        try {
          for (let written = 0; written < (hostile ? 2 * DISK_BYTES : MB); written += MB) {
            const name = join(disk, `of-the-engine-${files++}`);
            mine.push(name);
            writeFileSync(name, Buffer.alloc(MB));
            await new Promise(setImmediate);
          }
        } catch (fault) {
          full.resolve();
          if (!hostile) victims += 1;
          // The others find it full before anything is removed.
          for (let turns = 0; turns < 50; turns += 1) await new Promise(setImmediate);
          throw new ScratchFull('clamd', { cause: fault });
        } finally {
          together -= 1;
          for (const name of mine) rmSync(name, { force: true });
        }
        return { infected: false, signatures: [], unscanned: [], definitions: '1' };
      },
    };
    const given = await told(run, { keys, scanner });
    expect(given).toEqual({ 'hostile.txt': 'ScratchFull', 'a.txt': 'CLEAN', 'b.txt': 'CLEAN', 'c.txt': 'CLEAN' });
    expect([most, victims]).toEqual([keys.length, keys.length - 1]);
    for (const key of keys) delete objects[key];
  }, 30_000);
});
