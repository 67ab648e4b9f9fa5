import type { Environment } from '../adapters/process/environment.ts';
import { createReportFiles } from '../adapters/report/report-files.ts';
import type { Clock } from '../domain/ports.ts';
import { type ReportSummary, WriteReportInput } from '../domain/report/payloads.ts';
import type { ReportFiles } from '../domain/report/ports.ts';
import { writeReport as writeFiles } from '../domain/report/write-report.ts';
import { onColdStart, task } from './task.ts';

/** Puts the rows of a complete report together, and the latest files in place. */
export const writeReport = (files: ReportFiles, versions: boolean, clock: Clock) =>
  task(
    WriteReportInput,
    (report): Promise<ReportSummary> => writeFiles(files, { ...report, versions, endTime: clock().toISOString() }),
  );

export const create = (env: Environment) =>
  writeReport(createReportFiles(env), env.REPORT_VERSIONS === 'true', () => new Date());

export const handler = onColdStart(create);
