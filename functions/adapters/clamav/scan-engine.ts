import { join } from 'node:path';
import { DEFAULT_SCAN_BUDGET, type ScanBudget } from '../../domain/scan-budget.ts';
import type { DefinitionsSource } from '../definitions/source.ts';
import { type Environment, optionalInteger, requiredInteger, requiredString } from '../process/environment.ts';
import { createDefinitionsSource } from './definitions-source.ts';
import { isolatingEngine } from './isolating-engine.ts';
import { type WarmEngine, type WarmEngineOptions, warmEngine } from './warm-engine.ts';

/** The scanner's default memory: infra/config/schema.ts. */
const DEFAULT_MEMORY_MB = 3008;
/** Node, and a reader in WebAssembly. */
const NODE_MB = 768;
/** Beyond clamd's own MaxScanTime; only reached when clamd hangs. */
const HUNG_MILLISECONDS = 30_000;
/** The official definitions take 10 to 35 s to load. */
const START_MILLISECONDS = 180_000;

/** Options beside the environment. */
export interface EngineWiring {
  readonly source?: DefinitionsSource;
  /** Called after each clamd has loaded its definitions. */
  readonly onStart?: () => void;
}

/** The engine that the environment configures; nothing runs before `start` or the first scan. */
export function createScanEngine(
  env: Environment,
  { source = createDefinitionsSource(env), onStart = () => undefined }: EngineWiring = {},
): WarmEngine {
  return isolatingEngine(warmEngine(source, { ...engineOptions(env), onStart }));
}

/** How the environment configures every engine, whatever its definitions. */
export function engineOptions(env: Environment): Omit<WarmEngineOptions, 'onStart'> {
  const maxScanMilliseconds = optionalInteger(env, 'MAX_SCAN_MILLISECONDS') ?? DEFAULT_SCAN_BUDGET.maxMilliseconds;
  const hungMilliseconds = optionalInteger(env, 'HUNG_MILLISECONDS') ?? HUNG_MILLISECONDS;
  return {
    configuration: env.CLAMD_CONFIGURATION ?? join(requiredString(env, 'LAMBDA_TASK_ROOT'), 'clamd.conf'),
    maxObjectBytes: requiredInteger(env, 'MAX_OBJECT_BYTES'),
    binary: env.CLAMD_PATH || undefined,
    searchPath: env.PATH ?? process.env.PATH,
    startMilliseconds: START_MILLISECONDS,
    maxScanMilliseconds,
    scanMilliseconds: maxScanMilliseconds + hungMilliseconds,
    memoryBytes: engineMemoryBytes(env),
  };
}

/** `SCAN_MILLISECONDS`, `SCAN_MILLISECONDS_PER_MB` and `MAX_SCAN_MILLISECONDS`, each with its default. */
export function scanBudget(env: Environment): ScanBudget {
  const { baseMilliseconds, millisecondsPerMb, maxMilliseconds } = DEFAULT_SCAN_BUDGET;
  return {
    baseMilliseconds: optionalInteger(env, 'SCAN_MILLISECONDS') ?? baseMilliseconds,
    millisecondsPerMb: optionalInteger(env, 'SCAN_MILLISECONDS_PER_MB') ?? millisecondsPerMb,
    maxMilliseconds: optionalInteger(env, 'MAX_SCAN_MILLISECONDS') ?? maxMilliseconds,
  };
}

/** What clamd may use of the function's memory, or of the default's: all but what Node needs. */
function engineMemoryBytes(env: Environment): number {
  return ((optionalInteger(env, 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE') ?? DEFAULT_MEMORY_MB) - NODE_MB) * 1024 ** 2;
}
