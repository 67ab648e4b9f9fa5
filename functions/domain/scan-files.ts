import { FINDINGS } from './findings.ts';
import type { EngineReply, ScanEngine, Unscanned } from './ports.ts';

/**
 * One answer about several files: the first signature ends it, and every reason not to have scanned counts. An engine
 * that is lost to one of them is not risked for the next; then, or without time, that reason comes first.
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
  let lost = false;
  for (const path of paths) {
    if (left <= 0) {
      unscanned.unshift({ finding: FINDINGS.limitExceeded('time'), format: null });
      lost = true;
      break;
    }
    const reply = await engine.scan(path, left, signal);
    if (reply.infected) return reply;
    definitions ??= reply.definitions;
    if (reply.lost) {
      unscanned.unshift(...reply.unscanned);
      lost = true;
      break;
    }
    unscanned.push(...reply.unscanned);
    left -= reply.milliseconds ?? 0;
  }
  definitions ??= await engine.definitionsVersion();
  return { infected: false, signatures: [], unscanned, definitions, ...(lost && { lost }) };
}
