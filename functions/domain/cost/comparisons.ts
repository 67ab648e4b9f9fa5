import { ASSUMED_COSTS } from './assumed.ts';
import { BYTES, billedMs, lambdaUsd, processorMsOf, s3Usd } from './invocation.ts';
import { CONTENTS, type Size } from './measurement.ts';
import { PRICES } from './prices.ts';
import type { FunctionSize } from './settings.ts';

const BYTES_A_GB = 1e9;

/** GuardDuty Malware Protection for S3, one object; its reads are left out. `tagged`: with the tag that a policy needs. */
export const guardDutyUsd = (bytes: number, tagged = true): number =>
  PRICES.guardDuty.object +
  (bytes / BYTES_A_GB) * PRICES.guardDuty.gb +
  (tagged ? PRICES.s3.writeRequest + PRICES.s3.tagMonth : 0);

/** Room for the signatures in one process; with less, clamscan is killed. */
export const CLAMSCAN: FunctionSize = { memoryMb: 2048, architecture: 'x86_64' };

/** A function that an S3 event invokes and that runs clamscan, which loads the signatures for each file, then tags. */
export function clamscanUsd(size: Size): number {
  const scanMs =
    CONTENTS.reduce((sum, content) => sum + processorMsOf('scan-object', { content, size }), 0) / CONTENTS.length;
  const processorMs = ASSUMED_COSTS.engineStartSeconds * 1000 + scanMs;
  const requests = { GetObject: 1, PutObjectTagging: 1 };
  return (
    lambdaUsd(billedMs(CLAMSCAN, { processorMs, calls: 2, bytes: BYTES[size] }), CLAMSCAN) +
    s3Usd(requests) +
    PRICES.s3.tagMonth
  );
}
