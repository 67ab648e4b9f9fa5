import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { createPrivateFolder, removePrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import { profileOf, writeProfile } from '../../local/profile.ts';
import { writeEicarDefinitions } from '../../local/stack/definitions.ts';
import { type Pipeline, startPipeline } from '../../local/stack/pipeline.ts';
import { peakBytes } from './memory.ts';
import { faults, report, say } from './targets.ts';

const MB = 1024 * 1024;
/** Of which Node and the SDK take about 110. */
const MAX_MEMORY_MB = 250;
/** How much more ten times as many objects may take. */
const MAX_GROWTH_MB = 40;
/** One in so many objects is INFECTED. */
const REPORTED = 100;
const PAGE = 1000;
/** A small heap, so that the measurement shows what it needs, not uncollected garbage. */
const HEAP = ['--max-old-space-size=96', '--max-semi-space-size=4'];
/** The first pages, which are counted to say what it will cost. */
const COUNTED_PAGES = 10;

interface Measured {
  readonly rows: number;
  readonly ms: number;
  readonly peakMb: number;
  readonly lists: number;
  readonly tags: number;
  readonly said: string;
}

/** `airlock report`, a process of its own, over a bucket of many objects and over a tenth of it. */
async function run(objects: number): Promise<void> {
  process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
  const folder = createPrivateFolder('bench-report');
  await writeEicarDefinitions(folder);
  const pipeline = await startPipeline({ definitions: folder, testSignatures: true });
  try {
    const file = join(folder, 'local.json');
    writeProfile(profileOf(pipeline), file);
    const lastModified = new Date();
    for (let index = 0; index < objects; index += 1) {
      const tags = { 'scan-status': index % REPORTED === 0 ? 'INFECTED' : 'CLEAN' };
      await pipeline.s3.seed(pipeline.bucket, keyOf(index), 'A note.\n', { lastModified, tags });
    }
    say(`${objects} objects on ${availableParallelism()} processors`);
    const few = await measure(pipeline, file, '0');
    const all = await measure(pipeline, file, '');
    print(`a tenth`, few);
    print('all', all);
    const tenth = { what: 'a tenth of the objects', value: few.peakMb, unit: 'MB' };
    report({ name: 'memory', figure: all.peakMb, unit: 'MB', target: { atMost: MAX_MEMORY_MB } });
    const growth = all.peakMb - few.peakMb;
    report({ name: 'memory: more', figure: growth, unit: 'MB', reference: tenth, target: { atMost: MAX_GROWTH_MB } });
    report({ name: 'time', figure: all.ms / objects, unit: 'ms an object' });
    report(faults('requests for tags, more or fewer than objects', Math.abs(all.tags - objects)));
    const pages = { atMost: Math.ceil(objects / PAGE) + COUNTED_PAGES };
    report({ name: 'requests for pages', figure: all.lists, unit: '', target: pages, exact: true });
    report(faults('objects reported twice or not at all', Math.abs(all.rows - objects / REPORTED)));
    const requests = `${(all.lists + all.tags).toLocaleString('en-US')} requests`;
    report(faults('does not say how many requests', all.said.includes(requests) ? 0 : 1));
  } finally {
    await pipeline.close();
    removePrivateFolder(folder);
  }
}

/** One in ten begins with 0. */
const keyOf = (index: number) => `${Math.floor(index / REPORTED) % 10}/note-${index}.txt`;

async function measure(pipeline: Pipeline, profile: string, prefix: string): Promise<Measured> {
  const { requests } = pipeline.s3;
  requests.reset();
  const begun = performance.now();
  const args = ['--local', 'report', `s3://${pipeline.bucket}/${prefix}`, '--json'];
  const child = spawn(process.execPath, [...HEAP, join(import.meta.dirname, '../../cli/airlock.ts'), ...args], {
    env: { PATH: process.env.PATH, AIRLOCK_LOCAL_PROFILE: profile },
  });
  let peakMb = 0;
  const sampler = setInterval(() => {
    peakMb = Math.max(peakMb, peakMbOf(child.pid));
  }, 100);
  const closed = once(child, 'close');
  let rows = 0;
  createInterface({ input: child.stdout }).on('line', () => {
    rows += 1;
  });
  const said = await text(child.stderr);
  await closed;
  clearInterval(sampler);
  const lists = requests.count('ListObjectsV2');
  const tags = requests.count('GetObjectTagging');
  return { rows, ms: performance.now() - begun, peakMb, lists, tags, said };
}

/** The most memory that a process has had so far; 0 when it has ended. */
function peakMbOf(pid: number | undefined): number {
  try {
    return peakBytes(pid ?? 0) / MB;
  } catch {
    return 0;
  }
}

function print(name: string, { rows, ms, peakMb, lists, tags, said }: Measured): void {
  say(`${name}: ${(ms / 1000).toFixed(1)} s, peak ${Math.round(peakMb)} MB, ${lists} + ${tags} requests, ${rows} rows`);
  for (const line of said.trimEnd().split('\n')) say(`  ${line}`);
}

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { objects: { type: 'string', default: '100000' } },
});
await run(Number(values.objects));
