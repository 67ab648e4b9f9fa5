import { FINDINGS } from '../../domain/findings.ts';
import type { EngineReply, ScanEngine } from '../../domain/ports.ts';
import { unlessCut } from '../process/cut-off.ts';
import { EngineLost } from './engine-lost.ts';
import type { WarmEngine } from './warm-engine.ts';

interface Running {
  /** Whether another scan ran at the same time. */
  accompanied: boolean;
}

/**
 * Finds out which file an engine is lost to. Every file that was in it is scanned again on its own; one that loses
 * the engine alone has its verdict: over the limit that it broke.
 */
export function isolatingEngine(engine: WarmEngine): WarmEngine {
  const running = new Set<Running>();
  /** Scans that run alone, one after another; ends when the last of them has. */
  let alone: Promise<unknown> = Promise.resolve();
  let isolated = 0;
  let idle = Promise.withResolvers<void>();
  idle.resolve();

  async function together(scan: () => Promise<EngineReply>, signal?: AbortSignal): Promise<EngineReply | EngineLost> {
    while (isolated > 0) await unlessCut(alone, signal);
    const self: Running = { accompanied: running.size > 0 };
    if (running.size === 0) idle = Promise.withResolvers<void>();
    for (const other of running) other.accompanied = true;
    running.add(self);
    try {
      return await scan();
    } catch (fault) {
      if (!(fault instanceof EngineLost)) throw fault;
      // An engine that died alone may have been ended by somebody else.
      if (self.accompanied || fault.reason === 'engine') return fault;
      return givenUp(fault);
    } finally {
      running.delete(self);
      if (running.size === 0) idle.resolve();
    }
  }

  function isolate(scan: () => Promise<EngineReply>, signal?: AbortSignal): Promise<EngineReply> {
    isolated += 1;
    let begun = false;
    const turn = alone
      .catch(() => undefined)
      .then(() => idle.promise)
      .then(() => {
        begun = true;
        return scan();
      })
      .catch((fault: unknown) => {
        // Somebody else may have ended it, or held it up: one more try.
        if (fault instanceof EngineLost && fault.reason === 'engine') return scan();
        throw fault;
      })
      .catch((fault: unknown) => {
        if (fault instanceof EngineLost) return givenUp(fault);
        throw fault;
      })
      .finally(() => {
        isolated -= 1;
      });
    alone = turn.catch(() => undefined);
    // A scan that has begun ends by itself when it is cut off; one that waits has nothing to end.
    return unlessCut(turn, signal).catch((fault: unknown) => {
      if (begun) return turn;
      throw fault;
    });
  }

  /** Names the definitions of the next engine: those of the lost one, unless there are new ones. */
  async function givenUp({ reason }: EngineLost): Promise<EngineReply> {
    const definitions = await engine.definitionsVersion();
    const unscanned = [{ finding: FINDINGS.limitExceeded(reason), format: null }];
    return { infected: false, signatures: [], unscanned, definitions, lost: true };
  }

  const scan: ScanEngine['scan'] = async (path, milliseconds, signal) => {
    const once = () => engine.scan(path, milliseconds, signal);
    const reply = await together(once, signal);
    return reply instanceof EngineLost ? isolate(once, signal) : reply;
  };

  return { ...engine, scan };
}
