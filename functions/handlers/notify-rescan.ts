import { createNotifier } from '../adapters/aws/notifier.ts';
import type { Environment } from '../adapters/process/environment.ts';
import type { Notifier } from '../domain/ports.ts';
import { NotifyRescanInput } from '../domain/rescan/payloads.ts';
import { onColdStart, task } from './task.ts';

const RESCAN_DETAIL_TYPE = 'Bucket Rescan Completed';

/** Reports a run to SNS and EventBridge; without a dialect, since none of the other systems rescans. */
export const notifyRescan = (notifier: Notifier) =>
  task(NotifyRescanInput, async ({ summary }): Promise<{ sns: boolean; event: boolean }> => {
    const { bucket, strategy, status } = summary;
    await notifier.publish(JSON.stringify(summary), { type: RESCAN_DETAIL_TYPE, bucket, strategy, status });
    await notifier.putEvent(RESCAN_DETAIL_TYPE, summary);
    return { sns: true, event: true };
  });

export const create = (env: Environment) => notifyRescan(createNotifier(env));

export const handler = onColdStart(create);
