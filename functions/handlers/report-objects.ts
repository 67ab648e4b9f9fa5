import { type Environment, requiredDialectOfStack } from '../adapters/process/environment.ts';
import { createObjectReader } from '../adapters/report/object-reader.ts';
import { createReportFiles } from '../adapters/report/report-files.ts';
import { createRuleFilters, type RuleFilters } from '../adapters/report/rule-filters.ts';
import { StorageUnavailable } from '../domain/errors.ts';
import { NOTHING_YET, ReportObjectsInput, type ReportSoFar } from '../domain/report/payloads.ts';
import { type ReportPorts, reportBucket } from '../domain/report/report-bucket.ts';
import type { DialectOfStack } from '../domain/tagged-verdict.ts';
import { onColdStart, task } from './task.ts';

/** Of the function's time, for the rows that are not written yet. */
const LAST_MILLISECONDS = 60_000;

export interface ObjectPorts extends ReportPorts {
  readonly filtersOf: RuleFilters;
}

/**
 * Reads the tags of a bucket as long as there is time, and returns how far it has come.
 * @throws StorageUnavailable when it got nowhere: called again and again, it would never end
 */
export const reportObjects = ({ filtersOf, ...ports }: ObjectPorts, dialect: DialectOfStack, versions: boolean) =>
  task(ReportObjectsInput, async ({ bucket, run, rule, trusted, soFar }, context): Promise<ReportSoFar> => {
    const before = soFar ?? NOTHING_YET;
    const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - LAST_MILLISECONDS));
    const filters = await filtersOf(rule, trusted);
    const after = await reportBucket(ports, { bucket, run, versions, filters, dialect }, before, signal);
    if (after.done || after.progress.objects > before.progress.objects) return after;
    throw new StorageUnavailable(`${bucket}: no object could be looked at in time`);
  });

export const create = (env: Environment) =>
  reportObjects(
    { look: createObjectReader(env), files: createReportFiles(env), filtersOf: createRuleFilters(env) },
    requiredDialectOfStack(env),
    env.REPORT_VERSIONS === 'true',
  );

export const handler = onColdStart(create);
