import { setTimeout as sleep } from 'node:timers/promises';
import type { ScanResult, ScanTarget, Unfinished } from '../scan-objects.ts';

export interface ScanMatches {
  readonly matches: readonly ScanTarget[];
  /** Version of the definitions that have the rules. */
  readonly definitions: string;
  /** Scans objects as after an upload. @returns what goes on without being followed, after the signal */
  readonly scan: (
    targets: AsyncIterable<ScanTarget>,
    onResult: (result: ScanResult) => void,
  ) => Promise<readonly Unfinished[]>;
  readonly signal: AbortSignal;
  /** The verdict that counts. */
  readonly onResult: (result: ScanResult) => void;
  /** CLEAN without the rules, and nobody scans it again. */
  readonly onUndecided: (result: ScanResult) => void;
  /** Before another round, for scanners that still had earlier definitions. */
  readonly onWait: (objects: number) => void;
  readonly waitMs?: number;
  readonly rounds?: number;
}

/** Scanners look for new definitions every ten minutes, and some more to load them. */
const WAIT_MS = 60_000;
const ROUNDS = 13;

/**
 * Has the matches of a hunt scanned. A scanner may not have the new definitions yet: what it calls clean then is scanned
 * again, and is no verdict about the rules in the end either.
 * @returns what goes on without being followed, after the signal
 */
export async function scanMatches(options: ScanMatches): Promise<readonly Unfinished[]> {
  const { definitions, scan, signal, onResult, onUndecided, onWait, waitMs = WAIT_MS, rounds = ROUNDS } = options;
  let targets = options.matches;
  for (let round = 1; targets.length > 0; round += 1) {
    const early: ScanTarget[] = [];
    const unfinished = await scan(given(targets), (result) => {
      const isEarly = result.status === 'CLEAN' && result.definitions !== null && result.definitions !== definitions;
      if (!isEarly) return onResult(result);
      if (round === rounds || signal.aborted) return onUndecided(result);
      const { bucket, key, versionId } = result;
      early.push({ bucket, key, ...(versionId !== null && { versionId }) });
    });
    if (signal.aborted || early.length === 0) return unfinished;
    onWait(early.length);
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return [];
    targets = early;
  }
  return [];
}

async function* given(targets: readonly ScanTarget[]): AsyncGenerator<ScanTarget> {
  yield* targets;
}
