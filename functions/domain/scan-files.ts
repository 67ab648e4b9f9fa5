import { FINDINGS } from './findings.ts';
import type { EngineReply, ScanEngine, Unscanned } from './ports.ts';

/**
 * One answer about several files: the first signature ends it, and every reason not to have scanned counts. An engine
 * that is lost to one of them is not risked for the next.
 *
 * @param milliseconds of the engine; waiting for others that it scans costs nothing
 * @param signal ends it: its reason is thrown
 */
export async function scanFiles(
  engine: ScanEngine,
  paths: readonly string[],
  milliseconds: number,
  signal?: AbortSignal,
): Promise<EngineReply> {
  const unscanned: Unscanned[] = [];
  let definitions: string | undefined;
  let left = milliseconds;
  for (const path of paths) {
    if (left <= 0) {
      unscanned.push({ finding: FINDINGS.limitExceeded('time'), format: null });
      break;
    }
    const reply = await engine.scan(path, left, signal);
    if (reply.infected) return reply;
    unscanned.push(...reply.unscanned);
    definitions ??= reply.definitions;
    if (reply.lost) break;
    left -= reply.milliseconds ?? 0;
  }
  definitions ??= await engine.definitionsVersion();
  return { infected: false, signatures: [], unscanned, definitions };
}
