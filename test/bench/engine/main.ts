import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createPrivateFolder, removePrivateFolder } from '../../../functions/adapters/process/private-folder.ts';
import { MAX_OBJECT_BYTES_CEILING } from '../../../functions/domain/scan-policy.ts';
import { report, say } from '../targets.ts';
import { measureArchives, measureLargerDocuments, measureSmallDocuments } from './batches.ts';
import { type Bench, startScanner, type Warm, type WithRaw } from './bench.ts';
import { cachedSignatures } from './cache.ts';
import { measureColdStart } from './cold-start.ts';
import { Helper } from './helper.ts';
import { measureLargeObject } from './large-object.ts';
import { startRawClamd } from './raw-clamd.ts';
import type { S3Jobs } from './s3-process.ts';
import { FULL, QUICK, type Sizes } from './sizes.ts';
import { measureSmallObject } from './small-object.ts';

/** What `--parts` names, in the order in which they run. */
const WARM: Readonly<Record<string, (bench: Warm) => Promise<void>>> = {
  small: measureSmallDocuments,
  larger: measureLargerDocuments,
  archives: measureArchives,
  one: measureSmallObject,
};
const PARTS: readonly string[] = ['cold', ...Object.keys(WARM), 'large'];

/**
 * The scan path of the functions beside clamd itself, on the same files with the same signatures, in turn.
 * `--definitions FOLDER`: with other signatures, such as the official ones. `--rounds N`: medians of so many.
 * `--parts LIST`: only these.
 */
async function run(sizes: Sizes, definitions: string, parts: readonly string[]): Promise<void> {
  const folder = createPrivateFolder('bench-engine');
  const s3 = new Helper<S3Jobs>(join(import.meta.dirname, 's3-process.ts'));
  try {
    const endpoint = await s3.do('start', folder);
    const bench: Bench = { folder, definitions, s3, endpoint, sizes };
    if (parts.includes('cold')) await measureColdStart(bench);
    const warm = Object.entries(WARM).filter(([part]) => parts.includes(part));
    if (warm.length === 0 && !parts.includes('large')) return;
    const raw = await startRawClamd(definitions, MAX_OBJECT_BYTES_CEILING);
    try {
      say(`clamd: ${(raw.loadMs / 1000).toFixed(1)} s to load, ${Math.round(raw.memoryBytes / 1e6)} MB`);
      report({ name: 'clamd alone, in memory with the signatures', figure: raw.memoryBytes / 1e9, unit: 'GB' });
      if (warm.length > 0) await measureWarm({ ...bench, raw }, warm);
      if (parts.includes('large')) await measureLargeObject({ ...bench, raw });
    } finally {
      await raw.stop();
    }
  } finally {
    await s3.close();
    removePrivateFolder(folder);
  }
}

async function measureWarm(bench: WithRaw, parts: [string, (bench: Warm) => Promise<void>][]): Promise<void> {
  const scanner = await startScanner(bench);
  try {
    await scanner.do('start', undefined);
    for (const [, measure] of parts) await measure({ ...bench, scanner });
  } finally {
    await scanner.close();
  }
}

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    quick: { type: 'boolean', default: false },
    definitions: { type: 'string' },
    rounds: { type: 'string' },
    parts: { type: 'string', default: PARTS.join(',') },
  },
});
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
if (process.platform !== 'linux') throw new Error('the engine benchmark reads /proc: it needs Linux');
const parts = values.parts.split(',');
const unknown = parts.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) throw new Error(`no part ${unknown.join(', ')}; there are ${PARTS.join(', ')}`);
const sizes = { ...(values.quick ? QUICK : FULL), ...(values.rounds && { rounds: Number(values.rounds) }) };
const definitions =
  values.definitions === undefined
    ? await cachedSignatures({ count: sizes.signatures, onMake: () => say('making the signatures, once') })
    : resolve(values.definitions);
say(`signatures in ${definitions}; ${availableParallelism()} processors`);
await run({ ...sizes, whole: sizes.whole || values.definitions !== undefined }, definitions, parts);
