import { createRescanResults } from '../adapters/aws/rescan-results.ts';
import { costSettings } from '../adapters/process/cost-settings.ts';
import type { Environment } from '../adapters/process/environment.ts';
import type { HuntCostSettings } from '../domain/cost/hunt.ts';
import { type HuntSummary, SummarizeHuntInput } from '../domain/hunt/payloads.ts';
import { addUpHunt, summarizeHunt as summarize } from '../domain/hunt/summary.ts';
import type { Clock } from '../domain/ports.ts';
import type { RunResults } from '../domain/rescan/ports.ts';
import { onColdStart, task } from './task.ts';

/** Adds up the results of the batches, of a failed hunt too. */
export const summarizeHunt = (results: RunResults, clock: Clock, settings: HuntCostSettings) =>
  task(SummarizeHuntInput, async ({ hunt, runId, runName, startTime }): Promise<HuntSummary> => {
    const result = await addUpHunt(results.lines(runName));
    return summarize({ hunt, runId, startTime }, result, clock(), settings);
  });

export const create = (env: Environment) =>
  summarizeHunt(createRescanResults(env, 'hunts'), () => new Date(), costSettings(env).functions['scan-object']);

export const handler = onColdStart(create);
