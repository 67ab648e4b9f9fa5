import type { RescanMetrics } from '../../domain/rescan/ports.ts';
import type { Environment } from '../process/environment.ts';
import { createMetrics } from './metrics.ts';

/** Records the totals of a run as metrics of its bucket. */
export function createRescanMetrics(env: Environment): RescanMetrics {
  const metrics = createMetrics(env);
  return {
    record(Bucket, { listed, scanned, failed, changed, infected }, completed) {
      metrics.record(
        {
          ...(completed && { RescanCompleted: 1 }),
          RescanFailed: failed,
          RescanListed: listed,
          RescanScanned: scanned,
          RescanChanged: changed,
          RescanInfected: infected,
        },
        { Bucket },
      );
      metrics.flush();
    },
  };
}
