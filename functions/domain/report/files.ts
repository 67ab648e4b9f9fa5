/** Where the files of reports are in the bucket of results; the lifecycle rules of the bucket know the prefixes. */
export const PARTS_PREFIX = 'reports/parts/';
export const DATED_PREFIX = 'reports/dated/';
export const LATEST_PREFIX = 'reports/latest/';

export const FORMATS = ['csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** Rows of a report that is not complete, from 1. */
export const partKey = (run: string, bucket: string, part: number): string =>
  `${PARTS_PREFIX}${run}/${bucket}/${String(part).padStart(6, '0')}.jsonl`;

/** @param startTime ISO 8601; a colon is no character for a file's name on Windows */
export const datedKey = (bucket: string, startTime: string, format: Format): string =>
  `${DATED_PREFIX}${bucket}/${startTime.replaceAll(':', '-')}.${format}`;

export const latestKey = (bucket: string, format: Format): string => `${LATEST_PREFIX}${bucket}.${format}`;
