import { createObjectListing } from '../adapters/aws/object-listing.ts';
import { createObjectStore } from '../adapters/aws/object-store.ts';
import { createRescanMetrics } from '../adapters/aws/rescan-metrics.ts';
import { createRescanResults } from '../adapters/aws/rescan-results.ts';
import { testSignaturesAllowed } from '../adapters/definitions/detection.ts';
import { costSettings } from '../adapters/process/cost-settings.ts';
import { type Environment, requiredDialect, requiredString } from '../adapters/process/environment.ts';
import type { CostSettings } from '../domain/cost/settings.ts';
import type { Clock } from '../domain/ports.ts';
import { type RescanSummary, SummarizeRescanInput } from '../domain/rescan/payloads.ts';
import type { Progress, RescanMetrics, RunResults } from '../domain/rescan/ports.ts';
import { byHandUnder } from '../domain/rescan/progress-key.ts';
import { InfectedOfRun, type LookAgain, stillInfected } from '../domain/rescan/still-infected.ts';
import { addUp, summarize } from '../domain/rescan/summary.ts';
import { onColdStart, task } from './task.ts';

export interface SummaryPorts extends RunResults, Progress {
  readonly lookAgain: LookAgain;
  readonly resultsBucket: string;
}

/**
 * Adds up the results of the batches and advances the window, except for a failed run: the next one then covers its
 * window too. A manual run may cover only part of the bucket, so only scheduled runs count as completed for the
 * alarm on late ones. Malware is looked at again: what was moved, deleted or replaced meanwhile is not named.
 * @param settings of the stack, for what the run cost
 * @param testSignatures whether the objects may have been scanned under definitions that detect nothing but EICAR
 */
export const summarizeRescan = (
  { lookAgain, resultsBucket, ...results }: SummaryPorts,
  metrics: RescanMetrics,
  clock: Clock,
  settings: CostSettings,
  testSignatures = false,
) =>
  task(SummarizeRescanInput, async ({ rescan, runId, runName, startTime }): Promise<RescanSummary> => {
    const malware = new InfectedOfRun();
    const result = await addUp(malware.in(results.lines(runName)));
    const { bucket, prefix, window } = rescan;
    const left = await stillInfected(lookAgain, bucket, malware.objects);
    const now = clock();
    const summary = {
      ...summarize({ rescan, runId, startTime }, result, now, settings),
      infectedObjects: left.objects,
      moreInfected: left.more + Math.max(0, result.totals.infected - malware.objects.length),
      results: { bucket: resultsBucket, prefix: `runs/${runName}/` },
    };
    const succeeded = summary.status === 'SUCCEEDED';
    // Whoever starts a run names its time; the next ones must not leave out what becomes due until then.
    const end = Math.min(Date.parse(window.to), now.getTime());
    if (succeeded && rescan.advancesWindow) await results.advance(bucket, prefix, end);
    // `airlock doctor` asks whether everything there was looked at.
    const complete = succeeded && (rescan.strategy === 'all' || rescan.strategy === 'unscanned');
    if (rescan.scanTrusted && complete) await results.advance(bucket, byHandUnder(prefix), now.getTime());
    metrics.record(bucket, result.totals, succeeded && rescan.scheduled);
    return testSignatures ? { ...summary, definitions: 'test' } : summary;
  });

export const create = (env: Environment) =>
  summarizeRescan(
    {
      ...createRescanResults(env),
      lookAgain: { listing: createObjectListing(env), store: createObjectStore(env), dialect: requiredDialect(env) },
      resultsBucket: requiredString(env, 'RESULTS_BUCKET'),
    },
    createRescanMetrics(env),
    () => new Date(),
    costSettings(env),
    testSignaturesAllowed(env),
  );

export const handler = onColdStart(create);
