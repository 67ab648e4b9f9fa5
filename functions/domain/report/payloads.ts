import { z } from 'zod';
import { NOTHING, Progress } from './progress.ts';

/** Inputs and outputs of the report-buckets state machine. */
const count = z.int().nonnegative();

/** Malware that was still in the bucket when the report read its tags. */
export const InfectedObject = z.strictObject({
  key: z.string().min(1),
  versionId: z.string().optional(),
  finding: z.string().nullable(),
  /** ISO 8601. */
  scanTime: z.string().nullable(),
});
export type InfectedObject = z.infer<typeof InfectedObject>;

/** How far the report of a bucket has come. */
export const ReportSoFar = z.strictObject({
  done: z.boolean(),
  progress: Progress,
  /** Files of rows that are written. */
  parts: count,
  infected: z.strictObject({ objects: z.array(InfectedObject).readonly(), more: count }),
});
export type ReportSoFar = z.infer<typeof ReportSoFar>;

export const NOTHING_YET: ReportSoFar = {
  done: false,
  progress: NOTHING,
  parts: 0,
  infected: { objects: [], more: 0 },
};

const ofBucket = {
  bucket: z.string().min(1),
  /** Name of the execution: its files are named after it until they are complete. */
  run: z.string().min(1),
};

export const ReportObjectsInput = z.strictObject({
  ...ofBucket,
  /** Name of the rule of its uploads, which knows its filters. */
  rule: z.string().min(1),
  /** Prefixes of keys that are not scanned. */
  trusted: z.array(z.string()),
  /** null at first. */
  soFar: ReportSoFar.nullable(),
});

export const WriteReportInput = z.strictObject({
  ...ofBucket,
  /** Execution ARN. */
  runId: z.string().min(1),
  startTime: z.iso.datetime(),
  soFar: ReportSoFar,
});

/** What a report found, and where its rows are. */
export const ReportSummary = z.strictObject({
  bucket: z.string().min(1),
  /** The tags were read between these; ISO 8601. */
  startTime: z.iso.datetime(),
  endTime: z.iso.datetime(),
  /** Execution ARN. */
  runId: z.string().min(1),
  /** Old versions too. */
  versions: z.boolean(),
  /** All that were looked at, by status as it is tagged, or by why there is none. */
  counts: z.record(z.string(), count),
  objects: count,
  /** Those that have a row. */
  reported: count,
  infected: count,
  infectedObjects: z.array(InfectedObject).readonly(),
  /** How many more have a row and no name here. */
  moreInfected: count,
  /** Keys in the bucket of results. */
  files: z.strictObject({
    bucket: z.string().min(1),
    csv: z.string().min(1),
    json: z.string().min(1),
    latestCsv: z.string().min(1),
    latestJson: z.string().min(1),
  }),
});
export type ReportSummary = z.infer<typeof ReportSummary>;

export const NotifyReportInput = z.strictObject({ summary: ReportSummary });
