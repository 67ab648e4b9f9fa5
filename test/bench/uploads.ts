import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { GetObjectTaggingCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { createPrivateFolder, removePrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import { MAX_OBJECT_BYTES_CEILING } from '../../functions/domain/scan-policy.ts';
import { StartedExecutions } from '../../local/commands/started-executions.ts';
import { OPERATOR, type Pipeline, startPipeline, UPLOADER } from '../../local/stack/pipeline.ts';
import { childrenNamed } from '../support/processes.ts';
import { cachedSignatures } from './engine/cache.ts';
import { DOCUMENTS, type Maker } from './engine/documents.ts';
import { startRawClamd } from './engine/raw-clamd.ts';
import { FULL, QUICK } from './engine/sizes.ts';
import { residentBytes } from './memory.ts';
import { quantile } from './statistics.ts';
import { faults, report, say } from './targets.ts';

/**
 * Uploads through the whole emulator: S3, EventBridge, Step Functions, SQS, the functions and clamd. First one at a time,
 * for the time until the tag; then many, for what they leave in memory.
 */
const BUCKET = 'uploads';
const LATENCIES = [
  { name: 'p50', share: 0.5, atMost: 60, quickFactor: 10 },
  { name: 'p99', share: 0.99, atMost: 250, quickFactor: 40 },
];
/** Between the first fifth of the uploads and all of them, after a garbage collection, beside the histories. */
const MAX_HEAP_GROWTH_MB = 20;
/** Of one execution, which the emulator keeps on purpose up to a limit: emulator/step-functions/executions.ts. */
const HISTORY_KB = 3;
/** The heap's pages come and go. */
const MAX_RESIDENT_GROWTH_MB = 100;
const WARM_UP = 36;
const AT_ONCE = 8;
const MB = 1024 * 1024;
/** Objects are replaced, so that the store itself does not grow; a multiple of the kinds, so that each keeps its extension. */
const KEYS = 8 * Object.keys(DOCUMENTS).length;
const SMALL_BYTES = [2000, 50_000] as const;

interface Options {
  readonly definitions: string;
  readonly oneByOne: number;
  readonly uploads: number;
}

const kinds = Object.entries(DOCUMENTS);

/** A document of chance that nobody else has. */
async function documentOf(index: number): Promise<{ extension: string; body: Buffer }> {
  const [extension, make] = kinds[index % kinds.length] as [string, Maker];
  const [smallest, largest] = SMALL_BYTES;
  const bytes = smallest + ((index * 7919) % (largest - smallest));
  return { extension, body: await make(bytes, 50_000_000 + index) };
}

async function run({ definitions, oneByOne, uploads }: Options): Promise<void> {
  const folder = createPrivateFolder('bench-uploads');
  const started = new StartedExecutions();
  const taggedAt = new Map<string, number>();
  const pipeline = await startPipeline({
    airlock: { buckets: [{ name: BUCKET, versioned: false }], allowedTypes: ['*'] },
    definitions,
    onExecution: started.onExecution,
    onRequest({ operation, key }) {
      if (operation === 'PutObjectTagging') taggedAt.set(key, performance.now());
    },
  });
  let wrong = 0;

  /** @returns milliseconds from the request of the upload to that of its tag */
  async function upload(key: string, body: Buffer): Promise<number> {
    taggedAt.delete(key);
    const begun = performance.now();
    const answer = await pipeline.client(UPLOADER).send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
    const etag = (answer.ETag ?? '').replaceAll('"', '');
    const execution = started.take({ bucket: BUCKET, key, versionId: answer.VersionId, etag });
    const result = await execution?.result;
    const tagged = taggedAt.get(key);
    taggedAt.delete(key);
    if (result?.status !== 'SUCCEEDED' || tagged === undefined || (await statusOf(pipeline, key)) !== 'CLEAN') {
      say(`wrong: ${key} ${result?.status} ${result?.error ?? ''}`);
      wrong += 1;
    }
    return (tagged ?? Number.NaN) - begun;
  }

  /** Milliseconds of each document, and what a clamd of its own takes for the same file. */
  async function oneAtATime(): Promise<{ readonly tagged: number[]; readonly raw: number[] }> {
    const clamd = await startRawClamd(definitions, MAX_OBJECT_BYTES_CEILING);
    const times = { tagged: [] as number[], raw: [] as number[] };
    try {
      for (let index = 0; index < WARM_UP + oneByOne; index += 1) {
        const { extension, body } = await documentOf(index);
        const tagged = await upload(`one-${index}.${extension}`, body);
        const path = join(folder, `one-${index}`);
        await writeFile(path, body);
        const { ms: raw } = await clamd.scan(path);
        if (index < WARM_UP) continue;
        times.tagged.push(tagged);
        times.raw.push(raw);
      }
    } finally {
      await clamd.stop();
    }
    return times;
  }

  try {
    const times = await oneAtATime();
    for (const { name, share, atMost, quickFactor } of LATENCIES) {
      const [figure, value] = [quantile(times.tagged, share), quantile(times.raw, share)];
      report({
        name: `upload to tag, one at a time: ${name}`,
        figure,
        unit: 'ms',
        reference: { what: 'SCAN to clamd, the same files', value, unit: 'ms' },
        target: { atMost },
        quickFactor,
      });
      say(`one at a time, ${name}: ${figure.toFixed(1)} ms, clamd alone ${value.toFixed(1)} ms`);
    }

    const many = async (from: number, to: number) =>
      pMap(
        Array.from({ length: to - from }, (_, index) => from + index),
        async (index) => {
          const { extension, body } = await documentOf(index);
          await upload(`many-${index % KEYS}.${extension}`, body);
        },
        { concurrency: AT_ONCE },
      );
    const first = Math.round(uploads / 5);
    await many(0, first);
    const early = memory();
    say(`after ${first} uploads: ${shown(early)}`);
    await many(first, uploads);
    const late = memory();
    say(`after ${uploads} uploads: ${shown(late)}`);
    const growth = (name: string, of: keyof Memory, what: string, atMost: number) =>
      report({
        name: `${uploads.toLocaleString('en-US')} uploads: ${what}`,
        figure: late[of] - early[of],
        unit: 'MB',
        reference: { what: name, value: early[of], unit: 'MB' },
        target: { atMost },
      });
    const after = `after ${first.toLocaleString('en-US')}`;
    const histories = ((uploads - first) * HISTORY_KB) / 1024;
    growth(after, 'heapMb', 'growth of the heap', MAX_HEAP_GROWTH_MB + histories);
    growth(after, 'residentMb', 'growth of the process', MAX_RESIDENT_GROWTH_MB);
    growth(after, 'engineMb', 'growth of clamd', MAX_RESIDENT_GROWTH_MB);
    report(faults('wrong verdicts', wrong));
  } finally {
    await pipeline.close();
    removePrivateFolder(folder);
  }
}

interface Memory {
  readonly heapMb: number;
  readonly residentMb: number;
  /** The largest of the engines. */
  readonly engineMb: number;
}

function memory(): Memory {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const engines = childrenNamed('clamd').map((pid) => residentBytes(pid));
  return { heapMb: (heapUsed + external) / MB, residentMb: rss / MB, engineMb: Math.max(0, ...engines) / MB };
}

const shown = ({ heapMb, residentMb, engineMb }: Memory) =>
  `heap ${heapMb.toFixed(1)} MB, process ${residentMb.toFixed(0)} MB, clamd ${engineMb.toFixed(0)} MB`;

async function statusOf(pipeline: Pipeline, Key: string): Promise<string | undefined> {
  const command = new GetObjectTaggingCommand({ Bucket: BUCKET, Key });
  const { TagSet = [] } = await pipeline.client(OPERATOR).send(command);
  return TagSet.find(({ Key: key }) => key === 'scan-status')?.Value;
}

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { quick: { type: 'boolean', default: false }, definitions: { type: 'string' }, uploads: { type: 'string' } },
});
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
const { signatures } = values.quick ? QUICK : FULL;
await run({
  definitions:
    values.definitions === undefined
      ? await cachedSignatures({ count: signatures, onMake: () => say('making the signatures, once') })
      : resolve(values.definitions),
  oneByOne: values.quick ? 100 : 500,
  uploads: Number(values.uploads ?? (values.quick ? 250 : 10_000)),
});
