import { EngineUnavailable } from '../../domain/errors.ts';
import type { EngineReply, ScanEngine } from '../../domain/ports.ts';
import type { Definitions, DefinitionsSource } from '../definitions/source.ts';
import { unlessCut } from '../process/cut-off.ts';
import { ping } from './clamd-connection.ts';
import { type ClamdOptions, type ClamdProcess, startClamd } from './clamd-process.ts';
import { ClamdHung, type ClamdSessions, clamdSessions } from './clamd-session.ts';
import { EngineLost } from './engine-lost.ts';
import { engineReply } from './engine-reply.ts';

const MEMORY_WATCH_MILLISECONDS = 50;

export interface WarmEngine extends ScanEngine {
  /** Loads the definitions before the first scan. */
  start(): Promise<void>;
  /** Scans throw EngineUnavailable until it is started again. */
  stop(): Promise<void>;
}

export interface WarmEngineOptions extends Omit<ClamdOptions, 'definitions'> {
  /** How long to wait for clamd to scan one file. */
  readonly scanMilliseconds: number;
  /** clamd is ended when it uses more; no limit when not given. */
  readonly memoryBytes?: number | undefined;
  /** Called after each clamd has loaded its definitions. */
  readonly onStart?: () => void;
}

interface Loaded {
  readonly clamd: ClamdProcess;
  readonly sessions: ClamdSessions;
  readonly definitions: Definitions;
}

/**
 * Starts clamd once and replaces it when it dies, hangs, or the source has newer definitions. clamd's RELOAD is not
 * used: without two sets in memory, definitions that fail to load leave clamd with none, and its next client without
 * an answer. New definitions therefore start a new clamd, after the last scan with the old ones and before the next;
 * definitions it refuses are not tried again, and the old ones stay in use.
 */
export function warmEngine(source: DefinitionsSource, options: WarmEngineOptions): WarmEngine {
  let loaded: Loaded | undefined;
  /** Of the last clamd that was up. */
  let used: Definitions | undefined;
  let refused: Definitions | undefined;
  let preparing: Promise<Loaded> | undefined;
  let stopped = false;
  let watched: Loaded | undefined;
  const overMemory = new WeakSet<Loaded>();
  const scans = new Set<Promise<unknown>>();

  const ready = (): Promise<Loaded> => {
    preparing ??= prepare().finally(() => {
      preparing = undefined;
    });
    return preparing;
  };

  async function prepare(): Promise<Loaded> {
    // A late scan would start a clamd that nobody stops.
    if (stopped) throw new EngineUnavailable('the engine was stopped');
    const wanted = await source.current();
    if (loaded?.clamd.running() && [loaded.definitions, refused].some((set) => same(set, wanted))) return loaded;
    const previous = used;
    await Promise.allSettled(scans);
    await discard(loaded);
    // Refused once, a set is not tried again by a clamd that takes the place of a dead one.
    if (previous !== undefined && same(refused, wanted)) return await load(previous);
    try {
      return await load(wanted);
    } catch (fault) {
      if (previous === undefined || same(previous, wanted)) throw fault;
      const kept = await load(previous).catch(() => undefined);
      if (kept === undefined) throw fault;
      refused = wanted;
      return kept;
    }
  }

  async function load(definitions: Definitions): Promise<Loaded> {
    const clamd = await startClamd({ ...options, definitions: definitions.directory });
    loaded = { clamd, sessions: clamdSessions(clamd.socket), definitions };
    used = definitions;
    options.onStart?.();
    source.inForce?.(definitions);
    return loaded;
  }

  async function discard(old: Loaded | undefined): Promise<void> {
    if (old === loaded) loaded = undefined;
    await old?.clamd.stop();
  }

  /** While anything is scanned: clamd has no limit of its own for what a file makes it use. */
  function watchMemory(current: Loaded): void {
    const { memoryBytes } = options;
    if (memoryBytes === undefined || watched === current) return;
    watched = current;
    const watch = setInterval(() => {
      if (scans.size > 0 && current === loaded) {
        if (current.clamd.memory() <= memoryBytes) return;
        overMemory.add(current);
        void current.clamd.stop();
      }
      clearInterval(watch);
      watched = undefined;
    }, MEMORY_WATCH_MILLISECONDS);
  }

  /** Dead or hung, clamd is replaced at the next scan; what else it was scanning is lost as well. */
  async function lossOf(fault: unknown, current: Loaded): Promise<unknown> {
    if (!(fault instanceof EngineUnavailable)) return fault;
    const lives =
      current.clamd.running() &&
      (await ping(current.clamd.socket).then(
        () => true,
        () => false,
      ));
    if (fault instanceof ClamdHung && lives) {
      await discard(current);
      return new EngineLost('time', fault.message, { cause: fault });
    }
    if (lives) return fault;
    await discard(current);
    if (stopped) return fault;
    return new EngineLost(overMemory.has(current) ? 'memory' : 'engine', fault.message, { cause: fault });
  }

  return {
    async start() {
      stopped = false;
      await ready();
    },
    async scan(path, milliseconds = options.scanMilliseconds, signal): Promise<EngineReply> {
      signal?.throwIfAborted();
      const current = await unlessCut(ready(), signal);
      const begun = performance.now();
      const scan = current.sessions.scan(path, milliseconds, signal);
      scans.add(scan);
      watchMemory(current);
      try {
        const reply = engineReply(await scan);
        return { ...reply, definitions: current.definitions.version, milliseconds: performance.now() - begun };
      } catch (fault) {
        // clamd scans on whatever becomes of its client; nothing else stops it.
        if (signal?.aborted) await discard(current);
        signal?.throwIfAborted();
        throw await lossOf(fault, current);
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

/** The version alone is not enough: it is that of ClamAV's daily set, and the other files change too. */
function same(some: Definitions | undefined, other: Definitions): boolean {
  return some?.version === other.version && some.directory === other.directory;
}
