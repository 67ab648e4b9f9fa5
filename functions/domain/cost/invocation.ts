import { ASSUMED_COSTS } from './assumed.ts';
import { MEASURED } from './measured.ts';
import type { Content, FunctionName, Requests, Size } from './measurement.ts';
import { PRICES } from './prices.ts';
import type { FunctionSize } from './settings.ts';

export interface Sample {
  readonly content: Content;
  readonly size: Size;
}

export const BYTES: Readonly<Record<Size, number>> = { '100 KB': 100_000, '1 MB': 1_000_000, '10 MB': 10_000_000 };

/** Requests that S3 does not bill. */
const FREE = /^(Delete|Abort)/;
/** The others are billed as reads. */
const WRITES = /^(Put|Copy|Post|List|Create|Complete|Upload)/;

export function s3Usd(requests: Requests): number {
  return Object.entries(requests).reduce((sum, [operation, count]) => {
    if (FREE.test(operation)) return sum;
    return sum + count * (WRITES.test(operation) ? PRICES.s3.writeRequest : PRICES.s3.readRequest);
  }, 0);
}

export const countOf = (requests: Requests): number => Object.values(requests).reduce((sum, count) => sum + count, 0);

/** Not measured: those that do as much as one that was. */
const LIKE: Readonly<Partial<Record<FunctionName, 'notify' | 'quarantine-object'>>> = {
  'start-overflow': 'notify',
  'copy-object': 'quarantine-object',
};

/** Milliseconds of a whole core; without a sample, those of a text of 100 KB. */
export function processorMsOf(name: FunctionName, sample: Sample | undefined): number {
  const { scan, check, others } = MEASURED.processorMs;
  const { content, size } = sample ?? { content: 'text', size: '100 KB' };
  if (name === 'scan-object') return scan[content][size];
  if (name === 'check-file-type') return check[content][size];
  return others[LIKE[name] ?? (name as keyof typeof others)];
}

/** Calls beside those of S3. */
export function otherCallsOf(name: FunctionName, queued: boolean, channels: number): number {
  if (name === 'notify') return channels;
  if (name === 'start-overflow') return 1;
  return name === 'scan-object' && queued ? 1 : 0;
}

/** What Lambda bills for one invocation, milliseconds: waits, and the work at the function's share of a core. */
export function billedMs(
  { memoryMb }: FunctionSize,
  work: Readonly<Record<'processorMs' | 'calls' | 'bytes', number>>,
): number {
  const { networkMs, bytesPerMs, mbPerVcpu } = ASSUMED_COSTS;
  const share = Math.min(1, memoryMb / mbPerVcpu);
  return Math.ceil(work.calls * networkMs + work.bytes / bytesPerMs + work.processorMs / share);
}

export const gbSecondsOf = (milliseconds: number, memoryMb: number): number =>
  (milliseconds / 1000) * (memoryMb / 1024);

export const lambdaUsd = (milliseconds: number, { memoryMb, architecture }: FunctionSize): number =>
  PRICES.lambda.request + gbSecondsOf(milliseconds, memoryMb) * PRICES.lambda.gbSecond[architecture];
