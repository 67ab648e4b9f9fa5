import { join } from 'node:path';
import type { DefinitionsSource } from '../definitions/source.ts';
import { type Environment, optionalInteger, requiredInteger, requiredString } from '../process/environment.ts';
import { createDefinitionsSource } from './definitions-source.ts';
import { type WarmEngine, warmEngine } from './warm-engine.ts';

/** Leaves five minutes of Lambda's longest timeout, 900 s, for the download. */
const MAX_SCAN_MILLISECONDS = 600_000;
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
  const maxScanMilliseconds = optionalInteger(env, 'MAX_SCAN_MILLISECONDS') ?? MAX_SCAN_MILLISECONDS;
  const hungMilliseconds = optionalInteger(env, 'HUNG_MILLISECONDS') ?? HUNG_MILLISECONDS;
  return warmEngine(source, {
    configuration: env.CLAMD_CONFIGURATION ?? join(requiredString(env, 'LAMBDA_TASK_ROOT'), 'clamd.conf'),
    maxObjectBytes: requiredInteger(env, 'MAX_OBJECT_BYTES'),
    binary: env.CLAMD_PATH || undefined,
    searchPath: env.PATH ?? process.env.PATH,
    startMilliseconds: START_MILLISECONDS,
    maxScanMilliseconds,
    scanMilliseconds: maxScanMilliseconds + hungMilliseconds,
    onStart,
  });
}
