import { ASSUMED_COSTS } from './assumed.ts';
import { bySize } from './by-size.ts';
import { BYTES, gbSecondsOf } from './invocation.ts';
import type { BySize } from './measurement.ts';
import { PRICES } from './prices.ts';
import type { FunctionSize } from './settings.ts';

export type HuntCostSettings = FunctionSize;

/** Transitions of hunt-bucket, counted by its test. */
export const HUNT_TRANSITIONS = {
  /** Start, Prepare Hunt to Hunt Completed. */
  run: 7,
  /** Start, Hunt Batch, Check For More Objects, Batch Done. */
  batch: 4,
} as const;
const LISTED_PER_REQUEST = 1000;
/** 96 KiB of listing, keys of about 60 characters. */
const OBJECTS_A_BATCH = 400;
/** An engine with the rules of a hunt alone starts in a fraction of a second; most batches find one. */
const BATCH_SECONDS = 0.3;

/**
 * Milliseconds of a core for one object, a quarter of each kind of content. `npm run bench -- hunt` measures it (2 cores,
 * November 2026).
 */
const PROCESSOR_MS: BySize = { '100 KB': 27.4, '1 MB': 125.5, '10 MB': 990.2 };

/** What a full set of definitions takes; an engine without one works as well without this memory. */
const DEFINITIONS_MB = 1239;
/** One processor. */
const LEAST_MB = 1769;

/** Memory of the function that hunts, MB, where scanners have that much. */
export const huntMemoryMb = (engineMemoryMb: number): number => Math.max(LEAST_MB, engineMemoryMb - DEFINITIONS_MB);

interface Hunted {
  readonly listed: number;
  readonly batches: number;
  readonly gbSeconds: number;
}

/** What a hunt has cost, US dollars: each object is read once. */
export function huntCostUsd({ listed, batches, gbSeconds }: Hunted, { architecture }: HuntCostSettings): number {
  const { run, batch } = HUNT_TRANSITIONS;
  const lists = Math.max(1, Math.ceil(listed / LISTED_PER_REQUEST));
  const usd =
    (run + batches * batch) * PRICES.stepFunctions.stateTransition +
    gbSeconds * PRICES.lambda.gbSecond[architecture] +
    lists * PRICES.s3.listRequest +
    listed * PRICES.s3.readRequest;
  return Number(usd.toFixed(6));
}

/** What a hunt over that many objects would cost, whose sizes have this mean; US dollars. */
export function forecastHuntUsd(
  { listed, bytes }: { readonly listed: number; readonly bytes: number },
  settings: HuntCostSettings,
): number {
  const batches = Math.ceil(listed / OBJECTS_A_BATCH);
  const scanning = listed === 0 ? 0 : bySize((size) => gbSecondsOfOne(size, settings))({ objects: listed, bytes });
  const overhead = gbSecondsOf(batches * BATCH_SECONDS * 1000, settings.memoryMb);
  return huntCostUsd({ listed, batches, gbSeconds: scanning + overhead }, settings);
}

/** As a rescan's: waits overlap, the processors are shared. */
function gbSecondsOfOne(size: keyof BySize, { memoryMb }: HuntCostSettings): number {
  const { mbPerVcpu, parallelEfficiency, networkMs, bytesPerMs, rescansAtOnce } = ASSUMED_COSTS;
  const cores = (memoryMb / mbPerVcpu) * parallelEfficiency;
  const waits = networkMs + BYTES[size] / bytesPerMs;
  return gbSecondsOf(Math.max(PROCESSOR_MS[size] / cores, waits / rescansAtOnce), memoryMb);
}
