import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context, SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { createScratch } from '../../../functions/adapters/aws/object-copy.ts';
import { createScanEngine, scanBudget } from '../../../functions/adapters/clamav/scan-engine.ts';
import { createUnpacking } from '../../../functions/adapters/unpacking/unpacking.ts';
import { dialectNamed } from '../../../functions/domain/dialects/index.ts';
import type { ObjectStore } from '../../../functions/domain/ports.ts';
import type { RescanPorts } from '../../../functions/domain/rescan/rescan-object.ts';
import type { ScanPorts } from '../../../functions/domain/scan-content.ts';
import { scanBatch } from '../../../functions/handlers/scan-batch.ts';
import { scanObject, scanWorker } from '../../../functions/handlers/scan-worker.ts';
import { writeEicarDefinitions } from '../../../local/stack/definitions.ts';
import { pack } from '../../support/containers/seven-zip.ts';
import { forever, Program } from '../../support/hostile-reader.ts';
import { privateFolders, threadsNamed } from '../../support/processes.ts';
import { memoryStore, readOnlyStore } from '../adapters/aws/memory-store.ts';
import { writeFakeClamd } from '../adapters/clamav/fake-clamd.ts';

/* What a scan holds that does not end by itself, and what is left of it when its worker's time is over. Linux only. */
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:Scans';
const TIME_MILLISECONDS = 1000;
const folder = mkdtempSync(join(tmpdir(), 'scan-cut-off-'));
const scratchFolder = join(folder, 'scratch');
const endlessReader = join(folder, 'reader.wasm');
const env = {
  AWS_REGION: 'eu-central-1',
  DEFINITIONS_DIRECTORY: join(folder, 'definitions'),
  MAX_OBJECT_BYTES: '1000000',
  CLAMD_CONFIGURATION: 'infra/scanner/clamd.conf',
  CLAMD_PATH: writeFakeClamd(folder, 'noted'),
  TEST_SIGNATURES: 'allowed',
};
const policy = { maxObjectBytes: 20_000_000, allowedTypes: ['*'], onInfected: 'tag' };
const engine = createScanEngine(env);
let archive: Buffer;

beforeAll(async () => {
  mkdirSync(scratchFolder);
  await writeEicarDefinitions(env.DEFINITIONS_DIRECTORY);
  writeFileSync(endlessReader, new Program().do(forever([])).assemble());
  archive = await pack('7z', { a: Buffer.from('text') });
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true });
});

/** A store whose bodies begin and never end. */
const stalled = readOnlyStore({
  async openRange(_object, _start, _end, _onHeaders, signal) {
    const cut = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    return (async function* () {
      yield Buffer.from('some');
      await cut;
    })();
  },
});

const files = () =>
  readdirSync(scratchFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

/** Calls `run` with real ports, and tells what was held before the cut. */
async function holding(store: ObjectStore, run: (ports: ScanPorts) => Promise<unknown>) {
  await engine.start();
  const scratch = createScratch(store, { parent: scratchFolder });
  const unpacking = createUnpacking({ parent: scratchFolder, maxBytes: 1_000_000, binary: endlessReader });
  const held = { files: 0, readers: 0, engines: privateFolders('clamd').length };
  const look = setInterval(() => {
    held.files = Math.max(held.files, files().length);
    held.readers = Math.max(held.readers, threadsNamed('archive reader'));
  }, 10);
  const ports = { engine, scratch, unpacking, budget: scanBudget(env), clock: () => new Date() };
  const result = await run(ports);
  clearInterval(look);
  const left = {
    files: files().length,
    readers: threadsNamed('archive reader'),
    engines: privateFolders('clamd').length,
  };
  await unpacking.close();
  scratch.close();
  return { result, held, left };
}

const recordOf = (key: string, size: number) =>
  ({
    messageId: key,
    body: JSON.stringify({
      taskToken: key,
      input: { bucket: 'b', object: { key, size, etag: 'e' }, policy, type: 'text/plain' },
    }),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
    eventSource: 'aws:sqs',
    eventSourceARN: QUEUE,
  }) as SQSRecord;

const contextOf = (milliseconds: number) =>
  ({ awsRequestId: 'r', memoryLimitInMB: '3008', getRemainingTimeInMillis: () => milliseconds }) as Context;

async function inWorker(ports: ScanPorts, size: number) {
  const answers = { succeed: async () => undefined, fail: async () => undefined };
  const worker = scanWorker(scanObject(ports), {
    answers,
    clock: ports.clock,
    metrics: { record: () => undefined },
    queueArn: QUEUE,
  });
  const records = [recordOf('a', size), recordOf('b', size)];
  const left = (await worker({ Records: records }, contextOf(10_000 + TIME_MILLISECONDS))) as SQSBatchResponse;
  return left.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort();
}

async function inRescan(ports: ScanPorts, size: number) {
  const store = { currentTags: async () => ({ tags: {} }) } as unknown as RescanPorts['store'];
  const window = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };
  const BatchInput = { bucket: 'b', strategy: 'all', window, policy, filters: { prefixes: [], suffixes: [] } };
  const Items = ['a', 'b'].map((Key) => ({ Key, Etag: '"e"', Size: size, LastModified: 0 }));
  const scan = scanBatch(ports, store, dialectNamed('airlock'));
  const batch = await scan({ BatchInput, Items }, contextOf(15_000 + TIME_MILLISECONDS));
  return { failed: batch.totals.failed, left: batch.Items.map(({ Key }) => Key) };
}

describe.each([
  ['the worker of a queue', inWorker, ['a', 'b']],
  // The first of a batch has failed: every call makes progress.
  ['a rescan', inRescan, { failed: 1, left: ['b'] }],
] as const)('%s', (_, run, outcome) => {
  // A small object has no file before it is whole; a large one is written as it arrives.
  it.each([
    [10, 0],
    [9_000_000, 2],
  ])('leaves nothing of a download that stalls, of %d bytes', async (size, files) => {
    const { result, held, left } = await holding(stalled, (ports) => run(ports, size));
    expect(result).toEqual(outcome);
    expect(held.files).toBe(files);
    expect(left).toEqual({ files: 0, readers: 0, engines: 1 });
  });

  it('leaves nothing of a reader that does not end', async () => {
    const { result, held, left } = await holding(memoryStore(archive), (ports) => run(ports, archive.length));
    expect(result).toEqual(outcome);
    expect(held.readers).toBeGreaterThan(0);
    expect(left).toEqual({ files: 0, readers: 0, engines: 1 });
  });

  it('leaves nothing of an engine that does not end', async () => {
    const content = Buffer.from('text');
    const { result, held, left } = await holding(memoryStore(content), (ports) => run(ports, content.length));
    expect(result).toEqual(outcome);
    expect([held.files, held.engines]).toEqual([2, 1]);
    expect(left).toEqual({ files: 0, readers: 0, engines: 0 });
  });
});
