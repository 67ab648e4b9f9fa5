import { createReadStream, promises as fs } from 'node:fs';
import { DeployedBucket } from '../../functions/domain/deployed-bucket.ts';
import { DEFAULT_AGE_STEPS } from '../../functions/domain/rescan/age-steps.ts';
import type { Strategy } from '../../functions/domain/rescan/strategy.ts';
import type { Verdict } from '../../functions/domain/verdict.ts';
import { startPace } from '../output/pace.ts';
import { startProgress } from '../output/progress.ts';
import { type Found, printRescan, rescanProgress } from '../output/rescan-lines.ts';
import { printable, tell, warn } from '../output/terminal.ts';
import type { Pipeline } from '../stack/pipeline.ts';
import { assertPathsExist, findFiles } from './files.ts';
import { toRescanRecord } from './rescan-record.ts';
import { type LocalOptions, withPipeline } from './with-pipeline.ts';

export interface RescanOptions extends LocalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly strategy?: Strategy;
  readonly prefix?: string;
}

/** Fills a bucket with the files without uploads, rescans it, prints what it found. @returns the exit code */
export async function rescan(paths: readonly string[], options: RescanOptions): Promise<number> {
  await assertPathsExist(paths);
  const done = rescanProgress();
  const found = new Map<string, Found>();
  const watching: LocalOptions = {
    ...options,
    onBatch: done.add,
    onRequest: async ({ operation, key }) => {
      if (operation === 'GetObject' && key !== '') done.read(key);
    },
    // Every verdict that is to be written comes by here, and again if that fails.
    onInvoke({ task, payload }) {
      if (task !== 'tag-object') return;
      const { object, verdict } = payload as { object: { key: string }; verdict: Verdict };
      const { status, finding } = verdict;
      if (status !== 'CLEAN') found.set(object.key, { key: object.key, status, finding });
    },
  };
  return withPipeline(watching, async (pipeline, interrupted) => {
    const progress = startProgress(options.quiet ? null : process.stderr);
    const seeding = startPace('files in the bucket');
    const seeded = await seed(pipeline, paths, interrupted, (count) => progress.update(seeding.text(count, undefined)));
    interrupted.addEventListener('abort', () => {
      progress.stop();
      tell(
        `interrupted: ${done.text()}${found.size > 0 ? `, not CLEAN: ${[...found.keys()].map(printable).join(', ')}` : ''}`,
      );
    });
    if (interrupted.aborted) return 1;
    done.start(seeded, (text) => progress.update(text));
    const { strategy, prefix } = options;
    const { result } = pipeline.start(rescanMachine(pipeline), {
      bucket: pipeline.bucket,
      ...(strategy !== undefined && { strategy }),
      ...(prefix !== undefined && { prefix }),
    });
    const { summary, problem } = toRescanRecord(await result);
    progress.stop();
    if (interrupted.aborted) return 1;
    if (summary !== undefined) {
      const byKey = [...found.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
      const definitions = await pipeline.definitionsVersion();
      printRescan({ summary, definitions, found: byKey, ages: agesOf(pipeline) }, options.json ?? false);
    }
    if (problem !== undefined) warn(`the rescan failed: ${problem}`);
    return problem === undefined && (summary?.infected ?? 0) === 0 ? 0 : 1;
  });
}

function agesOf({ stack, bucket }: Pipeline): readonly number[] {
  const outputs = stack.outputs.filter(({ key }) => /^WatchedBucket.*Deployed/.test(key));
  const deployed = outputs.map(({ value }) => DeployedBucket.parse(JSON.parse(value)));
  return deployed.find(({ gate }) => gate.bucketName === bucket)?.rescan.ages ?? DEFAULT_AGE_STEPS;
}

/** ARN of the state machine that the schedules start. */
export function rescanMachine({ stack }: Pipeline): string {
  const machine = stack
    .ofType('AWS::StepFunctions::StateMachine')
    .find(({ logicalId }) => logicalId.startsWith('RescanBucket'));
  if (machine === undefined) throw new Error('the stack has no state machine for rescans');
  return machine.arn;
}

/** Stores the files without events, so that they are not scanned as uploads; each keeps its age. */
async function seed(
  { s3, bucket }: Pipeline,
  paths: readonly string[],
  interrupted: AbortSignal,
  seeded: (count: number) => void,
) {
  let count = 0;
  const skipped = (path: string, what: string) => warn(`${printable(path)}: ${what}, skipped`);
  for await (const { path, key, fault } of findFiles(paths, skipped)) {
    if (interrupted.aborted) break;
    try {
      if (fault !== undefined) throw fault;
      const { mtime } = await fs.stat(path);
      await s3.seed(bucket, key, createReadStream(path), { lastModified: mtime });
      count += 1;
      seeded(count);
    } catch (fault) {
      if (!interrupted.aborted) warn(`${printable(key)}: skipped: ${(fault as Error).message}`);
    }
  }
  return count;
}
