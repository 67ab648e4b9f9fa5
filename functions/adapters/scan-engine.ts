import { join } from 'node:path';
import { EngineUnavailable } from '../domain/errors.ts';
import type { EngineReply, ScanEngine } from '../domain/ports.ts';
import { ClamdHung, ping, scanFile } from './clamd-connection.ts';
import { type ClamdOptions, type ClamdProcess, startClamd } from './clamd-process.ts';
import { createDefinitionsSource, type Definitions, type DefinitionsSource } from './definitions.ts';
import { type Environment, optionalInteger, requiredInteger } from './environment.ts';

/** Leaves Lambda's longest timeout, 900 s, five minutes for the download. */
const MAX_SCAN_MILLISECONDS = 600_000;
/** Beyond clamd's own MaxScanTime; only a clamd that hangs gets this far. */
const HUNG_MILLISECONDS = 30_000;
/** The whole official set takes 10 to 35 s to load. */
const START_MILLISECONDS = 180_000;

export interface WarmEngine extends ScanEngine {
  /** Loads the signatures ahead of the first scan. */
  start(): Promise<void>;
  /** Until it is started again, scans throw EngineUnavailable. */
  stop(): Promise<void>;
}

/** What a caller may add to the environment. */
export interface EngineWiring {
  readonly source?: DefinitionsSource;
  /** Told of each clamd that has loaded its signatures. */
  readonly onStart?: () => void;
}

export interface EngineOptions extends Omit<ClamdOptions, 'definitions'> {
  /** How long to wait for clamd's answer about one file. */
  readonly scanMilliseconds: number;
  readonly onStart?: () => void;
}

interface Loaded {
  readonly clamd: ClamdProcess;
  readonly definitions: Definitions;
}

/** The engine as the environment describes it; nothing runs before `start` or the first scan. */
export function createScanEngine(
  env: Environment,
  { source = createDefinitionsSource(env), onStart = () => undefined }: EngineWiring = {},
): WarmEngine {
  const maxScanMilliseconds = optionalInteger(env, 'MAX_SCAN_MILLISECONDS') ?? MAX_SCAN_MILLISECONDS;
  const hungMilliseconds = optionalInteger(env, 'HUNG_MILLISECONDS') ?? HUNG_MILLISECONDS;
  return scanEngine(source, {
    configuration: env.CLAMD_CONFIGURATION ?? defaultConfiguration(env),
    maxObjectBytes: requiredInteger(env, 'MAX_OBJECT_BYTES'),
    binary: env.CLAMD_PATH || undefined,
    searchPath: env.PATH ?? process.env.PATH,
    startMilliseconds: START_MILLISECONDS,
    maxScanMilliseconds,
    scanMilliseconds: maxScanMilliseconds + hungMilliseconds,
    onStart,
  });
}

/**
 * A clamd that is up when it is needed: started once, replaced when it died, hung, or when the source has
 * newer signatures. clamd's own RELOAD is not used: where it does not hold two sets in memory, a set that
 * fails to load leaves it without any, and its next client without an answer. So new signatures come with a
 * new clamd, after the last scan under the old ones and before the next; a set it refuses is not tried again,
 * the old one goes on.
 */
export function scanEngine(source: DefinitionsSource, options: EngineOptions): WarmEngine {
  let loaded: Loaded | undefined;
  let refused: Definitions | undefined;
  let preparing: Promise<Loaded> | undefined;
  let stopped = false;
  const scans = new Set<Promise<unknown>>();

  const ready = (): Promise<Loaded> => {
    preparing ??= prepare().finally(() => {
      preparing = undefined;
    });
    return preparing;
  };

  async function prepare(): Promise<Loaded> {
    // A scan that comes too late would start a clamd that nobody ends.
    if (stopped) throw new EngineUnavailable('the engine was stopped');
    const wanted = await source.current();
    if (loaded?.clamd.running() && [loaded.definitions, refused].some((set) => same(set, wanted))) return loaded;
    const previous = loaded;
    await Promise.allSettled(scans);
    await discard(previous);
    try {
      return await load(wanted);
    } catch (fault) {
      if (previous === undefined || same(previous.definitions, wanted)) throw fault;
      const kept = await load(previous.definitions).catch(() => undefined);
      if (kept === undefined) throw fault;
      refused = wanted;
      return kept;
    }
  }

  async function load(definitions: Definitions): Promise<Loaded> {
    const clamd = await startClamd({ ...options, definitions: definitions.directory });
    loaded = { clamd, definitions };
    options.onStart?.();
    source.inForce?.(definitions);
    return loaded;
  }

  async function discard(old: Loaded | undefined): Promise<void> {
    if (old === loaded) loaded = undefined;
    await old?.clamd.stop();
  }

  return {
    async start() {
      stopped = false;
      await ready();
    },
    async scan(path): Promise<EngineReply> {
      const current = await ready();
      const scan = scanFile(current.clamd.socket, path, options.scanMilliseconds);
      scans.add(scan);
      try {
        return { ...(await scan), definitions: current.definitions.version };
      } catch (fault) {
        // Dead or hung, the next scan gets a fresh one; other scans under way in it are retried likewise.
        if (fault instanceof ClamdHung) await discard(current);
        else if (fault instanceof EngineUnavailable) await ping(current.clamd.socket).catch(() => discard(current));
        throw fault;
      } finally {
        scans.delete(scan);
      }
    },
    definitionsVersion: async () => (await ready()).definitions.version,
    async stop() {
      stopped = true;
      await preparing?.catch(() => undefined);
      await discard(loaded);
      source.close?.();
    },
  };
}

/** Not the version alone: it counts ClamAV's daily sets, and the others change too. */
function same(some: Definitions | undefined, other: Definitions): boolean {
  return some?.version === other.version && some.directory === other.directory;
}

function defaultConfiguration(env: Environment): string {
  return env.LAMBDA_TASK_ROOT === undefined
    ? join(import.meta.dirname, '../../infra/scanner/clamd.conf')
    : join(env.LAMBDA_TASK_ROOT, 'clamd.conf');
}
