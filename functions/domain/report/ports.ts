import type { Format } from './files.ts';

/** The files of reports in the bucket of results. May throw AccessDenied, StorageUnavailable. */
export interface ReportFiles {
  /** Name of the bucket. */
  readonly bucket: string;
  write(key: string, text: string): Promise<void>;
  read(key: string): Promise<string>;
  /** Is there completely, or not at all. @param startTime of the report, ISO 8601 */
  writeLarge(key: string, format: Format, startTime: string, texts: AsyncIterable<string>): Promise<void>;
  /** Puts the copy in place at once, unless what is there is of a later report. */
  publish(from: string, to: string, startTime: string): Promise<void>;
}
