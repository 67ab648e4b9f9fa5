import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createPrivateFolder, removePrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import type { RescanSummary } from '../../functions/domain/rescan/payloads.ts';
import { rescanMachine } from '../../local/commands/rescan.ts';
import { writeEicarDefinitions } from '../../local/stack/definitions.ts';
import { type Pipeline, startPipeline } from '../../local/stack/pipeline.ts';
import { faults, report, say } from './targets.ts';

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
async function run(objects: number): Promise<void> {
  process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
  const folder = createPrivateFolder('bench-rescan');
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

    report({
      name: 'due, nothing due',
      figure: idle.ms / objects,
      unit: 'ms an object',
      target: { atMost: MAX_IDLE_MS },
    });
    report(faults('due: objects read', idle.reads));
    report(faults('due: objects taken for due', objects - (idle.summary.skipped['not-due'] ?? 0)));
    const memory = Math.max(idle.peakMb, all.peakMb);
    report({ name: 'memory', figure: memory, unit: 'MB', target: { atMost: MAX_MEMORY_MB } });
    report({ name: 'all, nothing changed', figure: all.ms / objects, unit: 'ms an object' });
    report(faults('all: objects not scanned', objects - all.summary.scanned));
    report(faults('all: objects written', all.summary.changed));
  } finally {
    await pipeline.close();
    removePrivateFolder(folder);
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

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { objects: { type: 'string', default: '100000' } },
});
await run(Number(values.objects));
