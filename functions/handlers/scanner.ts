import { createMetrics } from '../adapters/aws/metrics.ts';
import { createScratch } from '../adapters/aws/object-copy.ts';
import { createObjectStore } from '../adapters/aws/object-store.ts';
import { createScanEngine, scanBudget } from '../adapters/clamav/scan-engine.ts';
import type { WarmEngine } from '../adapters/clamav/warm-engine.ts';
import { createExemptions } from '../adapters/definitions/exemptions.ts';
import { type Environment, requiredInteger } from '../adapters/process/environment.ts';
import { createUnpacking } from '../adapters/unpacking/unpacking.ts';
import type { Metrics } from '../domain/ports.ts';
import type { ScanPorts } from '../domain/scan-content.ts';
import { metered } from '../domain/scan-metrics.ts';
import { maxUnpackedBytes } from '../domain/scan-policy.ts';
import { logger, type TaskHandler } from './task.ts';

/** A Task with an engine. */
export interface ScanTask<Output> extends TaskHandler<Output> {
  /** Loads the definitions before the first scan. */
  start(): Promise<void>;
  /** Ends the engine and removes every temporary file. */
  close(): Promise<void>;
}

/**
 * Since the process started: stops waiting for the definitions before Lambda ends the init phase after 10 s and
 * starts over. The sandbox and Node used part of it before this code ran.
 */
const INIT_MILLISECONDS = 8000;

/**
 * The dependencies of a scanning Task.
 * @param shared an engine that several Tasks of one process use; its creator stops it
 */
export function scannerTask<Output>(
  env: Environment,
  shared: WarmEngine | undefined,
  build: (ports: ScanPorts, metrics: Metrics) => TaskHandler<Output>,
): ScanTask<Output> {
  const metrics = createMetrics(env);
  const engine = shared ?? createScanEngine(env, { onStart: () => metrics.record({ EngineStarts: 1 }) });
  const scratch = createScratch(createObjectStore(env), env.SCRATCH_DIRECTORY ? { parent: env.SCRATCH_DIRECTORY } : {});
  const unpacking = createUnpacking({
    maxBytes: maxUnpackedBytes(requiredInteger(env, 'MAX_OBJECT_BYTES')),
    opensRar: env.RAR !== 'unscannable',
    ...(env.SCRATCH_DIRECTORY && { parent: env.SCRATCH_DIRECTORY }),
  });
  const exemptions = createExemptions(env, (fault) =>
    logger.warn('Nothing is exempt by what cannot be read', { fault }),
  );
  const ports = { engine, scratch, unpacking, exemptions, budget: scanBudget(env), clock: () => new Date() };
  const scan = build(metered(ports, metrics), metrics);
  const task: TaskHandler<Output> = (event, context) => scan(event, context).finally(metrics.flush);
  return Object.assign(task, {
    start: () => engine.start().finally(metrics.flush),
    async close() {
      if (shared === undefined) await engine.stop();
      await unpacking.close();
      scratch.close();
    },
  });
}

/**
 * A Lambda entry point that starts its engine at import, in the init phase; elsewhere at its first call. After a
 * failed start, the first scan tries again and throws a named error.
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
