import { EngineUnavailable } from '../../domain/errors.ts';
import type { EngineReply, ScanEngine } from '../../domain/ports.ts';
import type { Definitions, DefinitionsSource } from '../definitions/source.ts';
import { ClamdHung, ping, scanFile } from './clamd-connection.ts';
import { type ClamdOptions, type ClamdProcess, startClamd } from './clamd-process.ts';
import { engineReply } from './engine-reply.ts';

export interface WarmEngine extends ScanEngine {
  /** Loads the signatures ahead of the first scan. */
  start(): Promise<void>;
  /** Until it is started again, scans throw EngineUnavailable. */
  stop(): Promise<void>;
}

export interface WarmEngineOptions extends Omit<ClamdOptions, 'definitions'> {
  /** How long to wait for clamd's answer about one file. */
  readonly scanMilliseconds: number;
  /** Told of each clamd that has loaded its signatures. */
  readonly onStart?: () => void;
}

interface Loaded {
  readonly clamd: ClamdProcess;
  readonly definitions: Definitions;
}

/**
 * A clamd that is up when it is needed: started once, replaced when it died, hung, or when the source has
 * newer signatures. clamd's own RELOAD is not used: where it does not hold two sets in memory, a set that
 * fails to load leaves it without any, and its next client without an answer. So new signatures come with a
 * new clamd, after the last scan under the old ones and before the next; a set it refuses is not tried again,
 * the old one goes on.
 */
export function warmEngine(source: DefinitionsSource, options: WarmEngineOptions): WarmEngine {
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
        return { ...engineReply(await scan), definitions: current.definitions.version };
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
