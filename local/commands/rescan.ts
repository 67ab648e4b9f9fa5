import { createReadStream, promises as fs } from 'node:fs';
import type { Strategy } from '../../functions/domain/rescan/strategy.ts';
import { startProgress } from '../output/progress.ts';
import { printRescan, rescanProgress } from '../output/rescan-lines.ts';
import { printable, warn } from '../output/terminal.ts';
import type { Pipeline } from '../stack/pipeline.ts';
import { assertPathsExist, findFiles } from './files.ts';
import { toRescanRecord } from './rescan-record.ts';
import { type LocalOptions, withPipeline } from './with-pipeline.ts';

export interface RescanOptions extends LocalOptions {
  readonly json?: boolean;
  readonly strategy?: Strategy;
  readonly prefix?: string;
}

/** Fills a bucket with the files without uploads, rescans it, prints the totals. @returns the exit code */
export async function rescan(paths: readonly string[], options: RescanOptions): Promise<number> {
  await assertPathsExist(paths);
  const done = rescanProgress();
  return withPipeline({ ...options, onBatch: done.add }, async (pipeline, interrupted) => {
    const progress = startProgress();
    const seeded = await seed(pipeline, paths, interrupted, (count) => progress.update(`${count} files in the bucket`));
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
    if (summary !== undefined) printRescan(summary, await pipeline.definitionsVersion(), options.json ?? false);
    if (problem !== undefined) warn(`the rescan failed: ${problem}`);
    return problem === undefined ? 0 : 1;
  });
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
