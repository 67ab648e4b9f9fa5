import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';
import { rescanMachine } from '../../local/commands/rescan.ts';
import { writeEicarDefinitions } from '../../local/stack/definitions.ts';
import { type Pipeline, startPipeline } from '../../local/stack/pipeline.ts';

const MB = 1024 * 1024;
const MAX_MEMORY_MB = 400;
const MAX_IDLE_MS = 1;
const DAY = 86_400_000;

interface Measured {
  readonly summary: RescanSummary;
  readonly ms: number;
  readonly peakMb: number;
  readonly reads: number;
}

/**
 * Whole-bucket rescans of many small objects that are CLEAN already, through the pipeline under the deployed
 * permissions; the S3 server, Step Functions and the functions share the one process that is measured.
 */
async function run(count = '100000'): Promise<boolean> {
  process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
  const objects = Number(count);
  const folder = await mkdtemp(join(tmpdir(), 'bench-rescan-'));
  await writeEicarDefinitions(folder);
  const pipeline = await startPipeline({ definitions: folder, testSignatures: true });
  try {
    const now = Date.now();
    const lastModified = new Date(now - 100 * DAY);
    const tags = { 'scan-status': 'CLEAN', 'scan-time': new Date(now).toISOString() };
    for (let index = 0; index < objects; index += 1) {
      const key = `${String(index % 100).padStart(2, '0')}/note-${index}.txt`;
      await pipeline.s3.seed(pipeline.bucket, key, `A note, the ${index}th.\n`, { lastModified, tags });
    }
    say(`${objects} objects on ${availableParallelism()} processors; process ${megabytes()} MB before`);

    const window = { from: new Date(now - DAY).toISOString(), to: new Date(now).toISOString() };
    const idle = await measure(pipeline, { strategy: 'due', window });
    const all = await measure(pipeline, { strategy: 'all' });
    print('due, nothing due', objects, idle);
    print('all, nothing changed', objects, all);

    const checks: readonly (readonly [string, boolean])[] = [
      [`due: under ${MAX_IDLE_MS} ms an object`, idle.ms / objects < MAX_IDLE_MS],
      ['due: no object read', idle.reads === 0 && idle.summary.skipped['not-due'] === objects],
      [`memory under ${MAX_MEMORY_MB} MB`, Math.max(idle.peakMb, all.peakMb) < MAX_MEMORY_MB],
      ['all: everything scanned, nothing written', all.summary.scanned === objects && all.summary.changed === 0],
    ];
    for (const [text, holds] of checks) say(`${holds ? 'ok  ' : 'FAIL'} ${text}`);
    return checks.every(([, holds]) => holds);
  } finally {
    await pipeline.close();
    await rm(folder, { recursive: true });
  }
}

async function measure(pipeline: Pipeline, input: object): Promise<Measured> {
  const { requests } = pipeline.s3;
  requests.reset();
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 100);
  const begun = performance.now();
  const { status, output, error, cause } = await pipeline.start(rescanMachine(pipeline), {
    bucket: pipeline.bucket,
    ...input,
  }).result;
  const ms = performance.now() - begun;
  clearInterval(sampler);
  if (status !== 'SUCCEEDED') throw new Error(`${error}: ${cause}`);
  const reads = ['HeadObject', 'GetObjectTagging'].reduce((sum, operation) => sum + requests.count(operation), 0);
  // The manifest and the results are read too.
  const content = requests.count('GetObject') - 2;
  return { summary: output as RescanSummary, ms, peakMb: peak / MB, reads: reads + content };
}

function print(name: string, objects: number, { ms, peakMb, summary }: Measured): void {
  const each = (ms / objects).toFixed(3);
  say(`${name}: ${(ms / 1000).toFixed(1)} s, ${each} ms an object, peak ${Math.round(peakMb)} MB`);
  say(`  ${JSON.stringify({ scanned: summary.scanned, skipped: summary.skipped, usd: summary.costUsd })}`);
}

const megabytes = () => Math.round(process.memoryUsage.rss() / MB);
const say = (text: string) => void process.stdout.write(`  ${text}\n`);

if (!(await run(process.argv[2]))) process.exitCode = 1;
