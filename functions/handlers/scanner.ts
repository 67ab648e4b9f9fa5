import { createMetrics } from '../adapters/aws/metrics.ts';
import { createScratch } from '../adapters/aws/object-copy.ts';
import { createObjectStore } from '../adapters/aws/object-store.ts';
import { createScanEngine } from '../adapters/clamav/scan-engine.ts';
import type { WarmEngine } from '../adapters/clamav/warm-engine.ts';
import type { Environment } from '../adapters/process/environment.ts';
import type { ScanPorts } from '../domain/scan-content.ts';
import { metered } from '../domain/scan-metrics.ts';
import { logger, type TaskHandler } from './task.ts';

/** A Task with an engine behind it. */
export interface ScanTask<Output> extends TaskHandler<Output> {
  /** Loads the signatures ahead of the first scan. */
  start(): Promise<void>;
  /** Ends the engine and removes every temporary file. */
  close(): Promise<void>;
}

/**
 * Since the process began: ends the wait for the signatures before Lambda ends the init phase after 10 s and starts
 * over. The sandbox and Node had their part of it before anything here ran.
 */
const INIT_MILLISECONDS = 8000;

/**
 * What a scanning Task is wired with.
 *
 * @param shared an engine that several Tasks of one process use; whoever made it stops it
 */
export function scannerTask<Output>(
  env: Environment,
  shared: WarmEngine | undefined,
  build: (ports: ScanPorts) => TaskHandler<Output>,
): ScanTask<Output> {
  const metrics = createMetrics(env);
  const engine = shared ?? createScanEngine(env, { onStart: () => metrics.record({ EngineStarts: 1 }) });
  const scratch = createScratch(createObjectStore(env), env.SCRATCH_DIRECTORY ? { parent: env.SCRATCH_DIRECTORY } : {});
  const scan = build(metered({ engine, scratch, clock: () => new Date() }, metrics));
  const task: TaskHandler<Output> = (event, context) => scan(event, context).finally(metrics.flush);
  return Object.assign(task, {
    start: () => engine.start().finally(metrics.flush),
    async close() {
      if (shared === undefined) await engine.stop();
      scratch.close();
    },
  });
}

/**
 * A Lambda entry point that starts its engine at import, in the init phase, and anywhere else at its first call.
 * A start that fails is left to the first scan, which tries again and throws by name.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export async function onInit<Output>(
  create: (env: Environment) => ScanTask<Output>,
  env: Environment = process.env,
  milliseconds = INIT_MILLISECONDS - performance.now(),
): Promise<TaskHandler<Output>> {
  if (env.AWS_LAMBDA_RUNTIME_API === undefined) {
    let warm: ScanTask<Output> | undefined;
    return (event, context) => {
      warm ??= create(env);
      return warm(event, context);
    };
  }
  const scanner = create(env);
  const started = scanner.start().catch((fault: Error) => logger.warn(fault.name, fault));
  await Promise.race([started, new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)).unref())]);
  return scanner;
}
