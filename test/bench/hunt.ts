import { createHash, randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { huntNames } from '../../cli/operations/hunt/hunt-names.ts';
import { createPrivateFolder, removePrivateFolder } from '../../functions/adapters/process/private-folder.ts';
import { CONTENTS, SIZES } from '../../functions/domain/cost/measurement.ts';
import type { HuntSummary } from '../../functions/domain/hunt/payloads.ts';
import { writeBundle } from '../../functions/domain/hunt/rules.ts';
import { zip } from '../../local/samples.ts';
import { writeEicarDefinitions } from '../../local/stack/definitions.ts';
import { OPERATOR, type Pipeline, startPipeline } from '../../local/stack/pipeline.ts';
import { contentOf } from '../support/cost/contents.ts';
import { childrenNamed } from '../support/processes.ts';
import { processorMsOf } from '../support/processor-time.ts';
import { sumOf } from './statistics.ts';
import { faults, report, say } from './targets.ts';

const PLANTED = 'the needle of this hunt';
const RULE = `rule Needle { strings: $a = "${PLANTED}" condition: $a }\n`;
/** One in so many objects holds what the rule looks for, by turns as it is and in a zip. */
const PLANTED_EVERY = 97;
/** Objects of each size for the processor's time: a quarter of each kind of content. */
const SAMPLES: Readonly<Record<(typeof SIZES)[number], number>> = { '100 KB': 40, '1 MB': 16, '10 MB': 4 };
const READS = /^(Get|Head|List)/;

interface Hunted {
  readonly summary: HuntSummary;
  readonly found: ReadonlySet<string>;
  readonly ms: number;
  readonly processorMs: number;
  /** What was written while it ran, by bucket. */
  readonly writes: readonly string[];
}

/** A hunt over many objects through the pipeline, under the deployed permissions, with a real clamd. */
async function run(objects: number): Promise<void> {
  process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
  const folder = createPrivateFolder('bench-hunt');
  await writeEicarDefinitions(folder);
  const writes: string[] = [];
  const pipeline = await startPipeline({
    definitions: folder,
    testSignatures: true,
    onRequest: ({ operation, bucket, key }) => {
      if (!READS.test(operation)) writes.push(`${operation} ${bucket}/${key}`);
    },
  });
  try {
    const { s3, bucket } = pipeline;
    const planted = new Set<string>();
    for (let index = 0; index < objects; index += 1) {
      const key = `many/${String(index % 100).padStart(2, '0')}/note-${index}.txt`;
      const isPlanted = index % PLANTED_EVERY === 0;
      const text = isPlanted ? `A note, the ${index}th, with ${PLANTED}.\n` : `A note, the ${index}th.\n`;
      if (isPlanted) planted.add(key);
      await s3.seed(bucket, key, isPlanted && index % 2 === 0 ? await zip({ 'note.txt': text }) : text);
    }
    const many = await hunt(pipeline, 'many/', writes);
    const missed = [...planted].filter((key) => !many.found.has(key));
    const ofWatched = many.writes.filter((write) => write.includes(` ${bucket}/`));
    const others = many.writes.filter((write) => !/^PutObject [^/]+\/hunts\//.test(write));
    const { listed, looked } = many.summary;
    say(`${objects} objects on ${availableParallelism()} processors: ${(many.ms / 1000).toFixed(1)} s`);
    say(`planted ${planted.size}, found ${many.found.size}; looked at ${looked} of ${listed}`);
    say(
      `writes to the bucket: ${ofWatched.length}; the Map's results: ${many.writes.length - others.length}; others: ${others.length}`,
    );
    say(`${(many.processorMs / objects).toFixed(2)} ms of a processor an object, S3 server and Step Functions too`);

    for (const size of SIZES) await sizes(pipeline, size, writes);

    const msEach = many.processorMs / objects;
    report({ name: 'processor time, S3 server and Step Functions too', figure: msEach, unit: 'ms an object' });
    const wrong = missed.length + many.found.size - (planted.size - missed.length);
    report(faults('objects not looked at', objects - listed + (objects - looked)));
    report(faults('planted but not found, or found but not planted', wrong));
    report(faults('written, beside the results of the Map', others.length));
  } finally {
    await pipeline.close();
    removePrivateFolder(folder);
  }
}

/** For PROCESSOR_MS in functions/domain/cost/hunt.ts. */
async function sizes(pipeline: Pipeline, size: (typeof SIZES)[number], writes: string[]): Promise<void> {
  const prefix = `${size.replace(' ', '')}/`;
  for (let index = 0; index < SAMPLES[size]; index += 1) {
    const content = CONTENTS[index % CONTENTS.length] ?? 'text';
    await pipeline.s3.seed(pipeline.bucket, `${prefix}${content}-${index}`, await contentOf(content, size, index + 1));
  }
  const { processorMs, summary } = await hunt(pipeline, prefix, writes);
  say(`${size}: ${(processorMs / SAMPLES[size]).toFixed(1)} ms of a processor an object (looked at ${summary.looked})`);
}

async function hunt({ stack, s3, bucket, start, client }: Pipeline, prefix: string, writes: string[]): Promise<Hunted> {
  const ref = (type: string, id: string) => stack.ofType(type).find(({ logicalId }) => logicalId.startsWith(id));
  const resultsBucket = ref('AWS::S3::Bucket', 'RescanResults')?.ref ?? '';
  const body = writeBundle([{ name: 'needle.yara', content: Buffer.from(RULE) }]);
  const key = `hunt-rules/${randomUUID()}.json`;
  await s3.seed(resultsBucket, key, body);
  const rules = { key, sha256: createHash('sha256').update(body).digest('hex') };
  writes.length = 0;
  const engine = clock();
  const begun = performance.now();
  const machine = ref('AWS::StepFunctions::StateMachine', 'HuntBucket')?.arn ?? '';
  const { status, output, error, cause, arn } = await start(machine, { bucket, prefix, rules }).result;
  const ms = performance.now() - begun;
  const processorMs = engine();
  if (status !== 'SUCCEEDED') throw new Error(`${error}: ${cause}`);
  const written = [...writes];
  const found = new Set<string>();
  const names = huntNames(client(OPERATOR), { resultsBucket, runName: arn.split(':').at(-1) ?? '' }, (more) => {
    throw new Error(`${more} objects without a name`);
  });
  for await (const { what, key: of } of names) if (what === 'match') found.add(of);
  return { summary: output as HuntSummary, found, ms, processorMs, writes: written };
}

/** Of this process and of its engines, which live on after a hunt. */
function clock(): () => number {
  const ofEngines = () => sumOf(childrenNamed('clamd').map(processorMsOf));
  const [before, begun] = [ofEngines(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000 + ofEngines() - before;
  };
}

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { objects: { type: 'string', default: '10000' } },
});
await run(Number(values.objects));
