import { z } from 'zod';

/** The pipeline's verdict on an object; only `CLEAN` is readable. */
export const SCAN_STATUSES = ['CLEAN', 'INFECTED', 'REJECTED', 'UNSCANNABLE', 'ERROR'] as const;

export type ScanStatus = (typeof SCAN_STATUSES)[number];

/**
 * The result of checking one object's content: data, never an exception.
 * - `finding`: signature name or reason; when CLEAN null, or what an exemption covers
 * - `type`: media type found in the content, null when it was not read
 * - `definitions`: version of the definitions that were used, null when nothing was scanned
 * - `activeContent`: what documents in it run or fetch when they are opened, sorted
 * - `headers`: digest of the stored headers that were judged, absent when none were
 * - `scanTime`: ISO 8601 instant at which the verdict was reached
 */
export const Verdict = z.strictObject({
  status: z.enum(SCAN_STATUSES),
  finding: z.string().min(1).nullable(),
  type: z.string().min(1).nullable(),
  definitions: z.string().min(1).nullable(),
  // Executions that an older version started have none.
  activeContent: z.array(z.string().min(1)).default([]),
  headers: z.string().min(1).optional(),
  scanTime: z.iso.datetime(),
});

export type Verdict = z.infer<typeof Verdict>;
