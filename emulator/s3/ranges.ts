import type { StoredObject } from './buckets.ts';
import { invalidArgument, S3Error } from './errors.ts';

/** Bytes `start` to `end`, `end` exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * One range of a Range header. Anything else (several ranges, another unit, invalid syntax) is ignored, as in S3:
 * the whole object is sent.
 * @throws S3Error InvalidRange
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start < end) return { start, end };
  throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable', {
    details: { RangeRequested: header, ActualObjectSize: size },
    headers: { 'Content-Range': `bytes */${size}` },
  });
}

/** `partNumber=N`; an object uploaded in one piece is its own part 1. @throws S3Error */
export function rangeOfPart(object: StoredObject<unknown>, partNumber: string): ByteRange | undefined {
  const sizes = object.attributes.parts?.map(({ size }) => size) ?? [object.size];
  const number = Number(partNumber);
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', partNumber);
  }
  const length = sizes[number - 1];
  if (length === undefined) {
    throw new S3Error(416, 'InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      details: { ActualPartCount: sizes.length, PartNumberRequested: partNumber },
    });
  }
  const start = sizes.slice(0, number - 1).reduce((sum, size) => sum + size, 0);
  return length === 0 ? undefined : { start, end: start + length };
}
