import { z } from 'zod';
import { longestPause } from './schedule.ts';

/** When what is not CLEAN is reported, as configured. */
export const ReportConfig = z.strictObject({
  schedule: z
    .string()
    .refine((text) => longestPause(text) !== undefined, 'is not a schedule like rate(1 day) or cron(0 3 * * ? *)')
    .nullable()
    .default(null)
    .describe(
      'When what is not CLEAN is written to files and summed up in a notification, UTC; `null`: never ([report](operations/report.md#a-report-without-asking)).',
    ),
  versions: z.boolean().default(false).describe('Whether it has old versions too.'),
});
export type ReportConfig = z.output<typeof ReportConfig>;
