import { ASSUMED_COSTS } from './assumed.ts';
import { type Bill, sumOf, times } from './bill.ts';
import { bySize } from './by-size.ts';
import { BYTES, gbSecondsOf, processorMsOf, type Sample } from './invocation.ts';
import { CONTENTS, type Size } from './measurement.ts';
import { PRICES } from './prices.ts';
import { type CostSettings, DEFAULT_SETTINGS } from './settings.ts';
import { uploadBill } from './upload.ts';

/** Transitions of rescan-bucket, counted by its test. */
export const RESCAN_TRANSITIONS = {
  /** Start, Prepare Rescan to Rescan Completed. */
  run: 8,
  /** Start, Scan Batch, Check For Changes, Batch Done. */
  batch: 4,
  /** Tag Object and Notify; of malware that is moved or deleted, more. */
  change: 2,
} as const;
const LISTED_PER_REQUEST = 1000;

/** What a run has looked at. */
export interface Looked {
  readonly listed: number;
  /** Objects whose tags were read. */
  readonly tagsRead: number;
  readonly scanned: number;
  readonly changed: number;
  readonly batches: number;
  /** Of the scanner. */
  readonly gbSeconds: number;
}

/** The bill of one run. Not in it: the run's own summary, its logs, and what it writes to the bucket of results. */
export function rescanBill(
  { listed, tagsRead, scanned, changed, batches, gbSeconds }: Looked,
  settings: CostSettings = DEFAULT_SETTINGS,
): Bill {
  const { run, batch, change } = RESCAN_TRANSITIONS;
  const transitions = run + batches * batch + changed * change;
  const lists = Math.max(1, Math.ceil(listed / LISTED_PER_REQUEST));
  return sumOf([
    {
      'Step Functions': transitions * PRICES.stepFunctions.stateTransition,
      scanner: gbSeconds * PRICES.lambda.gbSecond[settings.functions['scan-object'].architecture],
      'S3 requests': lists * PRICES.s3.listRequest + (tagsRead + scanned) * PRICES.s3.readRequest,
    },
    times(changeBill(settings), changed),
  ]);
}

/** What one changed verdict costs beside its transitions: the tag and the notification, as after an upload. */
function changeBill(settings: CostSettings): Bill {
  // Of an empty upload, these lines are the same.
  const bill = uploadBill('empty', settings);
  const same = (['other functions', 'logs of functions', 'SNS, EventBridge'] as const).map(
    (line) => [line, bill[line] ?? 0] as const,
  );
  return { ...Object.fromEntries(same), 'S3 requests': PRICES.s3.readRequest + PRICES.s3.writeRequest };
}

/** The scanner's time for one object of a batch, GB-seconds: waits overlap, the processors are shared. */
export function rescanGbSeconds(sample: Sample, { functions }: CostSettings = DEFAULT_SETTINGS): number {
  const { mbPerVcpu, parallelEfficiency, networkMs, bytesPerMs, rescansAtOnce } = ASSUMED_COSTS;
  const { memoryMb } = functions['scan-object'];
  const processorMs = processorMsOf('scan-object', sample) + processorMsOf('check-file-type', sample);
  const waits = 2 * networkMs + BYTES[sample.size] / bytesPerMs;
  const cores = (memoryMb / mbPerVcpu) * parallelEfficiency;
  return gbSecondsOf(Math.max(processorMs / cores, waits / rescansAtOnce), memoryMb);
}

/** Of an object of this size, whatever kind of content it is: a quarter of each. */
export const meanRescanGbSeconds = (size: Size, settings: CostSettings = DEFAULT_SETTINGS): number =>
  CONTENTS.reduce((sum, content) => sum + rescanGbSeconds({ content, size }, settings), 0) / CONTENTS.length;

/** Of an object of any size; beyond those that were measured the time goes on in proportion. */
export const rescanGbSecondsOf = (bytes: number, settings: CostSettings = DEFAULT_SETTINGS): number =>
  bySize((size) => meanRescanGbSeconds(size, settings))({ objects: 1, bytes });

/** The scanner's time beside scans, GB-seconds. */
export function overheadGbSeconds(
  { batches, tagsRead }: Pick<Looked, 'batches' | 'tagsRead'>,
  { functions }: CostSettings = DEFAULT_SETTINGS,
): number {
  const seconds = batches * ASSUMED_COSTS.batchSeconds + tagsRead * ASSUMED_COSTS.tagReadSeconds;
  return gbSecondsOf(seconds * 1000, functions['scan-object'].memoryMb);
}

/** A run over objects of one size, of which some are scanned and some get another verdict. */
export function rescanOf(
  {
    objects,
    tagsRead,
    scanned,
    changed,
    size,
  }: Readonly<Record<'objects' | 'tagsRead' | 'scanned' | 'changed', number>> & { readonly size: Size },
  settings: CostSettings = DEFAULT_SETTINGS,
): Bill {
  const batches = Math.ceil(objects / ASSUMED_COSTS.objectsABatch);
  const gbSeconds = scanned * meanRescanGbSeconds(size, settings) + overheadGbSeconds({ batches, tagsRead }, settings);
  return rescanBill({ listed: objects, tagsRead, scanned, changed, batches, gbSeconds }, settings);
}
